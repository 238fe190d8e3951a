#pragma once

// Totals from a state of derived data, whatever it is kept in (see tally/totals.h).

#include <vector>

#include "projection/reader.h"
#include "tally/totals.h"

namespace tally::ledger {

Result<Totals> compute_totals(projection::Reader& reader, YearStart year_start,
                              const TotalsQuery& query);

Result<std::vector<AccountLine>> compute_account_lines(projection::Reader& reader,
                                                       YearStart year_start,
                                                       const TotalsQuery& query);

// The totals root of a year as of a point (spec "Totals: Totals root").
Result<Hash> compute_totals_root(projection::Reader& reader, YearStart year_start, Year year,
                                 Sequence as_of);

}  // namespace tally::ledger
