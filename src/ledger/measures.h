#pragma once

// Measures as they were defined at a point, and what a quantity of one is worth.

#include <optional>
#include <string>

#include "projection/reader.h"
#include "tally/decimal.h"

namespace tally::ledger {

// The money value of a quantity (spec "Totals: Values"); nothing where the basis has none.
std::optional<Decimal> value_of(const domain::MeasureTerms& measure, Quantity quantity);

// Whether quantities of this basis have a money value.
bool has_value(Basis basis);

// Finds an entry of a type, as it was known at a point.  Errors: `unknown-reference`, `wrong-type`.
Result<Sequence> find_entry(const projection::Reader& reader, std::string_view id, EntryType type,
                            Sequence as_of);

// Holds a point against the head: `bad-entry` beyond it.
Result<Sequence> checked_point(const projection::Reader& reader, std::optional<Sequence> as_of);

}  // namespace tally::ledger
