#pragma once

// The figures of an export, and what each event adds to them.

#include <functional>
#include <string>
#include <vector>

#include "export/subject.h"

namespace tally::exports {

// One total at one stage.
struct ProvFigure {
  const TotalsRow* row = nullptr;
  Stage stage = Stage::kCommitted;
  std::string reference;  // canonical
  std::string name;       // the entity's
  Sequence measure;
  Sequence measure_version;        // the event by which the measure is as it is
  std::vector<std::string> parts;  // figures that it is made of, instead of postings
};

class ProvFigures {
 public:
  explicit ProvFigures(Subject& subject) : subject_(subject) {}

  // `usage` where the filters are such that no reference names the figures: two programmes, say.
  static Result<void> check(const Subject& subject);

  // By year, measure and stage.
  using FigureVisit = std::function<Result<void>(const ProvFigure&)>;
  Result<void> for_each(const FigureVisit& visit);

  // What each event adds to a figure, in the order of the log; none for a figure with parts.
  using LineVisit = std::function<Result<void>(Sequence event, Quantity delta)>;
  Result<void> for_each_line(const ProvFigure& figure, const LineVisit& visit);

 private:
  std::string reference_of(const TotalsRow& row, std::string_view measure, Stage stage) const;
  Result<std::vector<std::uint32_t>> accounts_of(const ProvFigure& figure,
                                                 projection::Level level) const;

  Subject& subject_;
};

}  // namespace tally::exports
