#pragma once

// What a statement allows its number to be (spec "Entries: Publication", qualifiers).

#include "tally/entry.h"

namespace tally::domain {

// Whether a number is what was stated.
bool agrees(const Statement& statement, Decimal number);

// Whether a number is near what was stated as well: not only more, or at least as much.
bool explains(const Statement& statement, Decimal number);

// Whether no number can be what both state.  (Whether both speak of one number is for who asks.)
bool exclude_each_other(const Statement& a, const Statement& b);

}  // namespace tally::domain
