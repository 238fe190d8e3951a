#pragma once

// The figures that a pack has a bundle of.

#include <string>
#include <vector>

#include "export/subject.h"
#include "tally/pack.h"

namespace tally::exports::pack {

struct PackFigure {
  FigureReference reference;  // with its point
  std::string text;           // the same, canonical
  std::vector<PackedStatement> statements;
};

// Those that were asked for, each once.  Errors: those of a trace; `bad-entry` for one of a later
// point than the pack's.
Result<std::vector<PackFigure>> figures_asked(Subject& subject,
                                              const std::vector<FigureReference>& asked);

// What the publications of these years state that were recorded by the pack's point: each figure
// once, with all its statements, in the order of the log.
Result<std::vector<PackFigure>> figures_stated(Subject& subject, const std::vector<Year>& years);

// The years that a pack is of: those asked for, or all with accounts or a publication.
Result<std::vector<Year>> years_of(Subject& subject);

}  // namespace tally::exports::pack
