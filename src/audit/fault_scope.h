#pragma once

// What a fault touches, and what to do about it.

#include "projection/reader.h"
#include "tally/verify.h"

namespace tally::audit {

// Fills in `totals` and `advice`.  `account` is the account that is damaged, where it is known
// which.
void complete(Fault& fault, const projection::Reader& reader, YearStart year_start,
              const std::optional<domain::AccountKey>& account);

}  // namespace tally::audit
