#pragma once

// What became of a submission, as the verbs that make one print it.

#include "output.h"
#include "tally/ledger.h"

namespace tally::tool {

// For a person; the JSON of it: export/ledger_json.h.
void print_receipt(const Receipt& receipt, bool dry_run, const LedgerOpened& identity,
                   Console& console);

}  // namespace tally::tool
