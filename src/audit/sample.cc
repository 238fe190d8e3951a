#include "tally/sample.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "audit/draw.h"
#include "audit/posting_context.h"
#include "audit/trace_walk.h"
#include "base/try.h"
#include "projection/tree.h"

namespace tally {
namespace audit {
namespace {

using ledger::ResolvedFigure;

constexpr std::array<std::string_view, 2> kMethodNames = {"monetary-unit", "random"};

Error refusal(ErrorCode code, std::string message) { return {code, std::move(message), {}, 0, {}}; }

Decimal from_millionths(Int128 millionths) {
  return Decimal::from_units(millionths * (Decimal::kScale / Quantity::kScale));
}

Result<void> check_options(const SampleOptions& options) {
  if (options.size == 0) {
    return refusal(ErrorCode::kUsage, "a sample of 0 items is none: ask for 1 at least");
  }
  if (options.seed.empty() || options.seed.find('\0') != std::string::npos) {
    return refusal(ErrorCode::kUsage, "a sample needs a seed: any text that was chosen beforehand");
  }
  return {};
}

// A ratio is no sum of postings; what it is made of is.
Result<void> refuse_ratio(Reading& reading, const ResolvedFigure& figure, YearStart year_start) {
  const domain::MeasureTerms& terms = figure.defined.measure.terms;
  TALLY_ASSIGN(const ResolvedFigure numerator, part_of(reading, figure, terms.numerator));
  TALLY_ASSIGN(const ResolvedFigure denominator, part_of(reading, figure, terms.denominator));
  return refusal(ErrorCode::kWrongType,
                 fmt::format("\"{}\" is a ratio and has no postings to draw from; draw from its "
                             "numerator, {}, or from its denominator, {}",
                             figure.reference.measure, numerator.reference.to_string(year_start),
                             denominator.reference.to_string(year_start)));
}

class Sampler {
 public:
  Sampler(Reading& reading, const ResolvedFigure& figure, Sample& sample)
      : sample_(sample), context_(reading, figure.as_of) {}

  Result<void> draw(const std::vector<TraceLine>& lines, std::string_view key) {
    std::vector<std::int64_t> values;
    values.reserve(lines.size());
    Int128 total = 0;
    for (const TraceLine& line : lines) {
      const std::int64_t delta = line.delta.millionths();
      values.push_back(delta < 0 ? -delta : delta);
      total += values.back();
    }
    sample_.postings = lines.size();
    sample_.total = from_millionths(total);
    if (sample_.options.method == SampleMethod::kMonetaryUnit) {
      return draw_monetary(lines, values, total, key);
    }
    for (const std::size_t index : draw_at_random(key, lines.size(), sample_.options.size)) {
      TALLY_TRY(take(lines, index, std::nullopt, sample_.sample));
    }
    return {};
  }

 private:
  Result<void> draw_monetary(const std::vector<TraceLine>& lines,
                             std::span<const std::int64_t> values, Int128 total,
                             std::string_view key) {
    const Int128 interval = sampling_interval(total, sample_.options.size);
    const Int128 start = interval == 0 ? 0 : sampling_start(key, interval);
    sample_.interval = from_millionths(interval);
    if (interval != 0) sample_.start = from_millionths(start);
    const MonetaryUnitDraw drawn = draw_monetary_units(values, interval, start);
    for (const std::size_t index : drawn.top_stratum) {
      TALLY_TRY(take(lines, index, std::nullopt, sample_.top_stratum));
    }
    for (const DrawnItem& item : drawn.sample) {
      TALLY_TRY(take(lines, item.index, from_millionths(item.point), sample_.sample));
    }
    return {};
  }

  Result<void> take(const std::vector<TraceLine>& lines, std::size_t index,
                    std::optional<Decimal> hit, std::vector<SampledPosting>& into) {
    const TraceLine& line = lines[index];
    SampledPosting taken{index + 1, hit, {}};
    TALLY_ASSIGN(taken.posting, context_.describe(line.sequence, line.account));
    taken.posting.delta = line.delta;
    into.push_back(std::move(taken));
    return {};
  }

  Sample& sample_;
  PostingContext context_;
};

}  // namespace
}  // namespace audit

std::string_view sample_method_name(SampleMethod method) {
  return audit::kMethodNames[static_cast<std::size_t>(method)];
}

std::optional<SampleMethod> sample_method_from_name(std::string_view name) {
  for (const SampleMethod method : {SampleMethod::kMonetaryUnit, SampleMethod::kRandom}) {
    if (sample_method_name(method) == name) return method;
  }
  return std::nullopt;
}

Result<Sample> sample(const Ledger& ledger, const FigureReference& figure,
                      const SampleOptions& options) {
  TALLY_TRY(audit::check_options(options));
  const YearStart year_start = ledger.identity().year_start;
  TALLY_ASSIGN(projection::Reader reader, ledger.core().reader());
  audit::Reading reading(ledger.core().log(), std::move(reader));
  TALLY_ASSIGN(const ledger::ResolvedFigure resolved,
               ledger::resolve_figure(reading.reader, figure));
  if (audit::is_ratio(resolved)) {
    TALLY_TRY(audit::refuse_ratio(reading, resolved, year_start));
  }
  Sample drawn;
  drawn.figure = resolved.reference;
  drawn.as_of = resolved.as_of;
  drawn.unit = resolved.defined.measure.terms.unit;
  drawn.options = options;
  TALLY_ASSIGN(
      drawn.root,
      projection::TreeReader(reading.reader.view()).root(LogSize{resolved.as_of.value + 1}));
  TALLY_ASSIGN(const Figure told, ledger::compute_figure(reading.reader, resolved));
  TALLY_ASSIGN(const audit::TraceLines lines, audit::checked_lines(reading.reader, resolved, told));
  const std::string key =
      audit::draw_key(options.seed, drawn.root, drawn.figure.to_string(year_start));
  TALLY_TRY(audit::Sampler(reading, resolved, drawn).draw(lines.lines, key));
  return drawn;
}

}  // namespace tally
