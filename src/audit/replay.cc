#include "tally/replay.h"

#include <algorithm>
#include <future>

#include "audit/balance_differences.h"
#include "audit/state_digest.h"
#include "base/background.h"
#include "base/stopwatch.h"
#include "base/try.h"
#include "ledger/core.h"
#include "ledger/rebuild.h"

namespace tally {
namespace {

// How many events may be left to be folded while nothing else is written.
constexpr std::uint64_t kFoldedAlone = 1'024;

// What was in force and what has taken its place, as of the same event.
struct Swapped {
  std::unique_ptr<store::View> was;
  std::unique_ptr<store::View> is;
};

// Leaves `swapped` empty where the rest was not to be folded.
Result<void> swap(const ledger::Core& core, ledger::Rebuild& rebuild, Swapped& swapped) {
  return core.writer()->run_alone([&]() -> Result<void> {
    TALLY_ASSIGN(const bool caught_up, rebuild.catch_up(0));
    if (!caught_up) return {};
    TALLY_ASSIGN(const projection::Reader built, projection::Reader::open(rebuild.built()->view()));
    // Whoever changed the log must not have what they changed it to put in force, nor gone on with.
    const auto vouched = core.checkpoints().check_kept(built);
    if (!vouched.ok()) {
      TALLY_TRY(core.store().discard_building());
      return Error(vouched.error());
    }
    swapped.was = core.store().view();
    swapped.is = rebuild.built()->view();
    return core.store().put_in_force(rebuild.built());
  });
}

// What came out different, and the digest of what is in force now.
Result<void> compare(Swapped& swapped, const ReplayOptions& options, ReplayReport& report) {
  TALLY_ASSIGN(projection::Reader is, projection::Reader::open(std::move(swapped.is)));
  report.events = is.head().size.count;
  const bool parallel = ledger::Rebuild::parallel(options);
  auto digest = std::async(parallel ? std::launch::async : std::launch::deferred,
                           [&] { return audit::digest_of(is, parallel); });
  auto was = projection::Reader::open(std::move(swapped.was));
  auto differences = was.ok() ? audit::balance_differences(*was, is)
                              : Result<std::vector<BalanceDifference>>(was.take_error());
  if (differences.ok()) {
    report.differences = std::move(*differences);
  } else if (differences.error().code == ErrorCode::kDamaged) {
    report.why = differences.error().message;
  } else {
    return differences.take_error();
  }
  TALLY_ASSIGN(report.digest, digest.get());
  return {};
}

Result<ReplayReport> replay_open(const Ledger& ledger, const ReplayOptions& options,
                                 bool gives_way) {
  const base::Stopwatch watch;
  const ledger::Core& core = ledger.core();
  if (core.writer() == nullptr) {
    return Error{ErrorCode::kUsage,
                 "the ledger is open for reading; open it for writing to replay",
                 {},
                 0,
                 {}};
  }
  ReplayReport report;
  ledger::Rebuild rebuild(core.store(), core.log(), options);
  TALLY_ASSIGN(const bool caught_up,
               gives_way ? rebuild.catch_up_beside(kFoldedAlone) : rebuild.catch_up(kFoldedAlone));
  Swapped swapped;
  if (caught_up) TALLY_TRY(swap(core, rebuild, swapped));
  report.stopped = swapped.is == nullptr;
  if (report.stopped) {
    TALLY_ASSIGN(const projection::Head head, projection::Head::read(*rebuild.built()->view()));
    report.events = head.size.count;
    report.seconds = watch.seconds();
    return report;
  }
  const auto compared = [&] { return compare(swapped, options, report); };
  TALLY_TRY(gives_way ? base::in_background(base::GivesWay::kMostly, compared) : compared());
  report.seconds = watch.seconds();
  return report;
}

}  // namespace

Result<ReplayReport> replay(const Ledger& ledger, const ReplayOptions& options) {
  return replay_open(ledger, options, true);
}

Result<ReplayReport> replay(const std::filesystem::path& folder, const ReplayOptions& options) {
  const base::Stopwatch watch;
  auto opened = Ledger::open(folder, Ledger::Access::kWrite);
  if (opened.ok()) return replay_open(**opened, options, false);
  if (opened.error().code != ErrorCode::kDamaged) return opened.take_error();
  ReplayReport report;
  report.why = opened.error().message;
  TALLY_ASSIGN(const auto rebuilt, Ledger::open_rebuilding(folder, options));
  TALLY_ASSIGN(const projection::Reader is, rebuilt->core().reader());
  report.events = is.head().size.count;
  TALLY_ASSIGN(report.digest, audit::digest_of(is, ledger::Rebuild::parallel(options)));
  report.seconds = watch.seconds();
  return report;
}

}  // namespace tally
