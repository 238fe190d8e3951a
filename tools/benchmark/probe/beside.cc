#include "beside.h"

#include <functional>
#include <memory>

#include "base/try.h"
#include "tally/replay.h"
#include "tally/totals.h"

namespace tally::bench {
namespace {

// What was done while something else lasted.
struct Pace {
  std::uint64_t commits = 0;
  std::uint64_t reads = 0;
  std::uint64_t nanoseconds = 0;
};

Result<Pace> pace_during(Ledger& ledger, std::uint64_t writers,
                         const std::function<Result<void>()>& meanwhile) {
  Pace pace;
  std::atomic<bool> over = false;
  std::optional<Error> failed;
  const Stopwatch watch;
  TALLY_ASSIGN(const auto appending, Appending::start(ledger, writers));
  std::thread reader([&] {
    while (!over) {
      auto read = totals(ledger, TotalsQuery{});
      if (!read.ok()) {
        failed = read.take_error();
        return;
      }
      ++pace.reads;
    }
  });
  const Result<void> done = meanwhile();
  over = true;
  reader.join();
  TALLY_ASSIGN(pace.commits, appending->stop());
  pace.nanoseconds = watch.nanoseconds();
  if (!done.ok()) return Error(done.error());
  if (failed) return *failed;
  return pace;
}

}  // namespace

Result<void> measure_beside(const Commits& commits, Report& report) {
  TALLY_ASSIGN(const auto ledger, Ledger::open(commits.ledger, Ledger::Access::kWrite));
  TALLY_ASSIGN(const Pace idle, pace_during(*ledger, commits.writers, [&]() -> Result<void> {
                 std::this_thread::sleep_for(std::chrono::milliseconds(commits.span_ms));
                 return {};
               }));
  TALLY_ASSIGN(const Pace beside, pace_during(*ledger, commits.writers, [&]() -> Result<void> {
                 auto replayed = replay(*ledger, ReplayOptions{});
                 if (!replayed.ok()) return replayed.take_error();
                 return {};
               }));
  report.count("commits_idle", idle.commits);
  report.count("reads_idle", idle.reads);
  report.count("commits_beside", beside.commits);
  report.count("reads_beside", beside.reads);
  report.nanoseconds({idle.nanoseconds, beside.nanoseconds});
  return {};
}

}  // namespace tally::bench
