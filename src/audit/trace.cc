#include "tally/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "audit/posting_context.h"
#include "audit/trace_walk.h"
#include "audit/versions.h"
#include "base/try.h"
#include "ledger/figure.h"

namespace tally {
namespace audit {
namespace {

using ledger::ResolvedFigure;
using projection::ChainPosting;
using projection::Level;
using projection::LevelKey;

// The postings behind one stage of a figure that a page may need: of each chain of them as many as
// the page has room for, and one of the next event, which tells that there is a next page.
Result<void> collect_stage(const projection::Reader& reader, const ResolvedFigure& figure,
                           Stage stage, const TracePage& page, std::vector<TraceLine>& lines) {
  std::map<std::uint32_t, domain::AccountKey> accounts;
  std::uint64_t of_chain = 0;
  Sequence filled_by;  // the event with which the chain alone fills the page
  auto collect = [&](const ChainPosting& posting) -> Result<bool> {
    const bool is_beyond = of_chain >= page.limit && posting.sequence != filled_by;
    if (++of_chain == page.limit) filled_by = posting.sequence;
    auto known = accounts.find(posting.account);
    if (known == accounts.end()) {
      TALLY_ASSIGN(const LevelKey key, reader.account_key(posting.account));
      known = accounts.emplace(posting.account, key.account).first;
    }
    lines.push_back({posting.sequence, known->second, posting.delta});
    return !is_beyond;
  };
  const Level level = figure.level();
  if (level != Level::kAccount) {
    const LevelKey key{level,
                       {figure.reference.year,
                        {figure.measure, figure.programme.value_or(Sequence{}),
                         figure.organisation.value_or(Sequence{}), Sequence{}},
                        stage}};
    TALLY_ASSIGN(const auto state, reader.account(key));
    if (!state) return {};
    return reader.for_each_posting(level, state->number, figure.as_of, collect, page.after);
  }
  return reader.for_each_account(
      projection::measure_prefix(level, figure.reference.year, figure.measure),
      [&](const LevelKey& key, const projection::AccountState& state) -> Result<bool> {
        if (key.account.stage != stage || !figure.holds(key.account.dimensions)) return true;
        of_chain = 0;
        TALLY_TRY(reader.for_each_posting(level, state.number, figure.as_of, collect, page.after));
        return true;
      });
}

// All that a page may need, in the order of the trace.
Result<std::vector<TraceLine>> collect_lines(const projection::Reader& reader,
                                             const ResolvedFigure& figure, const TracePage& page) {
  std::vector<TraceLine> lines;
  if (figure.reference.stage != Stage::kPending) {
    TALLY_TRY(collect_stage(reader, figure, figure.reference.stage, page, lines));
  } else {
    for (const Stage stage : {Stage::kClaimed, Stage::kVerified, Stage::kRejected}) {
      TALLY_TRY(collect_stage(reader, figure, stage, page, lines));
    }
    // Of a pending figure, what was verified or rejected is no longer pending.
    for (TraceLine& line : lines) {
      if (line.account.stage == Stage::kClaimed) continue;
      line.delta = *Quantity::from_millionths(-line.delta.millionths());
    }
  }
  // Of one event, what leaves the figure comes first, so that no balance on the way is out of
  // range.
  std::sort(lines.begin(), lines.end(), [](const TraceLine& a, const TraceLine& b) {
    const bool a_enters = !a.delta.is_negative();
    const bool b_enters = !b.delta.is_negative();
    return std::tie(a.sequence, a_enters, a.account) < std::tie(b.sequence, b_enters, b.account);
  });
  return lines;
}

// Cuts off what lies beyond the page, never within an event.
void cut_to_page(TraceLines& found, const TracePage& page) {
  std::vector<TraceLine>& lines = found.lines;
  if (lines.size() <= page.limit) return;
  const Sequence last = lines[page.limit - 1].sequence;
  const auto end =
      std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(page.limit), lines.end(),
                   [&](const TraceLine& line) { return line.sequence != last; });
  if (end == lines.end()) return;
  lines.erase(end, lines.end());
  found.next_after = last;
}

Result<Quantity> quantity_at(const projection::Reader& reader, ResolvedFigure figure,
                             Sequence point) {
  figure.as_of = point;
  return ledger::quantity_of(reader, figure, figure.measure);
}

}  // namespace

Result<Trace> begin_trace(Reading& reading, const ResolvedFigure& resolved) {
  Trace trace;
  TALLY_ASSIGN(trace.figure, ledger::compute_figure(reading.reader, resolved));
  const projection::MeasureVersion& measure = resolved.defined.measure;
  trace.measure.sequence = measure.body;
  TALLY_ASSIGN(trace.measure.entry, entry_by(reading, resolved.measure, measure.body));
  return trace;
}

Result<ResolvedFigure> part_of(Reading& reading, const ResolvedFigure& ratio, Sequence measure) {
  FigureReference reference = ratio.reference;
  TALLY_ASSIGN(reference.measure, reading.reader.id_of(measure));
  TALLY_ASSIGN(ResolvedFigure resolved, ledger::resolve_figure(reading.reader, reference));
  // A damaged index could lead from a part to the ratio that it is a part of, and round and round.
  if (resolved.measure == measure && !is_ratio(resolved)) return resolved;
  return Error{ErrorCode::kDamaged,
               fmt::format("\"{}\", a part of \"{}\", is not the measure of event {}; run `tally "
                           "verify`",
                           reference.measure, ratio.reference.measure, measure.value),
               {},
               0,
               {}};
}

Result<std::vector<TraceLine>> trace_lines(const projection::Reader& reader,
                                           const ResolvedFigure& figure) {
  return collect_lines(reader, figure, {});
}

Result<void> check_page(const TracePage& page) {
  if (page.limit > 0) return {};
  return Error{
      ErrorCode::kUsage, "a page holds at least 1 posting, and 0 were asked for", {}, 0, {}};
}

Result<TraceLines> checked_lines(const projection::Reader& reader, const ResolvedFigure& resolved,
                                 const Figure& figure, const TracePage& page) {
  TraceLines found;
  TALLY_ASSIGN(found.lines, collect_lines(reader, resolved, page));
  cut_to_page(found, page);
  if (page.after) {
    TALLY_ASSIGN(found.opening,
                 quantity_at(reader, resolved, std::min(*page.after, resolved.as_of)));
  }
  Int128 total = found.opening.millionths();
  for (const TraceLine& line : found.lines) total += line.delta.millionths();
  const Decimal sum = Decimal::from_units(total * (Decimal::kScale / Quantity::kScale));
  std::optional<Decimal> expected = figure.quantity;
  if (found.next_after) {
    TALLY_ASSIGN(expected, quantity_at(reader, resolved, *found.next_after));
  }
  if (expected && sum == *expected) return found;
  return Error{
      ErrorCode::kDamaged,
      fmt::format("the postings behind {} add up to {}, and its balance is {}; run `tally verify`",
                  resolved.reference.measure, sum.to_string(),
                  expected ? expected->to_string() : "none"),
      {},
      0,
      {}};
}

Result<std::optional<Sequence>> for_each_posting(Reading& reading, const ResolvedFigure& resolved,
                                                 const Figure& figure, const TracePage& page,
                                                 const TraceVisit& visit) {
  TALLY_ASSIGN(const TraceLines found, checked_lines(reading.reader, resolved, figure, page));
  PostingContext context(reading, resolved.as_of);
  std::int64_t sum = found.opening.millionths();
  for (const TraceLine& line : found.lines) {
    TALLY_ASSIGN(TracePosting posting, context.describe(line.sequence, line.account));
    posting.delta = line.delta;
    sum += line.delta.millionths();
    posting.balance = Quantity::from_millionths(sum).value_or(Quantity{});
    TALLY_TRY(visit(std::move(posting)));
  }
  return found.next_after;
}

namespace {

Result<Trace> traced(Reading& reading, const ResolvedFigure& resolved, const TracePage& page) {
  TALLY_ASSIGN(Trace trace, begin_trace(reading, resolved));
  if (!is_ratio(resolved)) {
    TALLY_ASSIGN(trace.next_after, for_each_posting(reading, resolved, trace.figure, page,
                                                    [&](TracePosting posting) -> Result<void> {
                                                      trace.postings.push_back(std::move(posting));
                                                      return {};
                                                    }));
    return trace;
  }
  const domain::MeasureTerms& terms = resolved.defined.measure.terms;
  for (const auto& [measure, part] : {std::pair(terms.numerator, &trace.numerator),
                                      std::pair(terms.denominator, &trace.denominator)}) {
    TALLY_ASSIGN(const ResolvedFigure of_part, part_of(reading, resolved, measure));
    TALLY_ASSIGN(Trace whole, traced(reading, of_part, page));
    *part = std::make_unique<Trace>(std::move(whole));
  }
  return trace;
}

}  // namespace
}  // namespace audit

Result<Trace> trace(const Ledger& ledger, const FigureReference& reference, const TracePage& page) {
  TALLY_TRY(audit::check_page(page));
  TALLY_ASSIGN(projection::Reader reader, ledger.core().reader());
  audit::Reading reading(ledger.core().log(), std::move(reader));
  TALLY_ASSIGN(const ledger::ResolvedFigure resolved,
               ledger::resolve_figure(reading.reader, reference));
  return audit::traced(reading, resolved, page);
}

}  // namespace tally
