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

// The postings behind one stage of a figure.
Result<void> collect_stage(const projection::Reader& reader, const ResolvedFigure& figure,
                           Stage stage, std::vector<TraceLine>& lines) {
  std::map<std::uint32_t, domain::AccountKey> accounts;
  auto collect = [&](const ChainPosting& posting) -> Result<bool> {
    auto known = accounts.find(posting.account);
    if (known == accounts.end()) {
      TALLY_ASSIGN(const LevelKey key, reader.account_key(posting.account));
      known = accounts.emplace(posting.account, key.account).first;
    }
    lines.push_back({posting.sequence, known->second, posting.delta});
    return true;
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
    return reader.for_each_posting(level, state->number, figure.as_of, collect);
  }
  return reader.for_each_account(
      projection::measure_prefix(level, figure.reference.year, figure.measure),
      [&](const LevelKey& key, const projection::AccountState& state) -> Result<bool> {
        if (key.account.stage != stage || !figure.holds(key.account.dimensions)) return true;
        TALLY_TRY(reader.for_each_posting(level, state.number, figure.as_of, collect));
        return true;
      });
}

}  // namespace

Result<std::vector<TraceLine>> trace_lines(const projection::Reader& reader,
                                           const ResolvedFigure& figure) {
  std::vector<TraceLine> lines;
  if (figure.reference.stage != Stage::kPending) {
    TALLY_TRY(collect_stage(reader, figure, figure.reference.stage, lines));
  } else {
    for (const Stage stage : {Stage::kClaimed, Stage::kVerified, Stage::kRejected}) {
      TALLY_TRY(collect_stage(reader, figure, stage, lines));
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

Result<Trace> begin_trace(Reading& reading, const ResolvedFigure& resolved) {
  Trace trace;
  TALLY_ASSIGN(trace.figure, ledger::compute_figure(reading.reader, resolved));
  const projection::MeasureVersion& measure = resolved.defined.measure;
  trace.measure.sequence = measure.body;
  TALLY_ASSIGN(const auto versions, versions_of(reading, resolved.measure, measure.body));
  trace.measure.entry = entry_as_of(versions, measure.body);
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

Result<std::vector<TraceLine>> checked_lines(const projection::Reader& reader,
                                             const ResolvedFigure& resolved, const Figure& figure) {
  TALLY_ASSIGN(std::vector<TraceLine> lines, trace_lines(reader, resolved));
  Int128 total = 0;
  for (const TraceLine& line : lines) total += line.delta.millionths();
  const Decimal sum = Decimal::from_units(total * (Decimal::kScale / Quantity::kScale));
  if (figure.quantity && sum == *figure.quantity) return lines;
  return Error{
      ErrorCode::kDamaged,
      fmt::format("the postings behind {} add up to {}, and its balance is {}; run `tally verify`",
                  resolved.reference.measure, sum.to_string(),
                  figure.quantity ? figure.quantity->to_string() : "none"),
      {},
      0,
      {}};
}

Result<void> for_each_posting(Reading& reading, const ResolvedFigure& resolved,
                              const Figure& figure, const TraceVisit& visit) {
  TALLY_ASSIGN(const std::vector<TraceLine> lines, checked_lines(reading.reader, resolved, figure));
  PostingContext context(reading, resolved.as_of);
  std::int64_t sum = 0;
  for (const TraceLine& line : lines) {
    TALLY_ASSIGN(TracePosting posting, context.describe(line.sequence, line.account));
    posting.delta = line.delta;
    sum += line.delta.millionths();
    posting.balance = Quantity::from_millionths(sum).value_or(Quantity{});
    TALLY_TRY(visit(std::move(posting)));
  }
  return {};
}

namespace {

Result<Trace> whole_trace(Reading& reading, const ResolvedFigure& resolved) {
  TALLY_ASSIGN(Trace trace, begin_trace(reading, resolved));
  if (!is_ratio(resolved)) {
    TALLY_TRY(for_each_posting(reading, resolved, trace.figure,
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
    TALLY_ASSIGN(Trace whole, whole_trace(reading, of_part));
    *part = std::make_unique<Trace>(std::move(whole));
  }
  return trace;
}

}  // namespace
}  // namespace audit

Result<Trace> trace(const Ledger& ledger, const FigureReference& reference) {
  TALLY_ASSIGN(projection::Reader reader, ledger.core().reader());
  audit::Reading reading(ledger.core().log(), std::move(reader));
  TALLY_ASSIGN(const ledger::ResolvedFigure resolved,
               ledger::resolve_figure(reading.reader, reference));
  return audit::whole_trace(reading, resolved);
}

}  // namespace tally
