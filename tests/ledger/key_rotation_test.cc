// The key that a log is signed with, and how another takes its place (spec "Integrity: Key").

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "merkle/note.h"
#include "support/catch.h"
#include "support/files.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "support/vouching.h"
#include "tally/integrity.h"
#include "tally/limits.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

using std::filesystem::path;

std::string line(int number) { return programme("p-" + std::to_string(number)).json() + "\n"; }

VerifierKey must_rotate(TestLedger& ledger) {
  const auto key = rotate_key(*ledger);
  INFO((key.ok() ? "" : key.error().message));
  REQUIRE(key.ok());
  return *key;
}

std::uint64_t size_of(TestLedger& ledger) { return ledger->head()->value + 1; }

// Whose signatures stand in a note, by their key ids, in order.
std::vector<std::uint32_t> signers_of(const std::string& note) {
  const auto parsed = merkle::parse_note(note);
  REQUIRE(parsed.ok());
  std::vector<std::uint32_t> ids;
  for (const merkle::NoteSignature& signature : parsed->signatures) {
    ids.push_back(signature.key_id);
  }
  return ids;
}

bool is_good_with(const std::string& note, const VerifierKey& key) {
  const auto checkpoint = check_checkpoint(note, {&key, 1});
  if (!checkpoint.ok()) CHECK(checkpoint.error().message == "it is signed by no key that is known");
  return checkpoint.ok();
}

std::vector<KeyRotated> rotations_in(const Ledger& ledger) {
  std::vector<KeyRotated> rotations;
  EventQuery query;
  query.type = EntryType::kKeyRotated;
  REQUIRE(ledger
              .for_each_event(query,
                              [&](const Event& event) {
                                rotations.push_back(std::get<KeyRotated>(event.entry.content));
                                return true;
                              })
              .ok());
  return rotations;
}

// The files of a ledger's folder that a rotation touches.
struct KeyFiles {
  std::optional<std::string> key;
  std::optional<std::string> next_key;
  std::optional<std::string> vkey;
  std::optional<std::string> checkpoint;
  std::optional<std::string> rotation;  // the newest
};

std::optional<std::string> content_of(const path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  return read_file(file);
}

void put(const path& file, const std::optional<std::string>& content) {
  std::filesystem::remove(file);
  if (!content) return;
  std::filesystem::create_directories(file.parent_path());
  write_file(file, *content);
}

KeyFiles files_of(const path& folder, std::uint64_t rotation) {
  return {content_of(folder / "signing-key.pem"), content_of(folder / "next-key.pem"),
          content_of(folder / "log.vkey"), content_of(folder / "checkpoint"),
          content_of(folder / "rotations" / std::to_string(rotation))};
}

void put_files(const path& folder, std::uint64_t rotation, const KeyFiles& files) {
  put(folder / "signing-key.pem", files.key);
  put(folder / "next-key.pem", files.next_key);
  put(folder / "log.vkey", files.vkey);
  put(folder / "checkpoint", files.checkpoint);
  put(folder / "rotations" / std::to_string(rotation), files.rotation);
}

unsigned mode_of(const path& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("A new key is named by an event, and both keys sign the checkpoint that follows it") {
  TestLedger ledger;
  const VerifierKey old = verifier_key(*ledger);
  ledger.append(line(0));
  const std::string before = must_issue(*ledger);
  const std::string old_pem = read_file(ledger.path() / "signing-key.pem");

  const VerifierKey next = must_rotate(ledger);
  CHECK(next.origin == old.origin);
  CHECK(next.key != old.key);
  CHECK(verifier_key(*ledger) == next);
  CHECK(status(*ledger)->key == next);
  CHECK(ledger->identity().vkey == old.to_string());  // what the first event fixed
  const std::vector<KeyRotated> rotations = rotations_in(*ledger);
  REQUIRE(rotations.size() == 1);
  CHECK(rotations[0].old_vkey == old.to_string());
  CHECK(rotations[0].new_vkey == next.to_string());

  CHECK(read_file(ledger.path() / "log.vkey") == next.to_string() + "\n");
  const std::string pem = read_file(ledger.path() / "signing-key.pem");
  CHECK(pem != old_pem);
  REQUIRE(merkle::SigningKey::from_pem(pem));
  CHECK(merkle::SigningKey::from_pem(pem)->public_key() == next.key);
  CHECK(mode_of(ledger.path() / "signing-key.pem") == 0600);
  CHECK_FALSE(std::filesystem::exists(ledger.path() / "next-key.pem"));

  const std::string both = must_issue(*ledger);
  CHECK(signers_of(both) == std::vector<std::uint32_t>{old.id(), next.id()});
  CHECK(checked(both, {old}) == checked(both, {next}));
  CHECK(checked(both, {old, next}).size.count == 3);
  CHECK(read_file(ledger.path() / "checkpoint") == both);
  CHECK(read_file(ledger.path() / "rotations/3") == both);

  // Later, the newest one is the new key's alone, and that of the rotation still is both keys'.
  ledger.append(line(1));
  const std::string after = must_issue(*ledger);
  CHECK(signers_of(after) == std::vector<std::uint32_t>{next.id()});
  CHECK(must_issue(*ledger, LogSize{3}) == both);
  CHECK(is_good_with(before, old));
  CHECK_FALSE(is_good_with(before, next));
  CHECK(is_good_with(after, next));
  CHECK_FALSE(is_good_with(after, old));
  // A checkpoint of before that is asked for now is signed by who can sign now.
  CHECK(signers_of(must_issue(*ledger, LogSize{2})) == std::vector<std::uint32_t>{next.id()});

  // The ledger extends them all.
  for (const std::string& note : {before, both, after}) CHECK(verdict(*ledger, note) == "sound");
  CHECK(verify(*ledger)->checkpoints == 2);
  ledger.reopen();
  CHECK(verifier_key(*ledger) == next);
  for (const std::string& note : {before, both, after}) CHECK(verdict(*ledger, note) == "sound");
  CHECK(must_issue(*ledger, LogSize{3}) == both);
}

TEST_CASE("A key may be rotated again and again, also as the first thing that a ledger does") {
  TestLedger ledger;
  std::vector<VerifierKey> keys = {verifier_key(*ledger)};
  std::vector<std::string> notes;
  for (int round = 0; round < 4; ++round) {
    keys.push_back(must_rotate(ledger));
    const std::string both = must_issue(*ledger);
    CHECK(signers_of(both) ==
          std::vector<std::uint32_t>{keys[keys.size() - 2].id(), keys.back().id()});
    notes.push_back(both);
    if (round == 1) ledger.reopen();
    if (round == 2) ledger.append(line(round));
  }
  CHECK(size_of(ledger) == 6);
  CHECK(verify(*ledger)->checkpoints == 5);
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const std::uint64_t size = checked(notes[i], {keys[i]}).size.count;
    CHECK(must_issue(*ledger, LogSize{size}) == notes[i]);
    CHECK(verdict(*ledger, notes[i]) == "sound");
    for (std::size_t key = 0; key < keys.size(); ++key) {
      CHECK(is_good_with(notes[i], keys[key]) == (key == i || key == i + 1));
    }
  }
  const std::vector<KeyRotated> rotations = rotations_in(*ledger);
  REQUIRE(rotations.size() == 4);
  for (std::size_t i = 0; i < rotations.size(); ++i) {
    CHECK(rotations[i].old_vkey == keys[i].to_string());
    CHECK(rotations[i].new_vkey == keys[i + 1].to_string());
  }
}

TEST_CASE("A proof is signed by the key in force, whatever the key when its event was appended") {
  TestLedger ledger;
  ledger.append(line(0));
  const VerifierKey old = verifier_key(*ledger);
  const std::string before = prove_event(*ledger, Sequence{1})->to_string();
  const VerifierKey next = must_rotate(ledger);
  const std::string between = prove_event(*ledger, Sequence{1})->to_string();
  ledger.append(line(1));
  const std::string after = prove_event(*ledger, Sequence{1})->to_string();
  CHECK(check_event_proof(before, old).ok());
  CHECK_FALSE(check_event_proof(before, next).ok());
  CHECK(check_event_proof(between, old).ok());
  CHECK(check_event_proof(between, next).ok());
  CHECK_FALSE(check_event_proof(after, old).ok());
  CHECK(check_event_proof(after, next).ok());
}

TEST_CASE("A checkpoint that falls due with a rotation is signed by both keys, too") {
  TestLedger ledger;
  const VerifierKey old = verifier_key(*ledger);
  ledger.append(line(0));
  ledger.world().move_clock(limits::kCheckpointEveryMicros);
  const VerifierKey next = must_rotate(ledger);
  const std::string issued = must_issue(*ledger);
  CHECK(signers_of(issued) == std::vector<std::uint32_t>{old.id(), next.id()});
  CHECK(read_file(ledger.path() / "checkpoint") == issued);
  CHECK(read_file(ledger.path() / "rotations/3") == issued);
  ledger.reopen();
  CHECK(must_issue(*ledger) == issued);
  CHECK(verdict(*ledger) == "sound");
}

TEST_CASE("A reader does not rotate a key, and sees the new one once it looks again") {
  TestLedger ledger;
  const VerifierKey old = verifier_key(*ledger);
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  CHECK(code_of(rotate_key(**reader)) == "usage");
  const VerifierKey next = must_rotate(ledger);
  CHECK(verifier_key(**reader) == old);
  REQUIRE((*reader)->refresh().ok());
  CHECK(verifier_key(**reader) == next);
  CHECK(must_issue(**reader) == must_issue(*ledger));
  CHECK(verdict(**reader) == "sound");
}

TEST_CASE("A reader that does not know of a new key yet finds sound what it sees") {
  TestLedger ledger;
  ledger.append(line(0));
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  must_rotate(ledger);
  ledger.append(line(1));
  CHECK(verdict(**reader) == "sound");
  REQUIRE((*reader)->refresh().ok());
  CHECK(verdict(**reader) == "sound");
}

TEST_CASE("A key is not rotated where the old one is not there to vouch for the new one") {
  TestLedger other;
  TestLedger ledger;
  const path file = ledger.path() / "signing-key.pem";
  const std::string pem = read_file(file);
  const std::string vkey = read_file(ledger.path() / "log.vkey");
  for (const std::optional<std::string>& content : std::vector<std::optional<std::string>>{
           std::nullopt, "", pem + "\n", read_file(other.path() / "signing-key.pem")}) {
    put(file, content);
    CAPTURE(content.value_or("none"));
    const auto key = rotate_key(*ledger);
    REQUIRE_FALSE(key.ok());
    CHECK((key.error().code == ErrorCode::kDamaged || key.error().code == ErrorCode::kIo));
    CHECK(key.error().message.find("signing-key.pem") != std::string::npos);
    CHECK(size_of(ledger) == 1);
    CHECK(content_of(file) == content);
    CHECK(read_file(ledger.path() / "log.vkey") == vkey);
    CHECK_FALSE(std::filesystem::exists(ledger.path() / "next-key.pem"));
  }
  put(file, pem);
  must_rotate(ledger);
  CHECK(verdict(*ledger) == "sound");
}

TEST_CASE("Keys are rotated by several threads at once, while others append") {
  TestLedger ledger;
  const VerifierKey first = verifier_key(*ledger);
  constexpr int kThreads = 4;
  constexpr int kEach = 5;
  std::vector<std::vector<std::string>> made(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const auto key = rotate_key(*ledger);
        if (key.ok()) made[static_cast<std::size_t>(thread)].push_back(key->to_string());
        const auto receipt = ledger->append(line(100 * thread + i));
        if (!receipt.ok()) made[static_cast<std::size_t>(thread)].emplace_back("not appended");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // Each rotation takes the key that was in force, and none is lost.
  const std::vector<KeyRotated> rotations = rotations_in(*ledger);
  CHECK(rotations.size() == kThreads * kEach);
  std::string in_force = first.to_string();
  std::vector<std::string> in_log;
  for (const KeyRotated& rotated : rotations) {
    CHECK(rotated.old_vkey == in_force);
    in_force = rotated.new_vkey;
    in_log.push_back(in_force);
  }
  std::vector<std::string> all;
  for (const auto& some : made) all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end());
  std::sort(in_log.begin(), in_log.end());
  CHECK(all == in_log);
  CHECK(verifier_key(*ledger).to_string() == in_force);
  CHECK(verdict(*ledger) == "sound");
  ledger.close();
  CHECK(verdict_of(ledger.path()) == "sound");
  CHECK(code_of(Ledger::open(ledger.path(), Ledger::Access::kWrite)) == "accepted");
}

TEST_CASE("What is kept during a rotation is good with the new key, though every commit keeps") {
  const TempFolder folder;
  std::atomic<std::int64_t> minutes{0};
  Environment environment;
  environment.now = [&] { return Timestamp{++minutes * limits::kCheckpointEveryMicros}; };
  const path place = folder / "ledger";
  const auto made = Ledger::init(place, {"Test Council", "", {}, "GBP"}, environment);
  REQUIRE(made.ok());
  Ledger& ledger = **made;
  std::atomic<bool> done{false};
  std::vector<std::thread> others;
  for (int thread = 0; thread < 2; ++thread) {
    others.emplace_back([&, thread] {
      for (int i = 0; !done; ++i) {
        if (!ledger.append(line(1'000 * thread + i)).ok()) return;
        if (!checkpoint(ledger).ok()) continue;  // a rotation may be under way
      }
    });
  }
  std::vector<std::string> problems;
  for (int round = 0; round < 8; ++round) {
    const auto key = rotate_key(ledger);
    if (!key.ok()) {
      problems.push_back(key.error().message);
      break;
    }
    const std::string kept = read_file(place / "checkpoint");
    const auto good = check_checkpoint(kept, {&*key, 1});
    if (!good.ok()) problems.push_back(good.error().message + ":\n" + kept);
  }
  done = true;
  for (std::thread& other : others) other.join();
  CAPTURE(problems);
  CHECK(problems.empty());
  CHECK(rotations_in(ledger).size() == 8);
  CHECK(is_good_with(must_issue(ledger), verifier_key(ledger)));
  CHECK(verdict(ledger) == "sound");
}

TEST_CASE("A rotation that cannot be written down stands or does not, and is finished in time") {
  struct Row {
    std::string_view obstacle;  // a folder where a file is to be made
    bool stands;                // the event was appended before it was met
  };
  for (const Row& row :
       {Row{"next-key.pem.new", false}, Row{"rotations/3.new", true}, Row{"log.vkey.new", true}}) {
    CAPTURE(row.obstacle);
    TestLedger ledger;
    ledger.append(line(0));
    const VerifierKey old = verifier_key(*ledger);
    const path obstacle = ledger.path() / row.obstacle;
    std::filesystem::create_directories(obstacle);
    CHECK(code_of(rotate_key(*ledger)) == "io");
    CHECK(size_of(ledger) == (row.stands ? 3U : 2U));
    CHECK((verifier_key(*ledger) != old) == row.stands);
    // Entries are taken meanwhile, and another rotation waits for the first.
    ledger.append(line(1));
    std::filesystem::remove(obstacle);
    CHECK(code_of(rotate_key(*ledger)) == (row.stands ? "damaged" : "accepted"));
    const VerifierKey key = verifier_key(*ledger);
    ledger.reopen();
    CHECK(verifier_key(*ledger) == key);
    CHECK(rotations_in(*ledger).size() == 1);
    // One checkpoint is signed by both keys, of some size that holds the rotation's event.
    std::vector<std::string> signed_by_both;
    for (std::uint64_t size = 1; size <= size_of(ledger); ++size) {
      const std::string note = must_issue(*ledger, LogSize{size});
      if (signers_of(note) == std::vector<std::uint32_t>{old.id(), key.id()}) {
        signed_by_both.push_back(note);
        CHECK(size >= 3);
        CHECK(read_file(ledger.path() / "rotations" / std::to_string(size)) == note);
      }
    }
    CHECK(signed_by_both.size() == 1);
    CHECK(verdict(*ledger) == "sound");
    CHECK_FALSE(std::filesystem::exists(ledger.path() / "next-key.pem"));
  }
}

// ---- Crashes between the steps of ledger/key_rotation.h ----------------------------------------

TEST_CASE("A new key that no event speaks of is removed when the ledger is opened for writing") {
  TestLedger other;
  const std::string stranger = read_file(other.path() / "signing-key.pem");
  for (const std::string& next :
       {stranger, stranger.substr(0, stranger.size() / 2), std::string(), std::string("x")}) {
    CAPTURE(next);
    TestLedger ledger;
    ledger.append(line(0));
    const VerifierKey key = verifier_key(*ledger);
    ledger.close();
    const KeyFiles before = files_of(ledger.path(), 0);
    const path file = ledger.path() / "next-key.pem";
    write_file(file, next);
    // A reader leaves it.
    CHECK(verdict_of(ledger.path()) == "sound");
    CHECK(std::filesystem::exists(file));
    ledger.open();
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK(verifier_key(*ledger) == key);
    CHECK(read_file(ledger.path() / "signing-key.pem") == before.key);
    CHECK(read_file(ledger.path() / "log.vkey") == before.vkey);
    CHECK(verdict(*ledger) == "sound");
    must_rotate(ledger);
    CHECK(verdict(*ledger) == "sound");
  }
}

TEST_CASE("A rotation that stopped between two steps is finished when the ledger is opened") {
  // The second of two, so that there is an older one to be left alone.
  TestLedger ledger;
  must_rotate(ledger);
  ledger.append(line(0));
  const VerifierKey old = verifier_key(*ledger);
  ledger.close();
  constexpr std::uint64_t kRotation = 4;
  const KeyFiles before = files_of(ledger.path(), kRotation);
  REQUIRE_FALSE(before.rotation);
  ledger.open();
  const VerifierKey next = must_rotate(ledger);
  ledger.close();
  const KeyFiles after = files_of(ledger.path(), kRotation);
  REQUIRE(after.rotation);

  struct Crash {
    std::string_view what;  // goes on the sentence "It stopped when …"
    KeyFiles files;
    std::string_view reader;  // what a reader's verify says of it
  };
  KeyFiles appended = before;
  appended.next_key = after.key;
  KeyFiles signed_by_both = appended;
  signed_by_both.rotation = after.rotation;
  KeyFiles kept = signed_by_both;
  kept.checkpoint = after.checkpoint;
  KeyFiles named = kept;
  named.vkey = after.vkey;
  for (const Crash& row : std::vector<Crash>{
           {"the event was appended", appended, "key"},
           {"both keys had signed", signed_by_both, "key"},
           {"the checkpoint was kept", kept, "key"},
           {"the new verifier key stood in its file", named, "key"},
           {"the new key had its name", after, "sound"},
       }) {
    CAPTURE(row.what);
    TestLedger copy(ledger.path());
    copy.close();
    put_files(copy.path(), kRotation, row.files);
    // What a crash leaves half written, too.
    write_file(copy.path() / "checkpoint.new", "half");
    write_file(copy.path() / "rotations/4.new", "half");
    CHECK(verdict_of(copy.path()) == row.reader);
    if (row.reader != "sound") {
      // A reader has no key to sign with, and leaves what it finds.
      const auto reader = Ledger::open(copy.path(), Ledger::Access::kRead);
      REQUIRE(reader.ok());
      CHECK(verifier_key(**reader) == next);
      CHECK(code_of(checkpoint(**reader, LogSize{1})) == "damaged");
      CHECK(files_of(copy.path(), kRotation).next_key == after.key);
    }

    copy.open();
    const KeyFiles finished = files_of(copy.path(), kRotation);
    CHECK(finished.key == after.key);
    CHECK(finished.next_key == std::nullopt);
    CHECK(finished.vkey == after.vkey);
    CHECK(finished.checkpoint == after.checkpoint);
    CHECK(finished.rotation == after.rotation);
    CHECK(signers_of(must_issue(*copy)) == std::vector<std::uint32_t>{old.id(), next.id()});
    CHECK(verdict(*copy) == "sound");
    CHECK(verify(*copy)->checkpoints == 3);
    copy.append(line(1));
    CHECK(signers_of(must_issue(*copy)) == std::vector<std::uint32_t>{next.id()});
    copy.reopen();
    must_rotate(copy);
    CHECK(verdict(*copy) == "sound");
  }
}

TEST_CASE("A rotation is not finished with a key that was never the log's") {
  TestLedger stranger;
  TestLedger ledger;
  ledger.append(line(0));
  ledger.close();
  const KeyFiles before = files_of(ledger.path(), 3);
  ledger.open();
  must_rotate(ledger);
  ledger.close();
  const KeyFiles after = files_of(ledger.path(), 3);
  KeyFiles files = before;
  files.next_key = after.key;
  for (const std::optional<std::string>& key : std::vector<std::optional<std::string>>{
           std::nullopt, "", read_file(stranger.path() / "signing-key.pem")}) {
    files.key = key;
    put_files(ledger.path(), 3, files);
    CAPTURE(key.value_or("none"));
    const auto opened = Ledger::open(ledger.path(), Ledger::Access::kWrite);
    CHECK_FALSE(opened.ok());
    // What it takes to finish it is still there.
    CHECK(content_of(ledger.path() / "next-key.pem") == after.key);
    CHECK(content_of(ledger.path() / "rotations/3") == std::nullopt);
  }
  put_files(ledger.path(), 3, {before.key, after.key, before.vkey, before.checkpoint, {}});
  ledger.open();
  CHECK(files_of(ledger.path(), 3).rotation == after.rotation);
  CHECK(verdict(*ledger) == "sound");
}

// ---- What is changed behind the ledger's back --------------------------------------------------

TEST_CASE("A key file that is not the log's is found, and nothing is signed with it") {
  TestLedger stranger;
  TestLedger ledger;
  const std::string oldest = read_file(ledger.path() / "signing-key.pem");
  must_rotate(ledger);
  ledger.append(line(0));
  ledger.close();
  const path file = ledger.path() / "signing-key.pem";
  const std::string pem = read_file(file);
  struct Row {
    std::string_view what;
    std::optional<std::string> content;
    bool is_sound = false;
  };
  std::string turned = pem;
  turned[60] = turned[60] == 'A' ? 'B' : 'A';
  for (const Row& row : std::vector<Row>{
           {"its own", pem, true},
           {"gone", std::nullopt},
           {"empty", ""},
           {"another log's", read_file(stranger.path() / "signing-key.pem")},
           {"the one before", oldest},
           {"longer by a byte", pem + "\n"},
           {"shorter by a byte", pem.substr(0, pem.size() - 1)},
           {"another in one letter", turned},
           {"its verifier key", read_file(ledger.path() / "log.vkey")},
           {"very long", std::string(1 << 20, 'A')},
       }) {
    put(file, row.content);
    CAPTURE(row.what);
    const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
    REQUIRE(reader.ok());
    CHECK(verdict(**reader) == (row.is_sound ? "sound" : "key"));
    CHECK(checkpoint(**reader).ok());  // the one that is kept needs no key
    const auto older = checkpoint(**reader, LogSize{1});
    CHECK(older.ok() == row.is_sound);
    const auto opened = Ledger::open(ledger.path(), Ledger::Access::kWrite);
    CHECK(opened.ok() == row.is_sound);
    if (row.is_sound) continue;
    CHECK((older.error().code == ErrorCode::kDamaged || older.error().code == ErrorCode::kIo));
    CHECK(older.error().message.find("signing-key.pem") != std::string::npos);
    CHECK(opened.error().message.find("signing-key.pem") != std::string::npos);
  }
  put(file, pem);
  put(ledger.path() / "log.vkey", stranger->identity().vkey + "\n");
  CHECK(verdict_of(ledger.path()) == "key");
  put(ledger.path() / "log.vkey",
      rotations_in(**Ledger::open(ledger.path(), Ledger::Access::kRead))[0].old_vkey + "\n");
  CHECK(verdict_of(ledger.path()) == "key");
}

TEST_CASE("A rotation's checkpoint that is missing, or another, is found") {
  TestLedger ledger;
  ledger.append(line(0));
  const std::string before = must_issue(*ledger);
  must_rotate(ledger);
  const std::string both = must_issue(*ledger);
  ledger.append(line(1));
  const std::string after = must_issue(*ledger);
  ledger.close();
  const path file = ledger.path() / "rotations/3";
  REQUIRE(read_file(file) == both);
  struct Row {
    std::string_view what;
    std::optional<std::string> content;
    std::string_view verdict;
  };
  for (const Row& row : std::vector<Row>{
           {"its own", both, "sound"},
           {"gone", std::nullopt, "checkpoint"},
           {"empty", "", "checkpoint"},
           {"cut short", both.substr(0, both.size() - 1), "checkpoint"},
           {"an older one", before, "checkpoint"},
           {"a newer one", after, "checkpoint"},
       }) {
    put(file, row.content);
    CAPTURE(row.what);
    CHECK(verdict_of(ledger.path()) == row.verdict);
  }
  put(file, both);
  for (const char* surplus : {"rotations/2", "rotations/03", "rotations/x", "rotations/99"}) {
    write_file(ledger.path() / surplus, both);
    CAPTURE(surplus);
    CHECK(verdict_of(ledger.path()) == "checkpoint");
    std::filesystem::remove(ledger.path() / surplus);
  }
  CHECK(verdict_of(ledger.path()) == "sound");
}

TEST_CASE("The checkpoint of a rotation that lost one of its two signatures is found") {
  TestLedger ledger;
  const VerifierKey old = verifier_key(*ledger);
  const VerifierKey next = must_rotate(ledger);
  const std::string both = must_issue(*ledger);
  ledger.append(line(0));
  ledger.close();
  const std::size_t text = both.find("\n\n") + 2;
  const std::size_t second = both.find('\n', text) + 1;
  const std::string by_old = both.substr(0, second);
  const std::string by_next = both.substr(0, text) + both.substr(second);
  REQUIRE(is_good_with(by_old, old));
  REQUIRE(is_good_with(by_next, next));
  for (const std::string& half : {by_old, by_next}) {
    put(ledger.path() / "rotations/2", half);
    INFO(half);
    CHECK(verdict_of(ledger.path()) == "checkpoint");
  }
}

}  // namespace tally::testing
