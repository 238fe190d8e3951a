// Fuzzes what reads spreadsheets and their mappings.  Of any text must hold:
// - What is read as CSV, written again cell by cell, is read as the same cells.
// - A mapping that is read is read as the same once it is written.
// - Each row of a sheet is an entry of JSON or an error with its line, in bounded memory.

#include "base/check.h"
#include "codec/json_syntax.h"
#include "export/csv_read.h"
#include "export/sheet_entries.h"
#include "export/sheet_mapping.h"

namespace tally::fuzz {
namespace {

// Said, so that nothing in the first row is taken for another separator or another format.
const std::string kSeparator = "sep=,\n";

class TextLines : public LineSource {
 public:
  explicit TextLines(std::string_view text) : text_(text) {}

  Result<std::optional<InputLine>> next() override {
    if (text_.empty()) return std::optional<InputLine>();
    InputLine line;
    line.text = text_.substr(0, text_.find('\n'));
    text_.remove_prefix(std::min(text_.size(), line.text.size() + 1));
    line.number = ++number_;
    return std::optional<InputLine>(line);
  }

 private:
  std::string_view text_;
  std::uint64_t number_ = 0;
};

// The cells as CSV, all of them quoted; nothing after an error.
std::string written_again(std::string_view text) {
  TextLines lines(text);
  exports::CsvReader reader(lines);
  exports::SheetRow row;
  std::string out;
  while (true) {
    const Result<bool> there = reader.next(row);
    if (!there.ok() || !*there) return out;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      out += i == 0 ? "\"" : ",\"";
      for (const char c : row.cells[i]) out += c == '"' ? "\"\"" : std::string(1, c);
      out += '"';
    }
    out += '\n';
  }
}

void check_csv(std::string_view text) {
  const std::string once = written_again(text);
  TALLY_CHECK(written_again(kSeparator + once) == once);
}

void check_mapping(std::string_view text) {
  const auto mapping = exports::read_sheet_mapping(text);
  if (!mapping.ok()) return;
  const std::string written = exports::write_sheet_mapping(*mapping);
  const auto again = exports::read_sheet_mapping(written);
  TALLY_CHECK(again.ok() && exports::write_sheet_mapping(*again) == written);
}

void check_entries(std::string_view text, EntryType type) {
  TextLines lines(text);
  exports::SheetMapping mapping;
  mapping.type = type;
  mapping.id_prefix = "p";
  for (const exports::SheetField& field : exports::sheet_fields(type)) {
    if (field.required && field.name != "id") mapping.constants.emplace_back(field.name, "1");
  }
  exports::SheetEntries sheet(lines, mapping, "GBP");
  if (!sheet.open().ok()) return;
  while (true) {
    const auto line = sheet.next();
    if (!line.ok()) {
      TALLY_CHECK(line.error().line > 0);
      sheet.place_of(line.error());
      if (line.error().message.starts_with("column ") ||
          line.error().code == ErrorCode::kTooLarge) {
        return;
      }
      continue;
    }
    if (!*line) return;
    TALLY_CHECK(!codec::find_json_fault((*line)->text));
  }
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  tally::fuzz::check_csv(text);
  tally::fuzz::check_mapping(text);
  tally::fuzz::check_entries(text, tally::EntryType::kClaim);
  tally::fuzz::check_entries(text, tally::EntryType::kMeasure);
  return 0;
}
