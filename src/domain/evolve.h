#pragma once

// What an accepted event does to the records, and what it posts.

#include <boost/container/small_vector.hpp>
#include <vector>

#include "domain/decide.h"
#include "domain/record.h"

namespace tally::domain {

// What a record posts as it stands: nothing unless it is in force.  A commitment posts its
// schedule; a claim posts its quantity and, once verified, what was accepted and what was not.
// (A verification's quantities are posted by its claim, whose accounts they move.)
using Contributions = boost::container::small_vector<Contribution, 6>;  // rarely more
Contributions contributions(const Record& record);

// Folds an event, which `decide` has accepted, into the records.  Answers the event's postings: its
// net change to each account, never zero, in the order of the account keys.  Errors: only those of
// the records themselves, and `damaged` for an event that `decide` would not have accepted.
Result<std::vector<Contribution>> evolve(MutableRecords& records, const Settings& settings,
                                         const Event& event);

}  // namespace tally::domain
