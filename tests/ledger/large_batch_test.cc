// What is written as sorted files is not written a second time: the store takes them in where they
// belong, so that nothing has to be moved there later, beside the commits of others.

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "ledger/core.h"
#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/replay.h"

namespace tally::testing {
namespace {

constexpr std::size_t kEntries = 16'400;  // more than are written as a write batch

// What is left of so many entries when only a few more came is not this small.
constexpr std::uintmax_t kLargeBytes = 20'000;

std::set<std::string> large_files(const std::filesystem::path& ledger) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(ledger / "db")) {
    const bool is_sorted = entry.path().extension() == ".sst";
    if (is_sorted && entry.file_size() > kLargeBytes) names.insert(entry.path().filename());
  }
  return names;
}

// Reads and appends a little, which gives the store a reason to move what it should not.
void go_on(TestLedger& ledger, const std::string& name) {
  for (int i = 0; i < 3; ++i) {
    ledger.append(claim(name + std::to_string(i)).json());
    REQUIRE(ledger->core().reader().ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

void check_stays(TestLedger& ledger, const std::set<std::string>& files, const std::string& name) {
  CHECK(files.size() >= 2);
  go_on(ledger, name);
  ledger.reopen();
  go_on(ledger, name + "again-");
  const std::set<std::string> now = large_files(ledger.path());
  CHECK(std::includes(now.begin(), now.end(), files.begin(), files.end()));
}

}  // namespace

TEST_CASE("What a large submission brought stays in the files that it was written to") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(many_claims("many", kEntries));
  check_stays(ledger, large_files(ledger.path()), "later-");
}

TEST_CASE("What a replay built stays in the files that it was written to") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(many_claims("many", kEntries));
  const std::set<std::string> before = large_files(ledger.path());
  REQUIRE(replay(*ledger).ok());
  std::set<std::string> built = large_files(ledger.path());
  for (const std::string& file : before) built.erase(file);
  check_stays(ledger, built, "later-");
}

}  // namespace tally::testing
