#include "tally/bridge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "audit/trace_walk.h"
#include "base/try.h"
#include "ledger/core.h"
#include "ledger/measures.h"

namespace tally {
namespace audit {
namespace {

using ledger::ResolvedFigure;

constexpr std::array<std::string_view, 5> kCauseNames = {
    "late commitment", "late claim", "verification", "correction", "proxy change"};

// What a measure is worth from an event on.
using MeasureVersions = std::map<Sequence, domain::MeasureTerms>;

Error bad_points(std::string message) {
  return {ErrorCode::kBadEntry, std::move(message), {}, 0, {}};
}

// The value of a quantity as the measure then stood; 0 before it was defined.
std::optional<Decimal> value_at(const MeasureVersions& versions, Sequence point, Basis basis,
                                Quantity quantity) {
  const auto after = versions.upper_bound(point);
  if (after != versions.begin()) return ledger::value_of(std::prev(after)->second, quantity);
  if (ledger::has_value(basis)) return Decimal();
  return std::nullopt;
}

Cause cause_of(EntryType type, bool is_of_measure) {
  switch (type) {
    case EntryType::kCommitment: return Cause::kLateCommitment;
    case EntryType::kClaim: return Cause::kLateClaim;
    case EntryType::kVerification: return Cause::kVerification;
    default: return is_of_measure ? Cause::kProxyChange : Cause::kCorrection;
  }
}

Int128 size_of(Decimal number) { return number.units() < 0 ? -number.units() : number.units(); }

bool moved_more(const BridgeLine& a, const BridgeLine& b) {
  auto rank = [](const BridgeLine& line) {
    return std::pair(size_of(line.quantity), size_of(line.value.value_or(Decimal())));
  };
  return rank(a) != rank(b) ? rank(a) > rank(b) : a.sequence < b.sequence;
}

// Sums up what each cause did, and keeps the lines that moved most: by cause, then by sequence.
void arrange(Bridge& bridge, std::uint64_t most) {
  auto& lines = bridge.lines;
  std::map<Cause, CauseSum> sums;
  for (const BridgeLine& line : lines) {
    CauseSum& sum = sums.try_emplace(line.cause, CauseSum{line.cause, 0, {}, {}}).first->second;
    ++sum.events;
    sum.quantity = sum.quantity.plus(line.quantity);
    if (line.value) sum.value = sum.value.value_or(Decimal()).plus(*line.value);
  }
  for (const auto& [cause, sum] : sums) bridge.causes.push_back(sum);
  if (lines.size() > most) {
    const auto end = lines.begin() + static_cast<std::ptrdiff_t>(most);
    std::nth_element(lines.begin(), end, lines.end(), moved_more);
    bridge.left_off = lines.size() - most;
    lines.erase(end, lines.end());
  }
  std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
    return std::pair(a.cause, a.sequence) < std::pair(b.cause, b.sequence);
  });
}

class Builder {
 public:
  Builder(Reading& reading, const ResolvedFigure& figure, Sequence from, std::uint64_t most_lines)
      : reading_(reading), figure_(figure), from_(from), most_lines_(most_lines) {}

  Result<Bridge> build() {
    TALLY_ASSIGN(Bridge bridge, begin());
    if (is_ratio(figure_)) return with_parts(std::move(bridge));
    TALLY_ASSIGN(versions_, measure_versions());
    TALLY_TRY(collect_deltas());
    bridge.opening.quantity = quantity_;
    bridge.opening.value = value_at(versions_, from_, bridge.basis, quantity_);
    TALLY_TRY(add_lines(bridge));
    bridge.closing.quantity = quantity_;
    bridge.closing.value = value_at(versions_, figure_.as_of, bridge.basis, quantity_);
    TALLY_TRY(check(bridge));
    return bridge;
  }

 private:
  Result<Bridge> begin() const {
    Bridge bridge;
    bridge.figure = figure_.reference;
    bridge.basis = figure_.defined.measure.terms.basis;
    bridge.unit = figure_.defined.measure.terms.unit;
    bridge.opening.as_of = from_;
    bridge.closing.as_of = figure_.as_of;
    return bridge;
  }

  Result<Bridge> with_parts(Bridge bridge) {
    const domain::MeasureTerms& terms = figure_.defined.measure.terms;
    auto part = [&](Sequence measure) -> Result<std::unique_ptr<Bridge>> {
      TALLY_ASSIGN(const ResolvedFigure resolved, part_of(reading_, figure_, measure));
      TALLY_ASSIGN(Bridge of_part, Builder(reading_, resolved, from_, most_lines_).build());
      return std::make_unique<Bridge>(std::move(of_part));
    };
    TALLY_ASSIGN(bridge.numerator, part(terms.numerator));
    TALLY_ASSIGN(bridge.denominator, part(terms.denominator));
    auto share = [](const BridgePoint& numerator, const BridgePoint& denominator) {
      auto quantity = [](const BridgePoint& point) {
        const Int128 millionths = point.quantity->units() / (Decimal::kScale / Quantity::kScale);
        return Quantity::from_millionths(static_cast<std::int64_t>(millionths))
            .value_or(Quantity{});
      };
      return Decimal::percentage(quantity(numerator), quantity(denominator));
    };
    bridge.opening.quantity = share(bridge.numerator->opening, bridge.denominator->opening);
    bridge.closing.quantity = share(bridge.numerator->closing, bridge.denominator->closing);
    return bridge;
  }

  Result<MeasureVersions> measure_versions() const {
    MeasureVersions versions;
    TALLY_ASSIGN(const auto all, reading_.reader.measure_versions(figure_.measure, figure_.as_of));
    for (const auto& [event, version] : all) versions.emplace(event, version.terms);
    return versions;
  }

  // What each event after the opening posted to the figure; what came before adds up to the
  // opening.
  Result<void> collect_deltas() {
    TALLY_ASSIGN(const auto lines, trace_lines(reading_.reader, figure_));
    std::int64_t before = 0;
    for (const TraceLine& line : lines) {
      (line.sequence > from_ ? deltas_[line.sequence] : before) += line.delta.millionths();
    }
    for (const auto& [event, terms] : versions_) {
      if (event > from_) deltas_.emplace(event, 0);
    }
    quantity_ = Quantity::from_millionths(before).value_or(Quantity{});
    return {};
  }

  Result<void> add_lines(Bridge& bridge) {
    for (const auto& [sequence, delta] : deltas_) {
      const Sequence before{sequence.value - 1};
      const auto value_before = value_at(versions_, before, bridge.basis, quantity_);
      quantity_ = Quantity::from_millionths(quantity_.millionths() + delta).value_or(quantity_);
      const auto value_after = value_at(versions_, sequence, bridge.basis, quantity_);
      BridgeLine line;
      line.quantity = Decimal(*Quantity::from_millionths(delta));
      if (value_after) line.value = value_after->minus(*value_before);
      // An event whose postings cancel within the figure, and that leaves its value, moved nothing.
      if (delta == 0 && (!line.value || *line.value == Decimal())) continue;
      TALLY_TRY(name(sequence, line));
      bridge.lines.push_back(std::move(line));
    }
    arrange(bridge, most_lines_);
    for (BridgeLine& line : bridge.lines) TALLY_TRY(give_reason(line));
    return {};
  }

  // The record knows all but a correction's reason, and is read sooner than the event.
  Result<void> name(Sequence sequence, BridgeLine& line) {
    TALLY_ASSIGN(auto record, reading_.reader.record(sequence));
    if (!record) {
      return Error{ErrorCode::kDamaged,
                   fmt::format("event {} has no record; run `tally verify`", sequence.value),
                   {},
                   0,
                   {}};
    }
    line.sequence = sequence;
    line.entry = std::move(record->id);
    line.cause = cause_of(record->type, versions_.contains(sequence));
    return {};
  }

  Result<void> give_reason(BridgeLine& line) {
    if (line.cause != Cause::kCorrection && line.cause != Cause::kProxyChange) return {};
    TALLY_ASSIGN(const Event event, reading_.events.read(line.sequence));
    if (const auto* correction = std::get_if<Correction>(&event.entry.content)) {
      line.reason = correction->reason;
    }
    return {};
  }

  // The closing is the figure as it is told anywhere else.
  Result<void> check(const Bridge& bridge) const {
    TALLY_ASSIGN(const Figure told, ledger::compute_figure(reading_.reader, figure_));
    if (told.quantity == bridge.closing.quantity && told.value == bridge.closing.value) return {};
    return Error{ErrorCode::kDamaged,
                 fmt::format("the bridge of {} closes at {}, and the figure is {}; run `tally "
                             "verify`",
                             figure_.reference.measure, bridge.closing.quantity->to_string(),
                             told.quantity ? told.quantity->to_string() : "none"),
                 {},
                 0,
                 {}};
  }

  Reading& reading_;
  const ResolvedFigure& figure_;
  const Sequence from_;
  const std::uint64_t most_lines_;
  MeasureVersions versions_;
  std::map<Sequence, std::int64_t> deltas_;  // millionths, of each event after the opening
  Quantity quantity_;                        // of the figure, event by event
};

}  // namespace
}  // namespace audit

std::string_view cause_name(Cause cause) {
  return audit::kCauseNames[static_cast<std::size_t>(cause)];
}

Result<Bridge> bridge(const Ledger& ledger, const FigureReference& figure,
                      const BridgeQuery& query) {
  if (figure.as_of) {
    return audit::bad_points(fmt::format(
        "a bridge has two points of its own: leave @{} out of the figure", figure.as_of->value));
  }
  TALLY_ASSIGN(projection::Reader reader, ledger.core().reader());
  audit::Reading reading(ledger.core().log(), std::move(reader));
  TALLY_ASSIGN(const Sequence opening, ledger::checked_point(reading.reader, query.from));
  FigureReference closing = figure;
  closing.as_of = query.to;
  TALLY_ASSIGN(const ledger::ResolvedFigure resolved,
               ledger::resolve_figure(reading.reader, closing));
  if (opening > resolved.as_of) {
    return audit::bad_points(fmt::format("a bridge goes forward: event {} comes after event {}",
                                         opening.value, resolved.as_of.value));
  }
  return audit::Builder(reading, resolved, opening, query.most_lines).build();
}

}  // namespace tally
