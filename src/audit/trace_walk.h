#pragma once

// A figure's trace, posting by posting: however many there are, no more than one is held.

#include <functional>

#include "audit/versions.h"
#include "ledger/figure.h"
#include "tally/trace.h"

namespace tally::audit {

// The figure and its measure, without postings and parts.
Result<Trace> begin_trace(Reading& reading, const ledger::ResolvedFigure& resolved);

// Whether it has parts instead of postings.
inline bool is_ratio(const ledger::ResolvedFigure& resolved) {
  return resolved.defined.measure.terms.basis == Basis::kRatio;
}
// The numerator or denominator of a ratio, at its stage, filters and point.
Result<ledger::ResolvedFigure> part_of(Reading& reading, const ledger::ResolvedFigure& ratio,
                                       Sequence measure);

// What one event does to a figure.
struct TraceLine {
  Sequence sequence;
  domain::AccountKey account;
  Quantity delta;  // its effect on the figure
};
// `usage` for a page that holds nothing.
Result<void> check_page(const TracePage& page);

// What stands behind a figure that is no ratio, or a page of it.
struct TraceLines {
  Quantity opening;              // the figure's balance before them
  std::vector<TraceLine> lines;  // in the order of the trace
  std::optional<Sequence> next_after;
};
// The lines of all of it, as the accounts have them.
Result<std::vector<TraceLine>> trace_lines(const projection::Reader& reader,
                                           const ledger::ResolvedFigure& figure);
// `damaged` where they do not add up to the figure, or of a page to what it was at its end.
Result<TraceLines> checked_lines(const projection::Reader& reader,
                                 const ledger::ResolvedFigure& resolved, const Figure& figure,
                                 const TracePage& page = {});

// Visits the postings of a page of a figure that is no ratio, in order, and tells where the next
// page goes on.  That they add up is checked before the first visit.
using TraceVisit = std::function<Result<void>(TracePosting posting)>;
Result<std::optional<Sequence>> for_each_posting(Reading& reading,
                                                 const ledger::ResolvedFigure& resolved,
                                                 const Figure& figure, const TracePage& page,
                                                 const TraceVisit& visit);

}  // namespace tally::audit
