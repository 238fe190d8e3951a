// How CSV is read: what spreadsheets save, and what is refused with its line and column.

#include "export/csv_read.h"

#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "tally/limits.h"

namespace tally::exports {
namespace {

using namespace std::string_literals;
using Cells = std::vector<std::string>;

// A text as lines, their ends taken off as a file's are.
class TextLines : public LineSource {
 public:
  explicit TextLines(std::string text) : text_(std::move(text)) {}

  Result<std::optional<InputLine>> next() override {
    if (at_ == text_.size()) return std::optional<InputLine>();
    const std::size_t feed = text_.find('\n', at_);
    const std::size_t end = feed == std::string::npos ? text_.size() : feed;
    InputLine line;
    line.text = std::string_view(text_).substr(at_, end - at_);
    if (line.text.ends_with('\r')) line.text.remove_suffix(1);
    line.number = ++number_;
    at_ = feed == std::string::npos ? text_.size() : feed + 1;
    return std::optional<InputLine>(line);
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
};

Result<std::vector<SheetRow>> read(const std::string& text) {
  TextLines lines(text);
  CsvReader reader(lines);
  std::vector<SheetRow> rows;
  while (true) {
    SheetRow row;
    const Result<bool> there = reader.next(row);
    if (!there.ok()) return Error(there.error());
    if (!*there) return rows;
    rows.push_back(std::move(row));
  }
}

}  // namespace

TEST_CASE("Cells are what stands between separators, quoted ones what stands between the quotes") {
  struct Row {
    std::string text;
    std::vector<Cells> cells;
  };
  for (const Row& row : {
           Row{"", {}},
           Row{"a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
           Row{"a,b\r\n1,2", {{"a", "b"}, {"1", "2"}}},
           Row{"\xef\xbb\xbf"s + "a,b\n", {{"a", "b"}}},
           Row{"\xef\xbb\xbf\"a\",b\n", {{"a", "b"}}},
           Row{"a\n\n1\n", {{"a"}, {""}, {"1"}}},
           Row{"a,,\n,,c\n", {{"a", "", ""}, {"", "", "c"}}},
           Row{"a,b\n\"1,5\",\"say \"\"so\"\"\"\n", {{"a", "b"}, {"1,5", "say \"so\""}}},
           Row{"a,b\n\"\",\"\"\"\"\n", {{"a", "b"}, {"", "\""}}},
           Row{"a,b\r\n\"one\r\n\r\ntwo\",2\r\n", {{"a", "b"}, {"one\n\ntwo", "2"}}},
           Row{"a,b\n 1 , 2\n", {{"a", "b"}, {" 1 ", " 2"}}},
           Row{"a;b\n1,5;2\n", {{"a", "b"}, {"1,5", "2"}}},
           Row{"a\tb\n1,5\t2;3\n", {{"a", "b"}, {"1,5", "2;3"}}},
           Row{"\"a,b,c\";d\n1;2\n", {{"a,b,c", "d"}, {"1", "2"}}},
           Row{"sep=;\na,x;b\n", {{"a,x", "b"}}},
           Row{"\"a\none, two\";\"b\nc\"\n1;2\n", {{"a\none, two", "b\nc"}, {"1", "2"}}},
       }) {
    CAPTURE(row.text);
    const Result<std::vector<SheetRow>> rows = read(row.text);
    REQUIRE(rows.ok());
    std::vector<Cells> cells;
    for (const SheetRow& one : *rows) cells.push_back(one.cells);
    CHECK(cells == row.cells);
  }
}

TEST_CASE("A row knows the line of the file in which it begins, and its number in the sheet") {
  const auto rows = read("sep=,\na,b\n\"one\ntwo\",2\n\n3,4\n");
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 4);
  const std::vector<std::uint64_t> lines{2, 3, 5, 6};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK((*rows)[i].line == lines[i]);
    CHECK((*rows)[i].number == i + 1);
    CHECK((*rows)[i].is_blank() == (i == 2));
  }
}

TEST_CASE("What could be read in two ways is refused, with its line and column") {
  struct Row {
    std::string text;
    std::uint64_t line;
    std::string_view says;
  };
  for (const Row& row : {
           Row{"a,b\n1,2\"\n", 2, "column 2: a quote stands within"},
           Row{"a,b\n\"1\"x,2\n", 2, "column 1: something follows the quote"},
           Row{"a,b\n\"1\" ,2\n", 2, "column 1: something follows the quote"},
           Row{"a,b\n1,\"2\n3,4\n", 2, "column 2: the quote that begins this cell is never closed"},
           Row{"a,b\n\"1\n2\",\"3\n", 3, "column 2: the quote that begins"},
           Row{"a\rb\r", 1, "column 1: a carriage return"},
           Row{"PK\x03\x04 etc", 1, "a workbook"},
           Row{"\xd0\xcf\x11\xe0 etc", 1, "a workbook"},
           Row{"\xff\xfe"s + "a\0"s, 1, "UTF-16"},
           Row{"a\0,\0b\0"s, 1, "UTF-16"},
       }) {
    CAPTURE(row.text);
    const auto rows = read(row.text);
    REQUIRE_FALSE(rows.ok());
    CHECK(rows.error().code == ErrorCode::kBadEntry);
    CHECK(rows.error().line == row.line);
    CAPTURE(rows.error().message);
    CHECK(rows.error().message.find(row.says) != std::string::npos);
  }
}

TEST_CASE("A row has at most as many bytes as a line, also where a quote is left open") {
  const std::string line(1023, 'x');
  std::string text = "a\n\"";
  for (std::size_t i = 0; i + 1 < limits::kLineBytes / 1024; ++i) text += line + "\n";
  CHECK(read(text + "\"\n").ok());
  const auto rows = read(text + line + "\nxx\"\n");
  REQUIRE_FALSE(rows.ok());
  CHECK(rows.error().code == ErrorCode::kTooLarge);
  CHECK(rows.error().line == 2);
}

}  // namespace tally::exports
