#include "export/csv_row.h"

namespace tally::exports {

CsvRow& CsvRow::text(std::string_view text) {
  separate();
  const bool is_formula =
      !text.empty() && std::string_view("=+-@\t\r'").find(text.front()) != std::string_view::npos;
  const bool is_plain = text.find_first_of("\",\r\n") == std::string_view::npos && !is_formula &&
                        !text.starts_with(' ') && !text.ends_with(' ');
  if (is_plain) {
    line_.append(text);
    return *this;
  }
  line_.push_back('"');
  if (is_formula) line_.push_back('\'');
  for (const char c : text) {
    if (c == '"') line_.push_back('"');
    line_.push_back(c);
  }
  line_.push_back('"');
  return *this;
}

}  // namespace tally::exports
