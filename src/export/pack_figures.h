#pragma once

// What a pack proves: the publications, and the figures that it has a bundle of.

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

// The publications of the pack's years that were recorded by its point, oldest first.
Result<std::vector<Event>> publications_in(Subject& subject);

// What these state: each figure once, with all its statements, in the order of the log.
std::vector<PackFigure> figures_stated(const std::vector<Event>& publications,
                                       YearStart year_start);

// The years that a pack is of: those asked for, or all with accounts or a publication.
std::vector<Year> years_of(const Subject& subject, const std::vector<Event>& publications);

}  // namespace tally::exports::pack
