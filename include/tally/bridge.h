#pragma once

// What happened to a figure between two points (spec "Totals: Publication, restatement, bridge"):
// an opening, a line for each event that moved it, grouped by cause, and a closing.  Opening and
// lines add up to the closing exactly, in quantity and in value.

#include <cstdint>
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

struct Bridge {
  FigureReference figure;  // as of the closing
  Basis basis = Basis::kCount;
  std::string unit;
  BridgePoint opening;
  std::vector<BridgeLine> lines;  // by cause, then by sequence; none of a ratio
  BridgePoint closing;
  std::unique_ptr<Bridge> numerator;  // of a ratio
  std::unique_ptr<Bridge> denominator;
};

// The bridge of a figure, which names no point itself, from one event to a later one or the same.
// What did not exist yet at the opening was 0 then.  Errors: `unknown-reference`, `wrong-type`;
// `bad-entry` for a figure with a point, or points that are beyond the head or in the wrong order.
Result<Bridge> bridge(const Ledger& ledger, const FigureReference& figure, Sequence from,
                      std::optional<Sequence> to = std::nullopt);

}  // namespace tally
