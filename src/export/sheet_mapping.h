#pragma once

// How a sheet that was not made for the ledger is read: which column is which field, what is the
// same for all rows, and how it writes dates and numbers.  A mapping is kept as a small JSON file:
//
//   {"type":"claim","map":{"Jobs created":"quantity"},"set":{"actor":"office"},
//    "date_format":"day-first","decimal_comma":false,"id_prefix":"kindred"}
//
// All members but `type` may be left out; others are refused.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "export/sheet_values.h"
#include "tally/entry.h"
#include "tally/result.h"

namespace tally::exports {

struct SheetMapping {
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  EntryType type = EntryType::kClaim;
  Pairs columns;    // heading → field
  Pairs constants;  // field → what a cell of it would hold
  DateOrder dates = DateOrder::kDayFirst;
  bool decimal_comma = false;
  std::string id_prefix;  // of rows without an id: this, a hyphen and the row's number
};

// Puts what one name stands for into pairs, in place of what it stood for.
void set_pair(SheetMapping::Pairs& pairs, std::string_view name, std::string_view value);

// Errors: `bad-json`, `bad-entry`; `usage` for a type that no sheet holds.
Result<SheetMapping> read_sheet_mapping(std::string_view json);
std::string write_sheet_mapping(const SheetMapping& mapping);

}  // namespace tally::exports
