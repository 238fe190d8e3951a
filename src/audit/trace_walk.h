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
// The lines behind a figure that is no ratio, in the order of its trace.
Result<std::vector<TraceLine>> trace_lines(const projection::Reader& reader,
                                           const ledger::ResolvedFigure& figure);
// The same; `damaged` where they do not add up to the figure.
Result<std::vector<TraceLine>> checked_lines(const projection::Reader& reader,
                                             const ledger::ResolvedFigure& resolved,
                                             const Figure& figure);

// Visits the postings of a figure that is no ratio, in order.  `damaged` where they do not add up
// to it; that is checked before the first visit.
using TraceVisit = std::function<Result<void>(TracePosting posting)>;
Result<void> for_each_posting(Reading& reading, const ledger::ResolvedFigure& resolved,
                              const Figure& figure, const TraceVisit& visit);

}  // namespace tally::audit
