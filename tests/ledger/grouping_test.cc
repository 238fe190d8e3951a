// How entries are grouped into submissions makes no difference to what a ledger says.

#include "support/catch.h"
#include "support/entry_chance.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

// Entries that a ledger accepts one after the other, each a line.
std::vector<std::string> accepted_lines(Random& random, std::size_t count) {
  EntryChance chance(random);
  NaiveLedger naive;
  std::vector<std::string> lines;
  for (const NaiveEntry& entry : chance.beginning()) {
    naive.accept(entry, 0);
    lines.push_back(entry.json() + "\n");
  }
  while (lines.size() < count) {
    const NaiveEntry entry = chance.accepted(naive);
    naive.accept(entry, 0);
    lines.push_back(entry.json() + "\n");
  }
  return lines;
}

struct Told {
  std::string portrait;
  std::string digest;
};

// Appends the lines in submissions whose sizes `next_size` gives, and asks for all there is to
// tell.
template <typename NextSize>
Told told_by(const std::filesystem::path& beginning, const std::vector<std::string>& lines,
             NextSize next_size) {
  TestLedger ledger(beginning);
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min<std::size_t>(lines.size(), begin + next_size(begin));
    std::string text;
    for (; begin < end; ++begin) text += lines[begin];
    ledger.append(text);
  }
  ledger.reopen();
  const auto report = verify(*ledger);
  REQUIRE(report.ok());
  INFO((report->fault ? report->fault->message : std::string()));
  CHECK(report->ok());
  return {portrait(*ledger), report->digest.to_string()};
}

}  // namespace

TEST_CASE("Entries say the same appended one by one and all at once") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  TestLedger beginning;
  beginning.close();
  const std::vector<std::string> lines = accepted_lines(random, 400);
  const Told all = told_by(beginning.path(), lines, [&](std::size_t) { return lines.size(); });
  const Told single = told_by(beginning.path(), lines, [](std::size_t) { return 1; });
  CHECK(single.portrait == all.portrait);
  CHECK(single.digest == all.digest);
}

TEST_CASE("Entries say the same in write batches and as sorted files") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  TestLedger beginning;
  beginning.close();
  // More than 16,384 entries in one submission are written as sorted files.
  const std::vector<std::string> lines = accepted_lines(random, 17'600);
  const Told all = told_by(beginning.path(), lines, [&](std::size_t) { return lines.size(); });
  const Told batches =
      told_by(beginning.path(), lines, [&](std::size_t) { return random.below(600) + 1; });
  const Told between = told_by(beginning.path(), lines, [&](std::size_t begin) {
    return begin == 500 ? std::size_t{16'385} : std::size_t{500};
  });
  CHECK(batches.portrait == all.portrait);
  CHECK(batches.digest == all.digest);
  CHECK(between.portrait == all.portrait);
  CHECK(between.digest == all.digest);
}

TEST_CASE("A reader sees write batches and sorted files, whichever came since it was refreshed") {
  TestLedger ledger;
  ledger.append(base_lines());
  const auto opened = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(opened.ok());
  std::string seen = portrait(**opened);
  int number = 0;
  // Claims to one account, so that each commit says something new of what is there already.
  const auto append = [&](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += claim("l-" + std::to_string(number++)).json() + "\n";
    ledger.append(text);
  };
  for (const std::vector<int>& commits : std::vector<std::vector<int>>{
           {1, 2}, {16'400}, {3}, {1, 16'400, 1}, {16'400, 16'400}, {1}, {5, 5}}) {
    for (const int count : commits) append(count);
    CAPTURE(commits);
    CHECK(portrait(**opened) == seen);
    REQUIRE((*opened)->refresh().ok());
    seen = portrait(*ledger);
    CHECK(portrait(**opened) == seen);
    CHECK((*opened)->sequence_of("l-" + std::to_string(number - 1)).ok());
    const auto fresh = Ledger::open(ledger.path(), Ledger::Access::kRead);
    INFO((fresh.ok() ? std::string() : fresh.error().message));
    REQUIRE(fresh.ok());
    CHECK(portrait(**fresh) == seen);
  }
  const auto report = verify(**opened);
  REQUIRE(code_of(report) == "accepted");
  CHECK(report->ok());
}

}  // namespace tally::testing
