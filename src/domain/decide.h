#pragma once

// Whether an entry may stand in the ledger: the rules of spec "Entries: Types", in the order of its
// "Order of checks".  Pure: what is known comes in as `Records`, what is decided goes out.

#include "domain/record.h"
#include "tally/entry.h"
#include "tally/result.h"

namespace tally::domain {

// What the first event of the log fixes for good.
struct Settings {
  YearStart year_start;
  std::string currency;
};

// Resolves the entry's references (by id where it has one, else by sequence) and holds it against
// the rules, as event `next` of the log.  Its shape was checked when it was read, its id is new.  On
// success every reference has its sequence, and a publication its point.  Errors: those of spec "Entries: Errors" that a rule names, with the entry's
// id.
Result<void> decide(Records& records, const Settings& settings, Sequence next,
                    Entry& entry);

}  // namespace tally::domain
