#pragma once

// A figure reference with its ids resolved, and the number that it names.

#include <optional>

#include "projection/reader.h"
#include "tally/totals.h"

namespace tally::ledger {

struct ResolvedFigure {
  FigureReference reference;  // with its point
  Sequence as_of;
  Sequence measure;
  projection::Reader::DefinedMeasure defined;  // the measure as it then stood
  std::optional<Sequence> programme;
  std::optional<Sequence> organisation;
  std::optional<Sequence> contract;  // 0 for those without one

  // Whether an account with these dimensions lies within the filters.
  bool holds(const domain::Dimensions& of) const;
  // The coarsest level whose accounts the filters select whole.
  projection::Level level() const;
};

// Errors: `unknown-reference`, `wrong-type`, `bad-entry` for a point beyond the head.
Result<ResolvedFigure> resolve_figure(const projection::Reader& reader,
                                      const FigureReference& reference);

// What the accounts behind a figure add up to, and whether there are any.
struct FigureSum {
  Quantity quantity;
  bool is_posted_to = false;
};
Result<FigureSum> sum_of(const projection::Reader& reader, const ResolvedFigure& figure,
                         Sequence measure);

// The quantity of a measure (the figure's own, or a part of a ratio) at the figure's stage, filters
// and point.
Result<Quantity> quantity_of(const projection::Reader& reader, const ResolvedFigure& figure,
                             Sequence measure);

Result<Figure> compute_figure(const projection::Reader& reader, const ResolvedFigure& resolved);

// What the ledger has for a figure.
struct FigureNumbers {
  std::optional<ResolvedFigure> resolved;  // nothing where an id is not known as of then
  bool supported = false;                  // a posting stands behind it
  std::optional<Decimal> quantity;
  std::optional<Decimal> value;

  // What a statement speaks of; nothing where it is unsupported.
  std::optional<Decimal> number(StatementOf of) const {
    if (!supported) return std::nullopt;
    return of == StatementOf::kValue ? value : quantity;
  }
};
Result<FigureNumbers> numbers_of(const projection::Reader& reader,
                                 const FigureReference& reference);

}  // namespace tally::ledger
