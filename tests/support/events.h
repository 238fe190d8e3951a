#pragma once

// Events as values, for what works below the ledger: references by sequence, no JSON.

#include "tally/entry.h"

namespace tally::testing {

// In a ledger of these, event 0 opens it, 1 and 2 are organisations, 3 is a programme, 4 a measure
// (a count), 5 a measure of basis proxy, 6 a contract.
std::vector<Event> first_events();

Event event_of(std::uint64_t sequence, std::string actor, Body body);
Event correction_of(std::uint64_t sequence, std::string actor, std::uint64_t corrects,
                    std::optional<Body> replacement = std::nullopt);
// Of 2022-23, as of the event before it, without statements; what it supersedes may be 0 for none.
Event publication_of(std::uint64_t sequence, std::string actor, std::uint64_t supersedes,
                     const Hash& totals_root);
Event erasure_of(std::uint64_t sequence, std::string actor, std::uint64_t erases);

Reference to(std::uint64_t sequence);
Quantity units(std::int64_t count);
// Of measure 4, programme 3 and an organisation, in 2022-23.
Commitment promise(std::uint64_t organisation, std::int64_t count);
Claim delivery(std::uint64_t organisation, std::int64_t count);
Verification acceptance(std::uint64_t claim);

}  // namespace tally::testing
