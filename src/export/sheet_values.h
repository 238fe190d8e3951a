#pragma once

// What cells of a spreadsheet hold, as the values of entries (spec "Entries: Values").  People and
// spreadsheets write dates and numbers in many ways; each cell is read in one way alone, and what
// could mean something else is refused rather than guessed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/result.h"

namespace tally::exports {

// How a cell is read.
enum class CellKind : std::uint8_t {
  kText,      // as it stands
  kWord,      // one of a few words: capitals are a spreadsheet's habit
  kQuantity,  // a number
  kDate,
  kYear,     // a reporting year
  kDigests,  // SHA-256 of documents, apart by white space
};

enum class DateOrder : std::uint8_t { kDayFirst, kMonthFirst, kIso };
std::string_view date_order_name(DateOrder order);
std::optional<DateOrder> date_order_from_name(std::string_view name);

// What holds for every cell of a sheet.
struct CellRules {
  DateOrder dates = DateOrder::kDayFirst;
  bool decimal_comma = false;  // 1.234,5 is a thousand and more; else 1,234.5 is
  std::string currency;        // of the ledger
};

// What a cell holds: without the spaces around it, no-break ones too, or, where an apostrophe keeps
// a formula from being one (csv_row.h), without that alone.  Nothing where it is empty.
std::string_view cell_content(std::string_view cell);

// The value of a cell's content as the JSON text of an entry has it.  Errors: `bad-json` for what
// is not UTF-8; `bad-entry` for an error of a spreadsheet, such as #REF!; `bad-quantity`,
// `bad-date`. What has the right form and a wrong value (31 April, a year of another length) may be
// passed on: the ledger refuses it.
//
//   quantity  1234.5  1,234.5  1 234.5  £1,234.50 (the sign of the ledger's currency alone); with
//             `decimal_comma` 1234,5  1.234,5; no per cent, no exponent, no brackets
//   date      2022-04-01, with 00:00:00 after it or not; but for kIso also 1-Apr-2022, 1 April
//   2022,
//             and, by the order, 1/4/2022 or 4/1/2022, also with . or -; a year of two digits is
//             one of 2000 to 2099
//   year      2022-23  2022/23  2022/2023, or any of these with an en dash
Result<std::string> cell_value(CellKind kind, std::string_view content, const CellRules& rules);

// The words of a content, apart by white space.
std::vector<std::string_view> words_of(std::string_view content);

}  // namespace tally::exports
