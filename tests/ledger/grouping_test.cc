// How entries are grouped into submissions makes no difference to what a ledger says.

#include <deque>

#include "ledger/core.h"
#include "ledger/text_lines.h"
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

// Appends texts, each a submission of its own, in one commit, and says what became of each.
std::vector<std::string> append_together(Ledger& ledger, const std::vector<std::string>& texts) {
  const AppendOptions options;
  std::deque<ledger::TextLines> lines(texts.begin(), texts.end());
  std::vector<ledger::Writer::Offered> offered;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    offered.push_back({&lines[i], &options, texts[i].size(), std::nullopt});
  }
  ledger.core().writer()->submit_all(offered);
  std::vector<std::string> codes;
  for (const auto& one : offered) codes.emplace_back(code_of(*one.answer));
  return codes;
}

// How many events there are in each block of the log.
std::vector<std::uint64_t> blocks_of(Ledger& ledger) {
  std::vector<std::uint64_t> counts;
  auto blocks = ledger.core().log().read(Sequence{0});
  REQUIRE(blocks.ok());
  for (;;) {
    const auto block = (*blocks)->next();
    REQUIRE(block.ok());
    if (!*block) return counts;
    counts.push_back((*block)->count);
  }
}

}  // namespace

TEST_CASE("Submissions that are written together lie together, 256 events in a block") {
  const auto noted = [](int number) {
    Line line = claim("l-" + std::to_string(number));
    if (number % 3 == 0) line.set("note", "of claim " + std::to_string(number));
    return line.json() + "\n";
  };
  std::vector<std::string> texts;
  std::string all;
  // Of one entry and of several, some refused between them.
  for (int number = 0; number < 600;) {
    std::string text;
    for (int i = 0; i <= static_cast<int>(texts.size()) % 8; ++i) text += noted(number++);
    texts.push_back(text);
    all += text;
    if (texts.size() % 5 == 0) texts.push_back(text + verification("v", "nobody").json());
  }
  TestLedger beginning;
  beginning.append(base_lines());
  beginning.close();
  TestLedger together(beginning.path());
  const std::size_t before = blocks_of(*together).size();
  const std::vector<std::string> codes = append_together(*together, texts);
  CHECK(std::count(codes.begin(), codes.end(), "accepted") > 100);
  CHECK(std::count(codes.begin(), codes.end(), "unknown-reference") > 20);
  std::vector<std::uint64_t> blocks = blocks_of(*together);
  blocks.erase(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(before));
  // A submission of up to eight is not torn apart.
  REQUIRE(blocks.size() == 3);
  CHECK(blocks[0] > 256 - 8);
  CHECK(blocks[1] > 256 - 8);
  TestLedger at_once(beginning.path());
  at_once.append(all);
  CHECK(portrait(*together) == portrait(*at_once));
  const auto report = verify(*together);
  REQUIRE(report.ok());
  CHECK(report->ok());
}

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
