#pragma once

// What an entry says, for people.

#include <string>

#include "table.h"
#include "tally/entry.h"

namespace tally::tool {

// A few words: `77 of jobs for org-kindred`, `accepted claim-7`, `withdraws claim-7: entered
// twice`.
std::string summary_of(const Entry& entry, YearStart year_start);

// Every field that the entry has, named as in the spec "Entries", but for `type` and `id`.
Facts facts_of(const Entry& entry, YearStart year_start);

// The document's title, its digest, and where it is.
std::string evidence_text(const Evidence& evidence);

// A quantity as people read it: `10,500,000`.
std::string quantity_text(Quantity quantity);

}  // namespace tally::tool
