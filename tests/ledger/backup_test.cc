// A backup brings back the ledger that it was made of, says which of its files is not as it was
// written, and never passes for more than it holds.

#include "tally/backup.h"

#include <algorithm>
#include <thread>

#include "backup/backup_list.h"
#include "store/directory.h"
#include "support/catch.h"
#include "support/files.h"
#include "support/lines.h"
#include "support/temp_folder.h"
#include "support/test_ledger.h"
#include "support/vouching.h"
#include "tally/integrity.h"
#include "tally/limits.h"

namespace tally::testing {
namespace {

namespace fs = std::filesystem;

void fill(TestLedger& ledger) {
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{claim("l-1").set("note", "Qx7 lives at 3 Elm Row"),
                                         verification("v-1", "l-1"), publication("pub-1")});
}

BackupReport must_back_up(const Ledger& ledger, const fs::path& to) {
  auto report = backup(ledger, to);
  INFO((report.ok() ? std::string() : report.error().message));
  REQUIRE(report.ok());
  return *report;
}

RestoreReport must_restore(const fs::path& from, const fs::path& folder,
                           std::optional<std::string> checkpoint = std::nullopt) {
  RestoreOptions options;
  options.checkpoint = std::move(checkpoint);
  auto report = restore(from, folder, options);
  INFO((report.ok() ? std::string() : report.error().message));
  REQUIRE(report.ok());
  return *report;
}

std::string portrait_of(const fs::path& folder) {
  const auto ledger = Ledger::open(folder, Ledger::Access::kRead);
  INFO((ledger.ok() ? std::string() : ledger.error().message));
  REQUIRE(ledger.ok());
  return portrait(**ledger);
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool holds(const fs::path& folder, std::string_view text) {
  const auto files = files_in(folder);
  return std::any_of(files.begin(), files.end(), [&](const fs::path& file) {
    return read_file(file).find(text) != std::string::npos;
  });
}

bool holds_nothing(const fs::path& folder) { return !fs::exists(folder) || fs::is_empty(folder); }

}  // namespace

TEST_CASE("A restored ledger is the one that was backed up, and goes on from there") {
  TestLedger ledger;
  fill(ledger);
  REQUIRE(rotate_key(*ledger).ok());
  ledger.append(many_claims("more", 300));
  TempFolder folder;
  const BackupReport made = must_back_up(*ledger, folder / "backup");
  CHECK(made.events == ledger->head()->value + 1);
  CHECK(made.added == made.events);
  CHECK(made.root == status(*ledger)->root);

  const RestoreReport report = must_restore(folder / "backup", folder / "restored");
  CHECK(report.events == made.events);
  CHECK(report.root == made.root);
  CHECK(report.made_at == made.made_at);
  CHECK_FALSE(report.behind);
  CHECK(portrait_of(folder / "restored") == portrait(*ledger));
  CHECK(verdict_of(folder / "restored") == "sound");

  auto restored = Ledger::open(folder / "restored", Ledger::Access::kWrite);
  REQUIRE(restored.ok());
  REQUIRE((*restored)->append(many_claims("after", 3)).ok());
  CHECK(verdict(**restored, must_issue(*ledger)) == "sound");
}

TEST_CASE("Bringing a backup up to date writes what is new, and names nothing twice") {
  TestLedger ledger;
  fill(ledger);
  ledger.append(many_claims("bulk", backups::kSegmentEvents + 500));
  TempFolder folder;
  const BackupReport first = must_back_up(*ledger, folder / "backup");
  const BackupReport same = must_back_up(*ledger, folder / "backup");
  CHECK(same.added == 0);
  CHECK(same.bytes == first.bytes);
  CHECK(same.written_bytes < first.written_bytes / 50);

  ledger.append(many_claims("new", 10));
  const BackupReport next = must_back_up(*ledger, folder / "backup");
  CHECK(next.added == 10);
  CHECK(next.written_bytes < first.written_bytes / 50);
  CHECK(next.files == first.files);
  // The list itself is no file of the backup.
  CHECK(files_in(folder / "backup").size() == next.files + 1);
  must_restore(folder / "backup", folder / "restored");
  CHECK(portrait_of(folder / "restored") == portrait(*ledger));
}

TEST_CASE("Details that were erased leave the backup when it is next brought up to date") {
  TestLedger ledger;
  fill(ledger);
  const std::uint64_t event = ledger->sequence_of("l-1")->value;
  // So that the segment which holds them is one that stays.
  ledger.append(many_claims("bulk", backups::kSegmentEvents));
  TempFolder folder;
  must_back_up(*ledger, folder / "backup");
  REQUIRE(holds(folder / "backup", "3 Elm Row"));
  ledger.append(std::vector<std::string>{erasure("er-1", event)});
  must_back_up(*ledger, folder / "backup");
  CHECK_FALSE(holds(folder / "backup", "3 Elm Row"));
  must_restore(folder / "backup", folder / "restored");
  CHECK(portrait_of(folder / "restored") == portrait(*ledger));
  CHECK(verdict_of(folder / "restored") == "sound");
}

TEST_CASE("A file of a backup that is missing, cut or changed is named, and nothing is restored") {
  TestLedger ledger;
  fill(ledger);
  REQUIRE(rotate_key(*ledger).ok());
  TempFolder folder;
  must_back_up(*ledger, folder / "backup");
  const std::vector<fs::path> files = files_in(folder / "backup");
  REQUIRE(files.size() == 7);  // the list, events, details, two of the key, two checkpoints
  for (const fs::path& file : files) {
    const bool list = file.filename() == backups::kListFile;
    const std::string content = read_file(file);
    const std::string name = fs::relative(file, folder / "backup").string();
    CAPTURE(name);
    auto refused = [&](const std::string& what) {
      CAPTURE(what);
      const auto report = restore(folder / "backup", folder / "restored");
      CHECK(holds_nothing(folder / "restored"));
      REQUIRE_FALSE(report.ok());
      if (!list) {
        CHECK(report.error().message.find(name) != std::string::npos);
        CHECK(code_of(report) == "damaged");
        // Whoever brings it up to date is told as well, where the file is one that stays.
      }
    };
    fs::remove(file);
    refused("missing");
    write_file(file, content.substr(0, content.size() - 1));
    refused("cut");
    std::string changed = content;
    changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
    write_file(file, changed);
    refused("changed");
    write_file(file, content);
    // Told from its size alone: a disk of zeros is not read for it.
    fs::resize_file(file, (list ? limits::kBackupListBytes : limits::kBackupFileBytes) + 1);
    refused("larger than any");
    write_file(file, content);
  }
  must_restore(folder / "backup", folder / "restored");
}

TEST_CASE("A list of a backup is read strictly") {
  TestLedger ledger;
  fill(ledger);
  TempFolder folder;
  must_back_up(*ledger, folder / "backup");
  const std::string good = read_file(folder / "backup" / backups::kListFile);
  REQUIRE(backups::BackupList::parse(good).ok());
  CHECK(backups::BackupList::parse(good)->to_text() == good);
  auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  const std::string hash(64, 'a');
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", "damaged"},
      {"hello\n", "damaged"},
      {with("format 1", "format 2"), "newer-format"},
      {with("format 1", "format 01"), "damaged"},
      {with("# origin ", "# origins "), "damaged"},
      {with("# events ", "# events 9"), "damaged"},
      {with("# events ", "# events -"), "damaged"},
      {with("# root ", "# root x"), "damaged"},
      {with("# made ", "# made x"), "damaged"},
      {with("  events/0", "  events/1"), "damaged"},
      {with("  events/", "  ../events/"), "damaged"},
      {with("  events/", " *events/"), "damaged"},
      {with("  details/0", "  details/1"), "damaged"},
      {good.substr(0, good.size() - 1), "damaged"},
      {good + "\n", "damaged"},
      {good + hash + "  ledger/0123456789abcdef/../../../etc/passwd\n", "damaged"},
      {good + hash + "  ledger/0123456789abcdef/rotations/../x\n", "damaged"},
      {good + hash + "  ledger/0123456789abcdef/checkpoint\n", "damaged"},
      {good + hash + "  ledger/0123456789ABCDEF/rotations/9\n", "damaged"},
      {good + hash + "  details/000000000000-19-aaaaaaaaaaaaaaaa\n", "damaged"},
      {good + hash + "  /etc/passwd\n", "damaged"},
  };
  for (const auto& [text, code] : bad) {
    CAPTURE(text);
    CHECK(code_of(backups::BackupList::parse(text)) == code);
  }
}

TEST_CASE(
    "A ledger restored from behind a checkpoint that was shown says so until it is told to go on") {
  TestLedger ledger;
  fill(ledger);
  TempFolder folder;
  must_back_up(*ledger, folder / "backup");
  ledger.append(many_claims("lost", 5));
  const std::string shown = must_issue(*ledger);
  const Hash lost_root = status(*ledger)->root;
  const fs::path restored = folder / "restored";

  const RestoreReport report = must_restore(folder / "backup", restored, shown);
  REQUIRE(report.behind);
  CHECK(report.behind->size.count == report.events + 5);
  CHECK(verdict_of(restored) == "checkpoint");
  CHECK(code_of(Ledger::open(restored, Ledger::Access::kWrite)) == "damaged");
  // It can be read.
  CHECK_FALSE(portrait_of(restored).empty());

  const auto event = go_on(restored);
  INFO((event.ok() ? std::string() : event.error().message));
  REQUIRE(event.ok());
  CHECK(event->value == report.events);
  CHECK(code_of(go_on(restored)) == "conflict");
  CHECK(verdict_of(restored) == "sound");
  {
    auto opened = Ledger::open(restored, Ledger::Access::kWrite);
    REQUIRE(opened.ok());
    EventQuery query;
    query.type = EntryType::kLedgerRestored;
    std::vector<LedgerRestored> said;
    REQUIRE((*opened)
                ->for_each_event(query,
                                 [&](const Event& one) {
                                   said.push_back(std::get<LedgerRestored>(one.entry.content));
                                   return true;
                                 })
                .ok());
    REQUIRE(said.size() == 1);
    CHECK(said[0] == LedgerRestored{report.behind->size, lost_root});
    REQUIRE((*opened)->append(many_claims("again", 10)).ok());
    // What was lost stays lost: the old checkpoint does not hold of the log that went on.
    CHECK(verdict(**opened, shown) == "checkpoint");
  }
  CHECK(verdict_of(restored) == "sound");
  // A backup of it is one of the log that went on.
  {
    const auto opened = Ledger::open(restored, Ledger::Access::kRead);
    REQUIRE(opened.ok());
    must_back_up(**opened, folder / "backup");
  }
  must_restore(folder / "backup", folder / "twice");
  CHECK(portrait_of(folder / "twice") == portrait_of(restored));
}

TEST_CASE("A ledger that was stopped while it was told to go on does so when next written") {
  // By how much the ledger lies behind: the event itself may make up for all of it, or not.
  for (const int lost : {1, 2, 5}) {
    CAPTURE(lost);
    TestLedger ledger;
    fill(ledger);
    TempFolder folder;
    must_back_up(*ledger, folder / "backup");
    for (int i = 0; i < lost; ++i) ledger.append(many_claims("lost" + std::to_string(i), 1));
    const std::string shown = must_issue(*ledger);
    const auto restored = folder / "restored";
    REQUIRE(must_restore(folder / "backup", restored, shown).behind);
    const auto event = go_on(restored);
    REQUIRE(event.ok());
    // As it is when the process ends after the event and before the new checkpoint.
    store::Directory directory(restored);
    const auto stop = [&] { return directory.replace_file("checkpoint", shown, false).ok(); };
    REQUIRE(stop());
    CHECK(verdict_of(restored) == "sound");
    const auto again = go_on(restored);
    INFO((again.ok() ? std::string() : again.error().message));
    REQUIRE(again.ok());
    CHECK(again->value == event->value);
    CHECK(verdict_of(restored) == "sound");
    REQUIRE(stop());
    {
      auto opened = Ledger::open(restored, Ledger::Access::kWrite);
      REQUIRE(opened.ok());
      CHECK((*opened)->append(many_claims("again", 1)).ok());
    }
    CHECK(verdict_of(restored) == "sound");
  }
}

TEST_CASE("A checkpoint given for a restore is held against the backup") {
  TestLedger ledger;
  fill(ledger);
  TempFolder folder;
  const std::string older = must_issue(*ledger, LogSize{3});
  must_back_up(*ledger, folder / "backup");
  CHECK_FALSE(must_restore(folder / "backup", folder / "a", older).behind);
  CHECK_FALSE(must_restore(folder / "backup", folder / "b", must_issue(*ledger)).behind);

  TestLedger other;
  fill(other);
  for (const std::string& note :
       {must_issue(*other), std::string("no checkpoint"), std::string()}) {
    RestoreOptions options;
    options.checkpoint = note;
    CHECK(code_of(restore(folder / "backup", folder / "c", options)) == "refused");
    CHECK(holds_nothing(folder / "c"));
  }
}

TEST_CASE("A backup is brought up to date only by the ledger that it is of") {
  TestLedger ledger;
  fill(ledger);
  ledger.close();
  TestLedger fork(ledger.path());
  ledger.open();
  TempFolder folder;
  must_back_up(*ledger, folder / "backup");

  fork.append(many_claims("fork", 1));
  must_back_up(*fork, folder / "backup");
  ledger.append(many_claims("main", 2));
  CHECK(code_of(backup(*ledger, folder / "backup")) == "conflict");

  TestLedger behind;
  fill(behind);
  CHECK(code_of(backup(*behind, folder / "backup")) == "conflict");
  TestLedger other({"Another Council", "", {}, "GBP"});
  CHECK(code_of(backup(*other, folder / "backup")) == "conflict");
  // None of them changed it.
  must_restore(folder / "backup", folder / "restored");
  CHECK(portrait_of(folder / "restored") == portrait(*fork));
}

TEST_CASE("A backup goes into its own folder, and a restore into an empty one") {
  TestLedger ledger;
  fill(ledger);
  TempFolder folder;
  write_file(folder / "letter.txt", "Dear all");
  CHECK(code_of(backup(*ledger, folder / ".")) == "usage");
  CHECK(code_of(backup(*ledger, ledger.path())) == "usage");
  CHECK(code_of(restore(folder / ".", folder / "restored")) == "usage");
  CHECK(code_of(restore(folder / "nowhere", folder / "restored")) == "usage");
  must_back_up(*ledger, folder / "backup");
  CHECK(code_of(restore(folder / "backup", ledger.path())) == "usage");
  CHECK(code_of(restore(folder / "backup", folder / ".")) == "usage");
  CHECK(read_file(folder / "letter.txt") == "Dear all");
}

TEST_CASE("What an interrupted backup left is cleared by the next, and harms nothing") {
  TestLedger ledger;
  fill(ledger);
  TempFolder folder;
  fs::create_directories(folder / "backup" / "events");
  write_file(folder / "backup" / "events" / "000000000000-1-0123456789abcdef.new", "half");
  write_file(folder / "backup" / "SHA256SUMS.new", "half");
  must_back_up(*ledger, folder / "backup");
  for (const fs::path& file : files_in(folder / "backup" / "events")) {
    CHECK(file.extension() != ".new");
  }
  must_restore(folder / "backup", folder / "restored");
}

TEST_CASE("A backup made while entries are appended holds a state that the ledger had") {
  TestLedger ledger;
  fill(ledger);
  TempFolder folder;
  std::atomic<bool> done = false;
  std::thread appending([&] {
    for (int i = 0; i < 60; ++i) {
      const auto receipt = ledger->append(many_claims("t" + std::to_string(i), 20));
      if (!receipt.ok()) break;
    }
    done = true;
  });
  std::uint64_t events = 0;
  while (!done) {
    const auto report = backup(*ledger, folder / "backup");
    if (!report.ok()) {
      done = true;
      appending.join();
      FAIL(report.error().message);
    }
    CHECK(report->events >= events);
    events = report->events;
  }
  appending.join();
  must_restore(folder / "backup", folder / "restored");
  CHECK(verdict_of(folder / "restored") == "sound");
  const auto restored = Ledger::open(folder / "restored", Ledger::Access::kRead);
  REQUIRE(restored.ok());
  CHECK(verdict(*ledger, must_issue(**restored)) == "sound");
}

// Between two rounds the disk may fail, or the machine.
TEST_CASE("A backup that an erasure overtakes is in force only once it holds the erasure") {
  TestLedger ledger;
  fill(ledger);
  const std::uint64_t event = ledger->sequence_of("l-1")->value;
  TempFolder folder;
  const Sequence head = *ledger->head();
  std::optional<std::thread> erasing;  // which ends when the backup no longer looks at what was
  bool in_force_too_early = false;
  const auto report = backup(*ledger, folder / "backup", [&](std::uint64_t, std::uint64_t) {
    in_force_too_early = in_force_too_early || fs::exists(folder / "backup" / "SHA256SUMS");
    if (erasing) return;
    erasing.emplace([&] { ledger.append(std::vector<std::string>{erasure("er-1", event)}); });
    while (*ledger->head() == head) std::this_thread::yield();
  });
  REQUIRE(erasing);
  erasing->join();
  REQUIRE(report.ok());
  CHECK_FALSE(in_force_too_early);
  CHECK(report->events == ledger->head()->value + 1);
  CHECK_FALSE(holds(folder / "backup", "3 Elm Row"));
  must_restore(folder / "backup", folder / "restored");
  CHECK(portrait_of(folder / "restored") == portrait(*ledger));
  CHECK(verdict_of(folder / "restored") == "sound");
}

}  // namespace tally::testing
