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

// `130 jobs in the headline: 130 of 2022-23:jobs:verified`.
std::string statement_text(const Statement& statement, YearStart year_start);
// What is stated, with its qualifier: `more than 130`.
std::string stated_text(const Statement& statement);

// A quantity as people read it: `10,500,000`.
std::string quantity_text(Quantity quantity);

}  // namespace tally::tool
