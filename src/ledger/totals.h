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

}  // namespace tally::ledger
