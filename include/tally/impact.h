#pragma once

// What a submission would do to what has been published, told before anything is written.

#include <optional>
#include <string>
#include <vector>

#include "tally/decimal.h"
#include "tally/figure.h"

namespace tally {

// A published figure that would be another: a year's total of a measure at a stage, where something
// of that year has been published, or a figure that a publication states.  Nothing where there is
// no number: before the measure is first posted to, of a ratio over 0, of a value that there is
// none of.
struct Move {
  FigureReference figure;  // as of the present head
  std::optional<Decimal> from;
  std::optional<Decimal> to;
  std::optional<Decimal> value_from;
  std::optional<Decimal> value_to;
};

struct Impact {
  std::vector<Move> moves;            // by year, measure and stage, then the figures stated
  std::vector<std::string> restates;  // publications that stand, and would no longer
};

}  // namespace tally
