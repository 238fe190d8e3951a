#pragma once

// What would explain that a statement is not what the ledger has, where the ledger can tell.

#include <string>
#include <vector>

#include "audit/versions.h"
#include "ledger/figure.h"
#include "tally/entry.h"

namespace tally::audit {

// Sentences, as of the head.  `statement` has its figure's point; `found` is what stands there, and
// is not what was stated.
Result<std::vector<std::string>> hints_for(Reading& reading, YearStart year_start,
                                           const Statement& statement,
                                           const ledger::FigureNumbers& found);

}  // namespace tally::audit
