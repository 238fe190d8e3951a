#pragma once

// Answers about figures and entries as JSON (spec "Command line"), as the command prints them with
// --json and the service sends them.  (A trace: tally/trace.h.  Totals: export/totals_json.h.)

#include "base/json_writer.h"
#include "tally/bridge.h"
#include "tally/reconcile.h"
#include "tally/trace.h"

namespace tally::exports {

void write_bridge(base::JsonWriter& out, const Bridge& bridge, YearStart year_start);

void write_history(base::JsonWriter& out, const EntryHistory& history, YearStart year_start);

void write_reconciliation(base::JsonWriter& out, const Reconciliation& all, YearStart year_start);

}  // namespace tally::exports
