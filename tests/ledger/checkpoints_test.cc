// What a ledger vouches for, and keeps outside its store so that what it has vouched for cannot be
// taken back unnoticed (spec "Integrity: Checkpoint", "Append-only, seen from outside").

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "support/catch.h"
#include "support/files.h"
#include "support/lines.h"
#include "support/naive_tree.h"
#include "support/test_ledger.h"
#include "support/vouching.h"
#include "tally/integrity.h"
#include "tally/limits.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

using std::filesystem::path;

std::string line(int number) { return programme(fmt::format("p-{}", number)).json() + "\n"; }

// Lines of which each is a submission, and so an event and a commit.
void append_some(TestLedger& ledger, int first, int count) {
  for (int i = first; i < first + count; ++i) ledger.append(line(i));
}

std::uint64_t size_of(TestLedger& ledger) { return ledger->head()->value + 1; }

// The bytes of all events, as their proofs have them.
std::vector<std::string> events_of(const Ledger& ledger) {
  std::vector<std::string> events;
  for (std::uint64_t i = 0; i <= ledger.head()->value; ++i) {
    const auto proof = prove_event(ledger, Sequence{i});
    REQUIRE(proof.ok());
    events.push_back(*proof->extra);
  }
  return events;
}

// The write-ahead logs that hold anything, oldest first: one for each time that the ledger was
// open.
std::vector<path> wals_of(const path& folder) {
  std::vector<path> wals;
  for (const auto& file : std::filesystem::directory_iterator(folder / "db")) {
    if (file.path().extension() == ".log" && file.file_size() > 0) wals.push_back(file.path());
  }
  std::sort(wals.begin(), wals.end());  // their numbers have leading zeros
  return wals;
}

}  // namespace

TEST_CASE("A new ledger has vouched for its first event") {
  TestLedger ledger;
  CHECK(kept_size(ledger) == 1);
  CHECK(must_issue(*ledger) == read_file(ledger.path() / "checkpoint"));
  CHECK(verdict(*ledger) == "sound");
}

TEST_CASE("The newest checkpoint is kept when a ledger is closed") {
  TestLedger ledger;
  append_some(ledger, 0, 3);
  CHECK(kept_size(ledger) == 1);
  ledger.reopen();
  CHECK(kept_size(ledger) == 4);
  const std::string kept = read_file(ledger.path() / "checkpoint");
  ledger.reopen();  // nothing was written meanwhile
  CHECK(read_file(ledger.path() / "checkpoint") == kept);
  { const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead); }
  CHECK(read_file(ledger.path() / "checkpoint") == kept);
  CHECK(must_issue(*ledger) == kept);
}

TEST_CASE("The newest checkpoint is kept once a minute while entries arrive") {
  TestLedger ledger;
  std::uint64_t size = 1;
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    const std::uint64_t before = size;
    ledger.append(line(100 * round));
    CHECK(kept_size(ledger) == before);
    ledger.world().move_clock(limits::kCheckpointEveryMicros - 1);
    ledger.append(line(100 * round + 1));
    CHECK(kept_size(ledger) == before);
    ledger.world().move_clock(1);
    CHECK(kept_size(ledger) == before);  // nothing arrived
    ledger.append(line(100 * round + 2));
    size += 3;
    CHECK(kept_size(ledger) == size);
  }
  // After a long silence, too.
  ledger.world().move_clock(100 * limits::kCheckpointEveryMicros);
  ledger.append(std::vector<std::string>{programme("q-1"), programme("q-2")});
  CHECK(kept_size(ledger) == size + 2);
  // A submission that adds nothing keeps nothing.
  ledger.world().move_clock(limits::kCheckpointEveryMicros);
  ledger.append(line(0));
  CHECK(kept_size(ledger) == size + 2);
  CHECK(verdict(*ledger) == "sound");
}

TEST_CASE("The newest checkpoint is kept once a minute, also after the clock was set back") {
  TestLedger ledger;
  ledger.world().move_clock(-100 * limits::kCheckpointEveryMicros);
  ledger.append(line(0));
  ledger.world().move_clock(limits::kCheckpointEveryMicros);
  ledger.append(line(1));
  CHECK(kept_size(ledger) == 3);
}

TEST_CASE("A checkpoint that could not be kept is kept with the next commit") {
  TestLedger ledger;
  const path key = ledger.path() / "signing-key.pem";
  ledger.world().move_clock(limits::kCheckpointEveryMicros);
  std::filesystem::rename(key, ledger.path() / "elsewhere");
  ledger.append(line(1));
  CHECK(kept_size(ledger) == 1);
  std::filesystem::rename(ledger.path() / "elsewhere", key);
  ledger.append(line(2));
  CHECK(kept_size(ledger) == 3);
}

TEST_CASE("A checkpoint that cannot be kept is not given out") {
  TestLedger ledger;
  const path file = ledger.path() / "checkpoint";
  const std::string first = read_file(file);
  append_some(ledger, 0, 2);
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  const auto not_given_out = [&] {
    for (const Ledger* asked :
         {static_cast<const Ledger*>(&*ledger), static_cast<const Ledger*>(reader->get())}) {
      CHECK_FALSE(checkpoint(*asked).ok());
      CHECK_FALSE(prove_event(*asked, Sequence{1}).ok());
    }
  };
  SECTION("for want of room for it") {
    std::filesystem::create_directories(ledger.path() / "checkpoint.new");
    not_given_out();
    CHECK(code_of(checkpoint(*ledger)) == "io");
    std::filesystem::remove(ledger.path() / "checkpoint.new");
  }
  SECTION("since another stands in its place that is none") {
    write_file(file, "no checkpoint\n");
    not_given_out();
    CHECK(read_file(file) == "no checkpoint\n");
    write_file(file, first);
  }
  CHECK(checkpoint(*ledger).ok());
  CHECK(kept_size(ledger) == 3);
}

TEST_CASE("A ledger that was killed keeps a checkpoint of its head when it is opened again") {
  TestLedger ledger;
  const std::string first = read_file(ledger.path() / "checkpoint");
  append_some(ledger, 0, 4);
  ledger.close();
  write_file(ledger.path() / "checkpoint", first);  // as if nothing had been kept at close
  CHECK(verdict_of(ledger.path()) == "sound");
  CHECK(read_file(ledger.path() / "checkpoint") ==
        first);  // a reader that is not asked keeps nothing
  ledger.open();
  CHECK(kept_size(ledger) == 5);
}

TEST_CASE("The checkpoint that a reader is asked for is kept before it is given out") {
  TestLedger ledger;
  append_some(ledger, 0, 3);
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  CHECK(kept_size(ledger) == 1);
  const std::string note = must_issue(**reader);
  CHECK(checked(note, {verifier_key(*ledger)}).size.count == 4);
  CHECK(read_file(ledger.path() / "checkpoint") == note);

  // A smaller one takes nothing's place, whoever is asked for it.
  for (const std::uint64_t size : {1U, 2U, 3U}) {
    const std::string of_reader = must_issue(**reader, LogSize{size});
    CHECK(checked(of_reader, {verifier_key(*ledger)}).size.count == size);
    CHECK(must_issue(*ledger, LogSize{size}) == of_reader);
    CHECK(read_file(ledger.path() / "checkpoint") == note);
  }

  // The writer keeps one, and the reader, who does not see it yet, is asked again.
  append_some(ledger, 3, 2);
  const std::string newer = must_issue(*ledger);
  CHECK(read_file(ledger.path() / "checkpoint") == newer);
  CHECK(must_issue(**reader) == note);
  CHECK(read_file(ledger.path() / "checkpoint") == newer);
  CHECK(code_of(checkpoint(**reader, LogSize{6})) == "bad-entry");
  REQUIRE((*reader)->refresh().ok());
  CHECK(must_issue(**reader) == newer);

  // What the reader keeps is the newest for the writer, too.
  append_some(ledger, 5, 1);
  REQUIRE((*reader)->refresh().ok());
  const std::string newest = must_issue(**reader, LogSize{7});
  CHECK(must_issue(*ledger) == newest);
  ledger.close();
  CHECK(read_file(ledger.path() / "checkpoint") == newest);
}

TEST_CASE("Every size that the log has had has its checkpoint, and no other size has one") {
  TestLedger ledger;
  append_some(ledger, 0, 3);
  ledger.append(base_lines());
  const std::uint64_t size = size_of(ledger);
  std::vector<Hash> leaves;
  for (const std::string& event : events_of(*ledger)) leaves.push_back(leaf_hash(event));
  const NaiveTree tree(leaves);
  for (std::uint64_t i = 1; i <= size; ++i) {
    const Checkpoint checkpoint = checked(must_issue(*ledger, LogSize{i}), {verifier_key(*ledger)});
    CHECK(checkpoint == Checkpoint{ledger->identity().origin, LogSize{i}, tree.root(i)});
  }
  for (const std::uint64_t none : {std::uint64_t{0}, size + 1, std::uint64_t{UINT64_MAX}}) {
    const auto issued = checkpoint(*ledger, LogSize{none});
    REQUIRE_FALSE(issued.ok());
    CHECK(issued.error().code == ErrorCode::kBadEntry);
    CHECK(issued.error().message.find(std::to_string(none)) != std::string::npos);
  }
}

TEST_CASE("Every event is proven in every log that holds it, by the definition's hashes") {
  TestLedger ledger;
  append_some(ledger, 0, 2);
  ledger.append(base_lines());
  const std::uint64_t size = size_of(ledger);
  const std::vector<std::string> events = events_of(*ledger);
  std::vector<Hash> leaves;
  for (const std::string& event : events) leaves.push_back(leaf_hash(event));
  const NaiveTree tree(leaves);
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  for (std::uint64_t to = 1; to <= size; ++to) {
    for (std::uint64_t i = 0; i < to; ++i) {
      INFO("event " << i << " of " << to);
      const auto proof = prove_event(**reader, Sequence{i}, LogSize{to});
      REQUIRE(proof.ok());
      REQUIRE(proof->hashes == tree.path(i, to));
      REQUIRE(proof->extra == events[i]);
      const auto proven = check_event_proof(proof->to_string(), verifier_key(*ledger));
      REQUIRE(proven.ok());
      REQUIRE(proven->checkpoint.root == tree.root(to));
    }
    for (std::uint64_t from = 1; from <= to; ++from) {
      INFO("from " << from << " to " << to);
      const auto proof = prove_extension(**reader, LogSize{from}, LogSize{to});
      REQUIRE(proof.ok());
      REQUIRE(proof->hashes == tree.proof(from, to));
      REQUIRE(proof->from_root == tree.root(from));
      REQUIRE(proof->to_root == tree.root(to));
      REQUIRE(check_consistency(*proof).ok());
    }
  }
  // What cannot be proven.
  struct Row {
    std::string_view what;
    std::function<Result<void>()> prove;
  };
  const auto none = [](const auto& proof) {
    return proof.ok() ? Result<void>() : Result<void>(Error(proof.error()));
  };
  const auto event = [&](std::uint64_t sequence, std::uint64_t of) {
    return none(prove_event(*ledger, Sequence{sequence}, LogSize{of}));
  };
  const auto growth = [&](std::uint64_t from, std::uint64_t to) {
    return none(prove_extension(*ledger, LogSize{from}, LogSize{to}));
  };
  for (const Row& row : std::vector<Row>{
           {"an event beyond the head", [&] { return event(size, size); }},
           {"an event that the smaller log lacks", [&] { return event(5, 5); }},
           {"an event in no log", [&] { return event(0, 0); }},
           {"an event in a log to come", [&] { return event(0, size + 1); }},
           {"that it began with nothing", [&] { return growth(0, size); }},
           {"that nothing is nothing", [&] { return growth(0, 0); }},
           {"that it shrank", [&] { return growth(size, size - 1); }},
           {"that it will grow", [&] { return growth(1, size + 1); }},
           {"what it will have grown from", [&] { return growth(size + 1, size + 2); }},
       }) {
    CAPTURE(row.what);
    CHECK(code_of(row.prove()) == "bad-entry");
  }
}

// ---- What has been vouched for and is gone -----------------------------------------------------

TEST_CASE("A log that lost the end of its write-ahead log is not written to, and verify says so") {
  TestLedger ledger;
  append_some(ledger, 0, 3);
  ledger.reopen();
  append_some(ledger, 3, 4);
  ledger.close();
  // Opening for writing may settle what it finds, so each loss happens to a copy.
  const TempFolder copies;
  const path copy = copies / "copy";
  const std::size_t sessions = wals_of(ledger.path()).size();
  REQUIRE(sessions >= 2);
  const auto refused = [&] {
    const auto opened = Ledger::open(copy, Ledger::Access::kWrite);
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code == ErrorCode::kDamaged);
    return opened.error().message;
  };
  const auto with_newest = [&](const std::function<void(const path&)>& change) {
    copy_folder(ledger.path(), copy);
    change(wals_of(copy).back());
    CHECK(verdict_of(copy) == "checkpoint");
    CHECK(refused().find("and a checkpoint that it issued has 8: events are lost") !=
          std::string::npos);
  };
  const std::string whole = read_file(wals_of(ledger.path()).back());
  REQUIRE(whole.size() > 400);
  for (std::size_t bytes = 0; bytes < whole.size(); bytes += 1 + whole.size() / 12) {
    CAPTURE(bytes, whole.size());
    with_newest([&](const path& wal) { std::filesystem::resize_file(wal, bytes); });
  }
  with_newest([&](const path& wal) { std::filesystem::resize_file(wal, whole.size() - 1); });
  with_newest([](const path& wal) { std::filesystem::remove(wal); });
  // Zeros for an end are no end, and a reader does not go on from there.
  copy_folder(ledger.path(), copy);
  write_file(wals_of(copy).back(), whole.substr(0, whole.size() - 100) + std::string(100, '\0'));
  CHECK(verdict_of(copy) == "damaged");
  refused();

  // Where an older one is cut, what a reader finds behind it is a gap, or no beginning.
  for (std::size_t at = 0; at + 1 < sessions; ++at) {
    for (const double part : {0.0, 0.5, 0.95}) {
      CAPTURE(at, part);
      copy_folder(ledger.path(), copy);
      const path wal = wals_of(copy)[at];
      const auto size = static_cast<double>(std::filesystem::file_size(wal));
      std::filesystem::resize_file(wal, static_cast<std::uintmax_t>(size * part));
      const std::string found = verdict_of(copy);
      CAPTURE(found);
      CHECK((found == "log" || found == "checkpoint" || found == "damaged"));
      refused();
    }
  }
  CHECK(verdict_of(ledger.path()) == "sound");
  ledger.open();
  CHECK(*ledger->head() == Sequence{7});
}

TEST_CASE("An older store put in the place of a ledger's is not written to, and verify says so") {
  TestLedger ledger;
  append_some(ledger, 0, 3);
  ledger.close();
  const TempFolder copies;
  copy_folder(ledger.path(), copies / "older");
  ledger.open();
  append_some(ledger, 3, 1);
  const std::string newest = must_issue(*ledger);
  ledger.close();
  copy_folder(copies / "older/db", ledger.path() / "db");
  CHECK(verdict_of(ledger.path()) == "checkpoint");
  CHECK(code_of(Ledger::open(ledger.path(), Ledger::Access::kWrite)) == "damaged");
  // Who is asked to vouch for what is left does not.
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  CHECK(code_of(checkpoint(**reader)) == "damaged");
  CHECK(code_of(checkpoint(**reader, LogSize{1})) == "damaged");
  CHECK(code_of(prove_event(**reader, Sequence{1})) == "damaged");
  CHECK(read_file(ledger.path() / "checkpoint") == newest);

  // A folder that is restored whole can only be told by what somebody else holds.
  TestLedger whole(copies / "older");
  CHECK(verdict(*whole) == "sound");
  CHECK(verdict(*whole, newest) == "checkpoint");
}

TEST_CASE("A ledger without the checkpoint that it kept is not written to, and verify says so") {
  TestLedger other({"Other Council", "", {}, "GBP"});
  TestLedger twin;  // of the same origin, but with a key of its own
  TestLedger ledger;
  const std::string first = read_file(ledger.path() / "checkpoint");
  append_some(ledger, 0, 2);
  append_some(twin, 0, 2);
  ledger.close();
  const path file = ledger.path() / "checkpoint";
  const std::string kept = read_file(file);
  struct Row {
    std::string_view what;
    std::optional<std::string> content;  // nothing: the file is gone
    std::string message;                 // empty: it is accepted
  };
  const auto turned = [&](std::size_t at) {
    std::string changed = kept;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    return changed;
  };
  for (const Row& row : std::vector<Row>{
           {"gone", std::nullopt, "checkpoint, the newest checkpoint that was issued, is missing"},
           {"empty", "", "does not end with a line feed"},
           {"no note", "x", "does not end with a line feed"},
           {"cut short", kept.substr(0, kept.size() - 1), "does not end with a line feed"},
           {"longer", kept + "\n", "has no signature"},
           {"of another origin by a letter", turned(0), "is of the log"},
           {"of another size",
            kept.substr(0, kept.find('\n') + 1) + "2" + kept.substr(kept.find('\n') + 2),
            "is not one of this key"},
           {"of another root by a letter", turned(kept.find('\n') + 4), "is not one of this key"},
           {"of another signature by a letter", turned(kept.size() - 20), "is not one of this key"},
           {"another log's", must_issue(*other), "is of the log \"ledger.invalid/other-council\""},
           {"a log's of the same name", must_issue(*twin), "signed by no key that is known"},
           {"its own, twice", kept + kept, "extension line"},
           {"its own", kept, ""},
           {"an older one of its own", first, ""},
       }) {
    std::filesystem::remove(file);
    if (row.content) write_file(file, *row.content);
    const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
    REQUIRE(reader.ok());
    CAPTURE(row.what);
    CHECK(verdict(**reader) == (row.message.empty() ? "sound" : "checkpoint"));
    if (row.message.empty()) continue;
    const auto issued = checkpoint(**reader);
    REQUIRE_FALSE(issued.ok());
    CHECK(issued.error().code == ErrorCode::kDamaged);
    CHECK(issued.error().message.find(row.message) != std::string::npos);
    const auto opened = Ledger::open(ledger.path(), Ledger::Access::kWrite);
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code == ErrorCode::kDamaged);
    CHECK(opened.error().message.find(row.message) != std::string::npos);
    CHECK(opened.error().message.find("put the newest one that you hold in its place") !=
          std::string::npos);
    // Nobody puts another one there unasked.
    CHECK(std::filesystem::exists(file) == row.content.has_value());
    if (row.content) CHECK(read_file(file) == *row.content);
  }
  ledger.open();
  CHECK(kept_size(ledger) == 3);
}

// ---- Verify against what an auditor holds ------------------------------------------------------

TEST_CASE("A ledger extends every checkpoint that it issued") {
  TestLedger ledger;
  std::vector<std::string> issued = {must_issue(*ledger)};
  for (int i = 0; i < 6; ++i) {
    ledger.append(line(i));
    if (i % 2 == 0) issued.push_back(must_issue(*ledger));
    if (i == 3) ledger.reopen();
  }
  issued.push_back(must_issue(*ledger, LogSize{3}));
  for (const std::string& note : issued) {
    INFO(note);
    CHECK(verdict(*ledger, note) == "sound");
    CHECK(verdict_of(ledger.path()) == "sound");
  }
  VerifyOptions options;
  CHECK(verify(*ledger, options)->checkpoints == 1);
  options.against = issued[1];
  CHECK(verify(*ledger, options)->checkpoints == 2);
}

TEST_CASE("A checkpoint that is none of this ledger's is not extended") {
  TestLedger ledger;
  TestLedger other({"Other Council", "", {}, "GBP"});
  TestLedger twin;
  append_some(ledger, 0, 3);
  append_some(other, 0, 3);
  append_some(twin, 0, 3);
  const std::string own = must_issue(*ledger);
  struct Row {
    std::string_view what;
    std::string note;
    std::string message;
  };
  for (const Row& row : std::vector<Row>{
           {"another log's", must_issue(*other), "is of the log \"ledger.invalid/other-council\""},
           {"a log's of the same name", must_issue(*twin), "it is signed by no key that is known"},
           {"nothing", "", "the signed note does not end with a line feed"},
           {"a key", verifier_key(*ledger).to_string() + "\n", "no signature behind an empty line"},
           {"a proof", prove_event(*ledger, Sequence{1})->to_string(),
            "the checkpoint's size \"extra "},
           {"one with a byte more", own + " ", "does not end with a line feed"},
           {"one without its signature", own.substr(0, own.find("\n\n") + 2), "no signature"},
       }) {
    CAPTURE(row.what);
    CHECK(verdict(*ledger, row.note) == "against");
    CHECK(fault_message(*ledger, row.note).find(row.message) != std::string::npos);
  }
}

TEST_CASE("Two copies of a ledger that went on apart extend what they have in common alone") {
  TestLedger ledger;
  append_some(ledger, 0, 3);
  const std::string common = must_issue(*ledger);
  ledger.close();
  TestLedger left(ledger.path());
  TestLedger right(ledger.path());
  left.append(line(10));
  right.append(line(20));
  const std::string of_left = must_issue(*left);
  const std::string of_right = must_issue(*right);
  const std::string other_log = "this is not the log that it vouches for";
  const std::string lost = "events are lost";
  CHECK(verdict(*left, common) == "sound");
  CHECK(verdict(*right, common) == "sound");
  CHECK(verdict(*left, of_left) == "sound");
  CHECK(verdict(*left, of_right) == "checkpoint");
  CHECK(verdict(*right, of_left) == "checkpoint");
  CHECK(fault_message(*left, of_right).find(other_log) != std::string::npos);

  // One goes further, and says so: for the other it is ahead.
  append_some(left, 11, 2);
  const std::string ahead = must_issue(*left);
  CHECK(verdict(*left, of_left) == "sound");
  CHECK(verdict(*right, ahead) == "checkpoint");
  CHECK(fault_message(*right, ahead).find(lost) != std::string::npos);
  append_some(right, 21, 3);
  CHECK(fault_message(*right, ahead).find(other_log) != std::string::npos);

  // The same events make the same log.
  TestLedger third(ledger.path());
  third.append(line(10));
  CHECK(verdict(*third, of_left) == "sound");
  CHECK(must_issue(*third) == of_left);

  // One's store with the other's checkpoint is neither.
  left.close();
  right.close();
  const path file = right.path() / "checkpoint";
  const std::string own = read_file(file);
  write_file(file, of_left);
  CHECK(verdict_of(right.path()) == "checkpoint");
  CHECK(code_of(Ledger::open(right.path(), Ledger::Access::kWrite)) == "damaged");
  write_file(file, own);
  right.open();
  CHECK(verdict(*right) == "sound");
}

TEST_CASE("A checkpoint that is ahead of the ledger is not extended, until it is") {
  TestLedger ledger;
  append_some(ledger, 0, 3);
  ledger.close();
  TestLedger later(ledger.path());
  append_some(later, 3, 2);
  const std::string ahead = must_issue(*later);
  ledger.open();
  CHECK(verdict(*ledger, ahead) == "checkpoint");
  CHECK(fault_message(*ledger, ahead) ==
        "the log has 4 events, and the checkpoint that it is held against vouches for 6: events "
        "are lost");
  append_some(ledger, 3, 2);
  CHECK(verdict(*ledger, ahead) == "sound");
}

}  // namespace tally::testing
