#include <cstdlib>
#include <queue>
#include <tuple>

#include "audit/trace_walk.h"
#include "base/check.h"
#include "base/try.h"
#include "ledger/core.h"
#include "ledger/figure.h"
#include "tally/trace.h"

namespace tally {
namespace audit {
namespace {

// The figure's balance from an event on.
struct Balance {
  Sequence sequence;
  Quantity balance;
};

// Every balance that a figure had, from the event before its first posting to its point.
Result<std::vector<Balance>> balances_of(const projection::Reader& reader,
                                         const ledger::ResolvedFigure& figure) {
  TALLY_ASSIGN(const Figure told, ledger::compute_figure(reader, figure));
  TALLY_ASSIGN(const TraceLines found, checked_lines(reader, figure, told));
  std::vector<Balance> all;
  const std::uint64_t first = found.lines.empty() ? 0 : found.lines.front().sequence.value;
  all.push_back({Sequence{first == 0 ? 0 : first - 1}, Quantity{}});
  std::int64_t sum = 0;
  for (const TraceLine& line : found.lines) {
    sum += line.delta.millionths();
    if (all.back().sequence != line.sequence) all.push_back({line.sequence, {}});
    all.back().balance = Quantity::from_millionths(sum).value_or(Quantity{});
  }
  if (all.back().sequence != figure.as_of) all.push_back({figure.as_of, all.back().balance});
  return all;
}

// Some balances that follow each other, by where the first and the last stand.
struct Stretch {
  std::uint64_t step;  // between those two, in millionths
  std::size_t from;
  std::size_t to;

  // The largest step first; of equals, the longest.
  friend bool operator<(const Stretch& a, const Stretch& b) {
    return std::tuple(a.step, a.to - a.from, b.from) < std::tuple(b.step, b.to - b.from, a.from);
  }
};

// Which of the balances to show: the first and the last, and the middle of the largest step again
// and again until there are enough.
std::vector<bool> chosen(const std::vector<Balance>& all, std::size_t most) {
  std::vector<bool> shown(all.size());
  std::priority_queue<Stretch> stretches;
  std::size_t count = 0;
  auto show = [&](std::size_t at) {
    if (!shown[at]) ++count;
    shown[at] = true;
  };
  auto add = [&](std::size_t from, std::size_t to) {
    if (to - from < 2) return;
    const std::int64_t step = all[to].balance.millionths() - all[from].balance.millionths();
    stretches.push({static_cast<std::uint64_t>(std::abs(step)), from, to});
  };
  show(0);
  show(all.size() - 1);
  add(0, all.size() - 1);
  while (count < most && !stretches.empty()) {
    const Stretch widest = stretches.top();
    stretches.pop();
    const std::size_t middle = widest.from + (widest.to - widest.from) / 2;
    show(middle);
    add(widest.from, middle);
    add(middle, widest.to);
  }
  return shown;
}

}  // namespace
}  // namespace audit

Result<BalanceCurve> balance_curve(const Ledger& ledger, const FigureReference& reference,
                                   std::size_t most_points) {
  TALLY_CHECK(most_points >= 2);
  TALLY_ASSIGN(projection::Reader state, ledger.core().reader());
  audit::Reading reading(ledger.core().log(), std::move(state));
  TALLY_ASSIGN(const ledger::ResolvedFigure figure,
               ledger::resolve_figure(reading.reader, reference));
  if (audit::is_ratio(figure)) {
    return Error{ErrorCode::kWrongType,
                 "a ratio has no balance of its own: ask for its numerator and its denominator",
                 {},
                 0,
                 reference.measure};
  }
  BalanceCurve curve;
  curve.figure = figure.reference;
  TALLY_ASSIGN(const auto all, audit::balances_of(reading.reader, figure));
  const std::vector<bool> shown = audit::chosen(all, most_points);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!shown[i]) continue;
    TALLY_ASSIGN(const Event event, reading.events.read(all[i].sequence));
    curve.points.push_back({event.sequence, event.recorded_at, all[i].balance});
  }
  return curve;
}

}  // namespace tally
