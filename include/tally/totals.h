#pragma once

// Yearly totals (spec "Totals"): sums of account balances by year and measure, now or as of any
// earlier event.  Read from maintained balances, never by going through the log.
//
//   tally::TotalsQuery query;
//   query.by = {tally::Dimension::kProgramme};
//   auto totals = tally::totals(ledger, query);

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tally/decimal.h"
#include "tally/entry.h"
#include "tally/figure.h"
#include "tally/hash.h"
#include "tally/ledger.h"

namespace tally {

enum class Dimension : std::uint8_t { kProgramme, kOrganisation, kContract };
std::string_view dimension_name(Dimension dimension);
std::optional<Dimension> dimension_from_name(std::string_view name);

// Filters of one kind widen each other (this programme or that one); kinds narrow each other.
struct TotalsQuery {
  std::vector<Year> years;
  std::vector<std::string> measures;
  std::vector<std::string> programmes;
  std::vector<std::string> organisations;
  std::vector<std::string> contracts;  // FigureReference::kNoContract for those without one
  std::vector<Dimension> by;
  std::optional<Sequence> as_of;  // the head where it is left out
  bool with_roots = false;
};

// One number for each of the five stages; nothing where there is none (a ratio over 0, a value of
// what has no money value).  Index it by Stage.
using StageNumbers = std::array<std::optional<Decimal>, kStages.size()>;

struct TotalsRow {
  Year year;
  std::string measure;
  std::string unit;
  Basis basis = Basis::kCount;
  // For each dimension of the query's `by`, in its order; nothing for "no contract".
  std::vector<std::optional<std::string>> dimensions;
  StageNumbers quantities;
  StageNumbers values;
  bool has_value = false;  // whether the basis has money values at all
  bool restated = false;   // since the year's latest publication
};

struct Totals {
  Sequence as_of;
  std::vector<TotalsRow> rows;  // by year, measure, dimensions, bytewise, no contract first
  std::vector<std::pair<Year, Hash>> roots;  // of the years in `rows`, where asked for
};

// Errors: `unknown-reference` for a filter that names nothing as of then, `wrong-type`, `bad-entry`
// for a point beyond the head.
Result<Totals> totals(const Ledger& ledger, const TotalsQuery& query);

// A measure as it was defined at a point, or last was.
struct DefinedMeasure {
  std::string id;
  Measure measure;
  Sequence version;  // the event that said so
  bool in_force = false;
};

// All measures that had been defined by then, in the order of the log.  Errors: `bad-entry` for a
// point beyond the head.
Result<std::vector<DefinedMeasure>> measures(const Ledger& ledger,
                                             std::optional<Sequence> as_of = std::nullopt);

// One account that is not at zero: a line of a totals root.
struct AccountLine {
  Year year;
  std::string measure;
  std::string programme;
  std::string organisation;
  std::string contract;  // empty for none
  Stage stage = Stage::kCommitted;
  Quantity quantity;
  std::optional<Quantity> proxy;  // of a measure of basis proxy

  // The line that is a leaf of the totals root, without a line feed.
  std::string to_line(YearStart year_start) const;
};

// The accounts behind the totals, in the bytewise order of their lines.
Result<std::vector<AccountLine>> account_lines(const Ledger& ledger, const TotalsQuery& query);

// One number, as a figure reference names it.
struct Figure {
  FigureReference reference;  // with its point
  Sequence as_of;
  std::optional<Decimal> quantity;  // nothing for a ratio over 0
  std::optional<Decimal> value;     // nothing where the measure has no money value
  Basis basis = Basis::kCount;
};

// Errors: `unknown-reference`, `wrong-type`, `bad-entry` for a point beyond the head.
Result<Figure> figure(const Ledger& ledger, const FigureReference& reference);

}  // namespace tally
