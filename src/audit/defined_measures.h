#pragma once

// What the measures were that there were at a point.

#include <vector>

#include "audit/versions.h"
#include "tally/totals.h"

namespace tally::audit {

// In the order of the log.
Result<std::vector<DefinedMeasure>> defined_measures(Reading& reading, Sequence as_of);

}  // namespace tally::audit
