#include "export/csv_read.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "tally/limits.h"

namespace tally::exports {
namespace {

constexpr std::string_view kSeparators = ",;\t";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

char separator_of(std::string_view heading) {
  std::size_t counts[kSeparators.size()] = {};
  bool quoted = false;
  for (const char c : heading) {
    if (c == '"') quoted = !quoted;
    const std::size_t which = quoted ? std::string_view::npos : kSeparators.find(c);
    if (which != std::string_view::npos) ++counts[which];
  }
  // Of equals the first: a comma.
  return kSeparators[static_cast<std::size_t>(std::max_element(counts, std::end(counts)) - counts)];
}

Error bad_sheet(std::string message, std::uint64_t line) {
  return {ErrorCode::kBadEntry, std::move(message), {}, line, {}};
}

// What files that are no CSV in UTF-8 begin with.
std::string_view foreign_format(std::string_view text) {
  if (text.starts_with("PK\x03\x04")) return "a workbook (.xlsx, .ods)";
  if (text.starts_with("\xd0\xcf\x11\xe0")) return "a workbook (.xls)";
  const bool is_wide = text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
                       text.find('\0') != std::string_view::npos;
  return is_wide ? "text in UTF-16" : "";
}

}  // namespace

bool SheetRow::is_blank() const {
  return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
    return cell.find_first_not_of(" \t\n") == std::string::npos;
  });
}

Error CsvReader::refused(const SheetRow& row, std::string_view what) const {
  return bad_sheet(fmt::format("column {}: {}", row.cells.size() + 1, what), cell_line_);
}

Result<bool> CsvReader::hold_line() {
  TALLY_ASSIGN(const std::optional<InputLine> line, lines_.next());
  if (line) held_.push_back({std::string(line->text), line->number});
  return line.has_value();
}

Result<std::optional<InputLine>> CsvReader::next_line() {
  if (held_.empty()) return lines_.next();
  last_held_ = std::move(held_.front());
  held_.pop_front();
  InputLine line;
  line.text = last_held_.text;
  line.number = last_held_.number;
  return std::optional<InputLine>(line);
}

Result<void> CsvReader::begin() {
  separator_ = kSeparators.front();
  TALLY_ASSIGN(const bool there, hold_line());
  if (!there) return {};
  std::string& first = held_.front().text;
  if (first.starts_with(kByteOrderMark)) first.erase(0, kByteOrderMark.size());
  if (const std::string_view format = foreign_format(first); !format.empty()) {
    return bad_sheet(
        fmt::format("this is {}, not CSV; save the sheet as \"CSV UTF-8\" and import that", format),
        1);
  }
  constexpr std::string_view kNamed = "sep=";
  if (first.size() == kNamed.size() + 1 && first.starts_with(kNamed) &&
      kSeparators.find(first.back()) != std::string_view::npos) {
    separator_ = first.back();
    held_.clear();
    return {};
  }
  // A heading may go over several lines: the row ends where no quote is open.
  std::string heading = first;
  while (std::count(heading.begin(), heading.end(), '"') % 2 != 0 &&
         heading.size() <= limits::kLineBytes) {
    TALLY_ASSIGN(const bool more, hold_line());
    if (!more) break;
    heading.append("\n").append(held_.back().text);
  }
  separator_ = separator_of(heading);
  return {};
}

Result<bool> CsvReader::next(SheetRow& row) {
  row.cells.clear();
  if (separator_ == '\0') TALLY_TRY(begin());
  TALLY_ASSIGN(std::optional<InputLine> line, next_line());
  if (!line) return false;
  row.line = line->number;
  row.number = ++number_;
  cell_.clear();
  cell_line_ = row.line;
  state_ = State::kStart;
  for (std::size_t bytes = line->text.size();;) {
    if (bytes > limits::kLineBytes) {
      return Error{ErrorCode::kTooLarge,
                   fmt::format("the row is longer than {} bytes, the most that one may have; is a "
                               "quote missing?",
                               limits::kLineBytes),
                   {},
                   row.line,
                   {}};
    }
    line_ = line->number;
    TALLY_TRY(read_line(line->text, row));
    if (state_ != State::kQuoted) break;
    TALLY_ASSIGN(line, next_line());
    if (!line) return refused(row, "the quote that begins this cell is never closed");
    cell_.push_back('\n');
    bytes += line->text.size() + 1;
  }
  row.cells.push_back(std::move(cell_));
  return true;
}

Result<void> CsvReader::read_line(std::string_view text, SheetRow& row) {
  for (const char c : text) TALLY_TRY(take(c, row));
  return {};
}

Result<void> CsvReader::take(char c, SheetRow& row) {
  if (state_ == State::kQuoted) {
    if (c == '"') {
      state_ = State::kAfterQuote;
    } else {
      cell_.push_back(c);
    }
    return {};
  }
  if (c == separator_) {
    row.cells.push_back(std::move(cell_));
    cell_.clear();
    state_ = State::kStart;
    cell_line_ = line_;
    return {};
  }
  if (c == '"') {
    if (state_ == State::kPlain) {
      return refused(row,
                     "a quote stands within a cell that does not begin with one; such a cell is "
                     "quoted whole, and a quote within is doubled");
    }
    // The first opens the cell; one right after another is that quote itself.
    if (state_ == State::kAfterQuote) cell_.push_back('"');
    state_ = State::kQuoted;
    return {};
  }
  if (state_ == State::kAfterQuote) {
    return refused(row, "something follows the quote that ends this cell");
  }
  if (c == '\r') return refused(row, "a carriage return stands without its line feed");
  cell_.push_back(c);
  state_ = State::kPlain;
  return {};
}

}  // namespace tally::exports
