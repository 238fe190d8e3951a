#pragma once

// Whether what was published of a year still stands (spec "Totals: Publication, restatement,
// bridge").  Read from balances: first those of measures, and accounts only where something was
// posted since that left a measure's as they were.

#include "projection/reader.h"

namespace tally::ledger {

// Whether any balance of a year, or any money value, differs between two points.
Result<bool> year_differs(const projection::Reader& reader, Year year, Sequence from, Sequence to);

// Whether a year is restated as of a point: since its latest publication up to then.
Result<bool> is_restated(const projection::Reader& reader, Year year, Sequence as_of);

}  // namespace tally::ledger
