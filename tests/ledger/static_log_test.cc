// A log as static files: what is written is checked from outside and gives the same totals, and
// whatever is changed in it is refused.

#include "tally/static_log.h"

#include <algorithm>

#include "support/catch.h"
#include "support/entry_chance.h"
#include "support/events.h"
#include "support/files.h"
#include "support/forged_log.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/integrity.h"

namespace tally::testing {
namespace {

// Entries by chance, so that there are so many events.
void fill(TestLedger& ledger, NaiveLedger& naive, Random& random, std::uint64_t events) {
  EntryChance chance(random);
  std::vector<std::string> lines;
  auto add = [&](const NaiveEntry& entry) {
    naive.accept(entry, 0);
    lines.push_back(entry.json());
  };
  if (naive.head() == 0) {
    for (const NaiveEntry& entry : chance.beginning()) add(entry);
  }
  while (naive.head() + 1 < events) add(chance.accepted(naive));
  ledger.append(lines);
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string lines_text(const std::vector<AccountLine>& lines, YearStart year_start) {
  std::string text;
  for (const AccountLine& line : lines) text += line.to_line(year_start) + "\n";
  return text;
}

std::string roots_text(const Totals& totals) {
  std::string text;
  for (const auto& [year, root] : totals.roots) {
    text += std::to_string(year.begins) + " " + root.to_string() + "\n";
  }
  return text;
}

void must_write(TestLedger& ledger, const std::filesystem::path& path) {
  const auto written = write_static_log(*ledger, path);
  INFO((written.ok() ? "" : written.error().message));
  REQUIRE(written.ok());
  CHECK(written->size.count == ledger->head()->value + 1);
}

// The message of what is refused; `accepted` otherwise.
std::string refusal(const std::filesystem::path& path, const VerifierKey& key) {
  const auto report = check_static_log(path, key);
  if (report.ok()) return "accepted";
  CHECK(report.error().code == ErrorCode::kRefused);
  return report.error().message;
}

}  // namespace

TEST_CASE("A static log gives the ledger's own totals, for every size of tile and every update") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  TestLedger ledger;
  NaiveLedger naive;
  TempFolder folder;
  const std::filesystem::path grown = folder / "grown";
  for (const std::uint64_t events : {40U, 255U, 256U, 257U, 511U, 512U, 700U}) {
    CAPTURE(events);
    fill(ledger, naive, random, events);
    must_write(ledger, grown);
    const auto report = check_static_log(grown, verifier_key(*ledger));
    INFO((report.ok() ? "" : report.error().message));
    REQUIRE(report.ok());
    CHECK(report->checkpoint.size.count == events);
    CHECK(report->identity == ledger->identity());
    TotalsQuery query;
    query.with_roots = true;
    const YearStart year_start = ledger->identity().year_start;
    CHECK(lines_text(report->lines, year_start) ==
          lines_text(*account_lines(*ledger, query), year_start));
    CHECK(roots_text(report->totals) == roots_text(*totals(*ledger, query)));
    CHECK(report->totals.rows.size() == totals(*ledger, query)->rows.size());
    // What was brought up to date holds what a new one does, and older partial tiles at most.
    const std::filesystem::path fresh = folder / std::to_string(events);
    must_write(ledger, fresh);
    for (const std::filesystem::path& file : files_in(fresh)) {
      const std::filesystem::path twin = grown / std::filesystem::relative(file, fresh);
      CAPTURE(twin);
      CHECK(read_file(twin) == read_file(file));
    }
    CHECK(std::filesystem::exists(grown / "tile/0/000.p") == (events < 256));
  }
}

TEST_CASE("A static log is refused where any file of it is changed, cut, longer or missing") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  TestLedger ledger;
  NaiveLedger naive;
  TempFolder folder;
  fill(ledger, naive, random, 600);
  const std::filesystem::path log = folder / "log";
  must_write(ledger, log);
  const VerifierKey key = verifier_key(*ledger);
  REQUIRE(refusal(log, key) == "accepted");
  REQUIRE(files_in(log).size() == 1 + 3 + 3 + 1);
  for (const std::filesystem::path& file : files_in(log)) {
    const std::string good = read_file(file);
    CAPTURE(file.filename());
    for (int i = 0; i < 4; ++i) {
      std::string changed = good;
      const std::size_t bit = random.below(8 * good.size());
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      write_file(file, changed);
      CAPTURE(bit);
      CHECK(refusal(log, key) != "accepted");
    }
    for (const std::string& changed :
         {good.substr(0, good.size() - 1), good + good[0], std::string()}) {
      write_file(file, changed);
      CHECK(refusal(log, key) != "accepted");
    }
    std::filesystem::remove(file);
    CHECK(refusal(log, key).find("is missing") != std::string::npos);
    write_file(file, good);
  }
  CHECK(refusal(log, key) == "accepted");
}

TEST_CASE("A static log is checked with its own key only") {
  TestLedger ledger;
  ledger.append(base_lines());
  TestLedger other;
  TempFolder folder;
  must_write(ledger, folder / "log");
  VerifierKey key = verifier_key(*ledger);
  CHECK(refusal(folder / "log", verifier_key(*other)).find("no key that is known") !=
        std::string::npos);
  key.origin = "elsewhere.example";
  CHECK(refusal(folder / "log", key).find("elsewhere.example") != std::string::npos);
  CHECK(code_of(check_static_log(folder / "nowhere", key)) == "refused");
}

TEST_CASE("An export goes into a new folder or that of an earlier export of the same log") {
  TestLedger ledger;
  ledger.append(base_lines());
  TempFolder folder;
  auto code = [&](TestLedger& of, const std::filesystem::path& path) {
    return code_of(write_static_log(*of, path));
  };
  std::filesystem::create_directories(folder / "empty");
  CHECK(code(ledger, folder / "empty") == "accepted");
  CHECK(code(ledger, folder / "deep/er/new") == "accepted");
  std::filesystem::create_directories(folder / "full");
  write_file(folder / "full/letter", "dear");
  CHECK(code(ledger, folder / "full") == "usage");
  write_file(folder / "file", "dear");
  CHECK(code(ledger, folder / "file") == "usage");
  TestLedger other;
  CHECK(code(other, folder / "empty") == "usage");
  // What an interrupted export has left is gone on with.
  std::filesystem::remove(folder / "empty/checkpoint");
  CHECK(code(ledger, folder / "empty") == "accepted");
  // A fork, signed with the same key: neither is brought up to the other.
  ledger.close();
  TestLedger fork(ledger.path());
  fork.append(programme("fork").json());
  ledger.open();
  ledger.append(programme("trunk").json());
  CHECK(code(ledger, folder / "empty") == "accepted");
  CHECK(code(fork, folder / "empty") == "usage");
}

TEST_CASE("A signer who lies is found out by the rules") {
  struct Row {
    const char* says;  // part of the message
    void (*lie)(ForgedLog&);
  };
  for (const Row& row : {
           Row{"accepted", [](ForgedLog&) {}},
           Row{"accepted",
               [](ForgedLog& log) {
                 log.add("ann", delivery(1, 5));
                 log.add("bob", acceptance(7));
               }},
           Row{"same-actor",
               [](ForgedLog& log) {
                 log.add("ann", delivery(1, 5));
                 log.add("ann", acceptance(7));
               }},
           Row{"already-verified",
               [](ForgedLog& log) {
                 log.add("ann", delivery(1, 5));
                 log.add("bob", acceptance(7));
                 log.add("bob", acceptance(7));
               }},
           Row{"void",
               [](ForgedLog& log) {
                 log.add("ann", delivery(1, 5));
                 log.add("bob", acceptance(7));
                 log.add("ann", Correction{to(7), "less", Replacement{delivery(1, 4), ""}});
                 log.add("bob", Correction{to(8), "revived", Replacement{acceptance(7), ""}});
               }},
           Row{"wrong-type", [](ForgedLog& log) { log.add("bob", acceptance(4)); }},
           Row{"does not refer to an earlier event",
               [](ForgedLog& log) { log.add("bob", acceptance(99)); }},
           Row{"its id is that of event 3",
               [](ForgedLog& log) {
                 log.add("ann", Programme{"Again"});
                 log.events().back().entry.id = "id-3";
               }},
           Row{"recorded before the event before it",
               [](ForgedLog& log) { log.events()[5].recorded_at.micros = 1'000'000; }},
           Row{"says that it is event 9",
               [](ForgedLog& log) {
                 log.add("ann", Programme{"Late"});
                 log.events().back().sequence.value = 9;
               }},
           Row{"is not one of the log",
               [](ForgedLog& log) {
                 std::get<LedgerOpened>(log.events()[0].entry.content).origin = "other.example";
               }},
           Row{"is not a verifier key",
               [](ForgedLog& log) {
                 std::get<LedgerOpened>(log.events()[0].entry.content).vkey = "vkey";
               }},
       }) {
    CAPTURE(row.says);
    ForgedLog log;
    row.lie(log);
    TempFolder folder;
    log.write(folder / "log");
    CHECK(refusal(folder / "log", log.key()).find(row.says) != std::string::npos);
  }
}

}  // namespace tally::testing
