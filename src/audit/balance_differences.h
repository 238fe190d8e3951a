#pragma once

// Which balances two states of the same log disagree on, and the events behind that.

#include <vector>

#include "projection/reader.h"
#include "tally/replay.h"

namespace tally::audit {

// Both are as of the same event; ids are those that `is` tells.  `damaged` where one cannot be
// read.
Result<std::vector<BalanceDifference>> balance_differences(const projection::Reader& was,
                                                           projection::Reader& is);

}  // namespace tally::audit
