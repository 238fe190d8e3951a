#include "commits.h"

#include <fmt/format.h>

#include <memory>

#include "base/try.h"

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

}  // namespace

Result<std::unique_ptr<Appending>> Appending::start(Ledger& ledger, std::uint64_t writers) {
  TALLY_ASSIGN(const Sequence head, ledger.head());
  std::unique_ptr<Appending> appending(new Appending(writers));
  for (std::uint64_t writer = 0; writer < writers; ++writer) {
    appending->threads_.emplace_back(
        [&ledger, head, writer, all = appending.get()] { all->append(ledger, head, writer); });
  }
  return appending;
}

void Appending::append(Ledger& ledger, Sequence head, std::uint64_t writer) {
  Written& mine = written_[writer];
  while (!stop_) {
    auto receipt = ledger.append(claim_of(head, writer, mine.claims));
    if (!receipt.ok()) {
      mine.error = receipt.take_error();
      return;
    }
    ++mine.claims;
  }
}

void Appending::join() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Result<std::uint64_t> Appending::stop() {
  join();
  std::uint64_t claims = 0;
  for (const Written& one : written_) {
    if (one.error) return *one.error;
    claims += one.claims;
  }
  return claims;
}

Result<void> measure_commits(const Commits& commits, Report& report) {
  TALLY_ASSIGN(const auto ledger, Ledger::open(commits.ledger, Ledger::Access::kWrite));
  const Stopwatch watch;
  TALLY_ASSIGN(const auto appending, Appending::start(*ledger, commits.writers));
  std::this_thread::sleep_for(std::chrono::milliseconds(commits.span_ms));
  TALLY_ASSIGN(const std::uint64_t claims, appending->stop());
  report.count("commits", claims);
  report.nanoseconds({watch.nanoseconds()});
  return {};
}

}  // namespace tally::bench
