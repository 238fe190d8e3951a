#pragma once

// The options that pick a part of the totals, as several verbs take them.

#include <optional>
#include <string>
#include <vector>

#include "command_line.h"
#include "tally/totals.h"

namespace tally::tool {

struct TotalsFilter {
  std::vector<std::string> years;
  std::optional<std::string> as_of;
  TotalsQuery query;  // the filters that need no reading

  // With the years and the point read as this ledger has them.
  Result<TotalsQuery> read(const Ledger& ledger) const;
};

// Adds --year, --measure, --programme, --organisation, --contract and --as-of.
void add_totals_filter(CLI::App& verb, TotalsFilter& filter);

}  // namespace tally::tool
