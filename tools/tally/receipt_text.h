#pragma once

// What became of a submission, as the verbs that make one print it.

#include "base/json_writer.h"
#include "output.h"
#include "tally/ledger.h"

namespace tally::tool {

// The members of the answer (spec "Command line: append") into an open object; of a dry run, what
// would move too.
void write_receipt_members(base::JsonWriter& out, const Receipt& receipt, bool dry_run,
                           YearStart year_start);

// The same for a person.
void print_receipt(const Receipt& receipt, bool dry_run, const LedgerOpened& identity,
                   Console& console);

}  // namespace tally::tool
