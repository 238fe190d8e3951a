#pragma once

// Totals as `totals` and `check-log` print them.

#include <string>
#include <string_view>

#include "output.h"
#include "tally/totals.h"

namespace tally::tool {

// The columns of a line of a totals root, and such a line, as CSV.
inline constexpr std::string_view kAccountsCsvHeader =
    "year,measure,programme,organisation,contract,stage,quantity,proxy\n";
std::string csv_line(const AccountLine& line, YearStart year_start);

// Tables for people, a year each, and the totals roots where they were asked for.
void print_totals(const Totals& totals, const TotalsQuery& query, const LedgerOpened& identity,
                  Console& console);

}  // namespace tally::tool
