#pragma once

// The tables of a pack, held against each other: totals against accounts, accounts against the
// totals roots.

#include <string>
#include <utility>
#include <vector>

#include "export/pack_layout.h"
#include "export/pack_parts.h"

namespace tally::exports::pack {

struct CheckedTables {
  std::uint64_t totals = 0;                         // rows
  std::vector<std::pair<std::string, Hash>> roots;  // of each year; none where there is a filter
};

// Reads both tables once, side by side; no more is held than a line of each.  `refused` with the
// first line that is wrong: out of order, not the sum of its accounts, an account without a total;
// or with a root that is not the one that pack.json says.
Result<CheckedTables> check_tables(const PackParts& parts, const Description& description,
                                   YearStart year_start);

}  // namespace tally::exports::pack
