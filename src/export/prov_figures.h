#pragma once

// The figures of a PROV export, and what each event adds to them.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "export/subject.h"

namespace tally::exports {

// One number, as a figure reference names it.
struct ProvFigure {
  FigureReference reference;  // with its point
  std::string text;           // the same, canonical
  std::string name;           // the entity's
  Sequence measure;
  Sequence measure_version;  // the event by which the measure is as it is
  std::string unit;
  Basis basis = Basis::kCount;
  std::optional<Decimal> quantity;
  std::optional<Decimal> value;
  bool restated = false;
  std::vector<std::string> parts;  // names of the figures that it is made of, instead of postings
};

class ProvFigures {
 public:
  // Every total of the export at every stage, and after them what else these are made of: the parts
  // of a ratio when it alone was asked for, say.  Errors: `usage` where the filters are such that
  // no reference names the totals: two programmes, say.
  static Result<ProvFigures> make(Subject& subject);

  const std::vector<ProvFigure>& all() const { return figures_; }

  // What each event adds to a figure, in the order of the log; none for a figure with parts.
  using LineVisit = std::function<Result<void>(Sequence event, Quantity delta)>;
  Result<void> for_each_line(const ProvFigure& figure, const LineVisit& visit) const;

 private:
  explicit ProvFigures(Subject& subject);

  Result<void> add(FigureReference reference, bool restated);
  Result<void> add_parts(std::size_t index);
  Result<std::vector<std::uint32_t>> accounts_of(const ProvFigure& figure) const;

  Subject& subject_;
  ledger::Selection selection_;  // whose the figures are; of any year and measure
  std::vector<ProvFigure> figures_;
  std::set<std::string> names_;
};

}  // namespace tally::exports
