#pragma once

// What lies between two states of a ledger, of what has been published in the first (see
// tally/impact.h).

#include "ledger/event_reader.h"
#include "projection/reader.h"
#include "tally/impact.h"

namespace tally::ledger {

// `events` reads the publications of the state `before`.
Result<Impact> impact_between(projection::Reader& before, projection::Reader& after,
                              EventReader& events, YearStart year_start);

}  // namespace tally::ledger
