#pragma once

// What a spreadsheet makes of a figure.  Its numbers are binary floating point: each decimal of up
// to 15 significant digits is kept, and shown as it is; one of more is not.  Here alone does a
// figure of the ledger become such a number, and none comes back.

#include <optional>

#include "tally/decimal.h"

namespace tally::exports {

inline constexpr int kSheetDigits = 15;

// The number for a figure; nothing where it has more than 15 significant digits.
std::optional<double> sheet_number(Decimal exact);

// The digits after its point.
int fraction_digits(Decimal exact);

// Whether what a sheet computes, rounded to so many fraction digits, is the figure and no other.
bool rounds_to(double computed, int digits, Decimal exact);

}  // namespace tally::exports
