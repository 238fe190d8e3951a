#pragma once

// A trace as JSON: the contract of `trace --json` (spec "Command line"), in the command's answer
// and in a bundle's figure.json alike.

#include "audit/versions.h"
#include "base/json_writer.h"
#include "ledger/figure.h"
#include "tally/trace.h"

namespace tally::audit {

void write_posting(base::JsonWriter& out, const TracePosting& posting, YearStart year_start);
void write_postings(base::JsonWriter& out, const std::vector<TracePosting>& postings,
                    YearStart year_start);

struct TraceShown {
  DetailsIn details = DetailsIn::kIncluded;
  std::optional<TracePage> page;  // all of it where there is none
};

// Writes the members of a trace, its parts and postings included, into an open object.  `grown` is
// called after each posting: whoever owns the text may take out what stands in it.
using TextGrown = std::function<Result<void>()>;
Result<void> write_trace_members(base::JsonWriter& out, Reading& reading,
                                 const ledger::ResolvedFigure& resolved, YearStart year_start,
                                 const TextGrown& grown, const TraceShown& shown = {});

}  // namespace tally::audit
