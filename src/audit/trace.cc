#include "tally/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "audit/posting_context.h"
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

struct Line {
  Sequence sequence;
  domain::AccountKey account;
  Quantity delta;
};

// The postings behind one stage of a figure.
Result<void> collect_stage(const projection::Reader& reader, const ResolvedFigure& figure,
                           Stage stage, std::vector<Line>& lines) {
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

// Of a pending figure, what was verified or rejected is no longer pending.
Quantity effect(const Line& line, Stage stage) {
  const bool turned = stage == Stage::kPending && line.account.stage != Stage::kClaimed;
  return turned ? *Quantity::from_millionths(-line.delta.millionths()) : line.delta;
}

Result<std::vector<Line>> collect_lines(const projection::Reader& reader,
                                        const ResolvedFigure& figure) {
  std::vector<Line> lines;
  if (figure.reference.stage != Stage::kPending) {
    TALLY_TRY(collect_stage(reader, figure, figure.reference.stage, lines));
  } else {
    for (const Stage stage : {Stage::kClaimed, Stage::kVerified, Stage::kRejected}) {
      TALLY_TRY(collect_stage(reader, figure, stage, lines));
    }
  }
  // Of one event, what leaves the figure comes first, so that no balance on the way is out of
  // range.
  std::sort(lines.begin(), lines.end(), [&](const Line& a, const Line& b) {
    const bool a_enters = !effect(a, figure.reference.stage).is_negative();
    const bool b_enters = !effect(b, figure.reference.stage).is_negative();
    return std::tie(a.sequence, a_enters, a.account) < std::tie(b.sequence, b_enters, b.account);
  });
  return lines;
}

Result<Trace> trace_resolved(Reading& reading, const ResolvedFigure& resolved);

// A ratio's trace is those of its two measures, with the same stage, filters and point.
Result<std::unique_ptr<Trace>> trace_part(Reading& reading, const ResolvedFigure& ratio,
                                          Sequence measure) {
  FigureReference reference = ratio.reference;
  TALLY_ASSIGN(reference.measure, reading.reader.id_of(measure));
  TALLY_ASSIGN(const ResolvedFigure resolved, ledger::resolve_figure(reading.reader, reference));
  // A damaged index could lead from a part to the ratio that it is a part of, and round and round.
  if (resolved.measure != measure || resolved.defined.measure.terms.basis == Basis::kRatio) {
    return Error{ErrorCode::kDamaged,
                 fmt::format("\"{}\", a part of \"{}\", is not the measure of event {}; run `tally "
                             "verify`",
                             reference.measure, ratio.reference.measure, measure.value),
                 {},
                 0,
                 {}};
  }
  TALLY_ASSIGN(Trace part, trace_resolved(reading, resolved));
  return std::make_unique<Trace>(std::move(part));
}

Result<Trace> trace_resolved(Reading& reading, const ResolvedFigure& resolved) {
  Trace trace;
  TALLY_ASSIGN(trace.figure, ledger::compute_figure(reading.reader, resolved));
  const projection::MeasureVersion& measure = resolved.defined.measure;
  trace.measure.sequence = measure.body;
  TALLY_ASSIGN(const auto versions, versions_of(reading, resolved.measure, measure.body));
  trace.measure.entry = entry_as_of(versions, measure.body);
  if (measure.terms.basis == Basis::kRatio) {
    TALLY_ASSIGN(trace.numerator, trace_part(reading, resolved, measure.terms.numerator));
    TALLY_ASSIGN(trace.denominator, trace_part(reading, resolved, measure.terms.denominator));
    return trace;
  }
  TALLY_ASSIGN(const std::vector<Line> lines, collect_lines(reading.reader, resolved));
  PostingContext context(reading, resolved.as_of);
  std::int64_t sum = 0;
  for (const Line& line : lines) {
    TALLY_ASSIGN(TracePosting posting, context.describe(line.sequence, line.account));
    posting.delta = effect(line, resolved.reference.stage);
    sum += posting.delta.millionths();
    posting.balance = Quantity::from_millionths(sum).value_or(Quantity{});
    trace.postings.push_back(std::move(posting));
  }
  const auto total = Quantity::from_millionths(sum);
  if (!total || !trace.figure.quantity || Decimal(*total) != *trace.figure.quantity) {
    return Error{ErrorCode::kDamaged,
                 fmt::format("the postings behind {} add up to {}, and its balance is {}; run "
                             "`tally verify`",
                             resolved.reference.measure,
                             total ? total->to_string() : "more than any quantity",
                             trace.figure.quantity->to_string()),
                 {},
                 0,
                 {}};
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
  return audit::trace_resolved(reading, resolved);
}

}  // namespace tally
