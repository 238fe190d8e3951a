#pragma once

// Whether an entry that is submitted says the same as an event that is stored (spec "Entries":
// submitting is idempotent).

#include "domain/record.h"
#include "tally/entry.h"
#include "tally/result.h"

namespace tally::ledger {

// `submitted` has ids and `stored` has sequences for its references; `records` tells which belong
// together.  Details that were erased are left out of the comparison.
Result<bool> same_content(domain::Records& records, Entry submitted, Event stored);

}  // namespace tally::ledger
