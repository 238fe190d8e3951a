#pragma once

// The columns that a sheet of entries of one type may have.  What has an inside of its own cannot
// stand in a sheet: a commitment's `schedule` (its lines are commitments of a year each, here), a
// correction's `replacement` (so a sheet can withdraw, and not change), a publication.

#include <span>
#include <string>
#include <string_view>

#include "export/sheet_values.h"
#include "tally/entry.h"
#include "tally/result.h"

namespace tally::exports {

// A field of an entry, by the name that stands in a heading.  `evidence.sha256` holds digests, one
// or more; `evidence.title`, `evidence.media_type` and `evidence.uri` are of that document: of
// each, where there are several, or one for each on lines of their own.
struct SheetField {
  std::string_view name;
  CellKind kind = CellKind::kText;
  bool required = false;  // of every entry of the type
};

// The fields of a type in the order of a template; none for a type that no sheet holds.
std::span<const SheetField> sheet_fields(EntryType type);

// The type of this name.  Errors: `usage` where there is none, or no sheet holds it.
Result<EntryType> sheet_type(std::string_view name);

// The field of this name, capitals or not; `evidence` is `evidence.sha256`.  Null where the type
// has no such field.
const SheetField* find_sheet_field(EntryType type, std::string_view name);

// The empty sheet of a type: its headings.
std::string sheet_template(EntryType type);

}  // namespace tally::exports
