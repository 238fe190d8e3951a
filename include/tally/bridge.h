#pragma once

// What happened to a figure between two points (spec "Totals: Publication, restatement, bridge"):
// an opening, a line for each event that moved it, grouped by cause, and a closing.  Opening and
// lines add up to the closing exactly, in quantity and in value.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/totals.h"

namespace tally {

// Why a figure moved, in the order in which a bridge tells it.
enum class Cause : std::uint8_t {
  kLateCommitment,
  kLateClaim,
  kVerification,
  kCorrection,
  kProxyChange,  // a correction of the measure that changed what a unit is worth
};
std::string_view cause_name(Cause cause);

// What one event did to the figure.
struct BridgeLine {
  Sequence sequence;
  std::string entry;
  Cause cause = Cause::kCorrection;
  Decimal quantity;
  std::optional<Decimal> value;  // the figure's value after the event less before
  std::string reason;            // of a correction
};

// Where the figure stood; nothing for a ratio over 0, and for the value of what has none.
struct BridgePoint {
  Sequence as_of;
  std::optional<Decimal> quantity;
  std::optional<Decimal> value;
};

// What all events of one cause did together.
struct CauseSum {
  Cause cause = Cause::kCorrection;
  std::uint64_t events = 0;
  Decimal quantity;
  std::optional<Decimal> value;  // nothing where the figure has none
};

struct Bridge {
  FigureReference figure;  // as of the closing
  Basis basis = Basis::kCount;
  std::string unit;
  BridgePoint opening;
  std::vector<BridgeLine> lines;  // by cause, then by sequence; none of a ratio
  std::uint64_t left_off = 0;     // lines that moved less than those, where not all were asked for
  std::vector<CauseSum> causes;   // of all lines, in their order
  BridgePoint closing;
  std::unique_ptr<Bridge> numerator;  // of a ratio
  std::unique_ptr<Bridge> denominator;
};

// From where to where a bridge leads, and how much of it is asked for.
struct BridgeQuery {
  Sequence from;
  std::optional<Sequence> to;  // the head, when left out
  // The lines that moved the figure most, by quantity and then by value: it may have a million.  Of
  // a ratio, of each part.
  std::uint64_t most_lines = std::numeric_limits<std::uint64_t>::max();
};

// The bridge of a figure, which names no point itself, from one event to a later one or the same.
// What did not exist yet at the opening was 0 then.  Errors: `unknown-reference`, `wrong-type`;
// `bad-entry` for a figure with a point, or points that are beyond the head or in the wrong order.
Result<Bridge> bridge(const Ledger& ledger, const FigureReference& figure,
                      const BridgeQuery& query);

}  // namespace tally
