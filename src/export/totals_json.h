#pragma once

// Totals as JSON, for `totals --json` and for exports.

#include "base/json_writer.h"
#include "tally/totals.h"

namespace tally::exports {

// One row, as an object: with these stages, or all where there are none.
void write_totals_row(base::JsonWriter& out, const TotalsRow& row, const std::vector<Dimension>& by,
                      const std::vector<Stage>& stages, YearStart year_start);

// The members of `totals --json`, into an open object.
void write_totals_members(base::JsonWriter& out, const Totals& totals, const TotalsQuery& query,
                          YearStart year_start);

// A member for each year, its totals root, into an open object.
void write_roots(base::JsonWriter& out, const Totals& totals, YearStart year_start);

}  // namespace tally::exports
