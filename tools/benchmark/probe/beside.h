#pragma once

// How far appends and reads keep their pace while everything is built anew beside them.

#include "commits.h"

namespace tally::bench {

// A writer and a reader of all totals at work: first by themselves, for the span, and then until a
// replay of the ledger is done.  `commits_idle`, `reads_idle`, `commits_beside`, `reads_beside`,
// and the nanoseconds of both spans.
Result<void> measure_beside(const Commits& commits, Report& report);

}  // namespace tally::bench
