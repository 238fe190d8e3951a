#include "commits.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/try.h"
#include "tally/ledger.h"

namespace tally::bench {
namespace {

// Claims of what tally-workload has in every ledger; the head makes their ids new ones.
std::string claim_of(Sequence head, std::uint64_t writer, std::uint64_t number) {
  return fmt::format(
      R"({{"type":"claim","id":"bench-{}-{}-{}","actor":"s-1","organisation":"org-00001",)"
      R"("programme":"prog-001","measure":"sv-01","quantity":"{}","from":"2022-04-01",)"
      R"("to":"2022-04-30","evidence":[]}})",
      head.value, writer, number, 1 + number % 9);
}

// What one writer did: how many claims, or why it stopped.
struct Written {
  std::uint64_t claims = 0;
  std::optional<Error> error;
};

}  // namespace

Result<void> measure_commits(const Commits& commits, Report& report) {
  TALLY_ASSIGN(const auto ledger, Ledger::open(commits.ledger, Ledger::Access::kWrite));
  TALLY_ASSIGN(const Sequence head, ledger->head());
  std::vector<Written> written(commits.writers);
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  const Stopwatch watch;
  for (std::uint64_t writer = 0; writer < commits.writers; ++writer) {
    threads.emplace_back([&, writer] {
      Written& mine = written[writer];
      while (!stop) {
        auto receipt = ledger->append(claim_of(head, writer, mine.claims));
        if (!receipt.ok()) {
          mine.error = receipt.take_error();
          return;
        }
        ++mine.claims;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(commits.span_ms));
  stop = true;
  for (std::thread& thread : threads) thread.join();
  const std::uint64_t took = watch.nanoseconds();
  std::uint64_t claims = 0;
  for (const Written& one : written) {
    if (one.error) return *one.error;
    claims += one.claims;
  }
  report.count("commits", claims);
  report.nanoseconds({took});
  return {};
}

}  // namespace tally::bench
