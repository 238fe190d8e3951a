#pragma once

// Answers about a ledger as JSON (spec "Command line"), as the command prints them with --json and
// the service sends them.

#include "base/json_writer.h"
#include "tally/ledger.h"
#include "tally/publication.h"
#include "tally/replay.h"

namespace tally::exports {

// The members of the answer to a submission, into an open object; of a dry run, what would move
// too.
void write_receipt_members(base::JsonWriter& out, const Receipt& receipt, bool dry_run,
                           YearStart year_start);

void write_status(base::JsonWriter& out, const LedgerStatus& status);

void write_publications(base::JsonWriter& out, const Publications& publications,
                        YearStart year_start);

// The members of a replay's report, but for why derived state could not be used, into an open
// object.
void write_replay_members(base::JsonWriter& out, const ReplayReport& report, YearStart year_start);

}  // namespace tally::exports
