#pragma once

// Answers about figures and entries as JSON (spec "Command line"), as the command prints them with
// --json and the service sends them.  (A trace: tally/trace.h.  Totals: export/totals_json.h.)

#include "base/json_writer.h"
#include "tally/bridge.h"
#include "tally/reconcile.h"
#include "tally/trace.h"

namespace tally::exports {

// Whether all lines of an answer were asked for, or so many at most: it then tells what it lacks.
enum class Lines : std::uint8_t { kAll, kMost };

void write_bridge(base::JsonWriter& out, const Bridge& bridge, YearStart year_start,
                  Lines lines = Lines::kAll);

void write_curve(base::JsonWriter& out, const BalanceCurve& curve, YearStart year_start);

void write_measures(base::JsonWriter& out, Sequence as_of, const std::vector<DefinedMeasure>& all);

void write_history(base::JsonWriter& out, const EntryHistory& history, YearStart year_start,
                   Lines references = Lines::kAll);

void write_reconciliation(base::JsonWriter& out, const Reconciliation& all, YearStart year_start);

}  // namespace tally::exports
