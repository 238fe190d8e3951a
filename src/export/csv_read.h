#pragma once

// Reads CSV as RFC 4180 has it and as spreadsheets save it, strictly: what could be read in two
// ways is refused, with its line and column.  The other direction is csv_row.h.
//
//   sheet = [ "sep=" separator ] *row            ; a line each, quoted cells may go over several
//   row   = cell *( separator cell )
//   cell  = *plain / DQUOTE *( any / 2DQUOTE ) DQUOTE
//   plain = any character but DQUOTE, CR, LF and the separator
//
// The separator is the one of comma, semicolon and tab that stands most often in the first row,
// outside of quotes; a comma where none does.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/ledger.h"

namespace tally::exports {

struct SheetRow {
  std::uint64_t line = 0;    // of the file, from 1: the one in which the row begins
  std::uint64_t number = 0;  // of the row, from 1, as a spreadsheet counts
  std::vector<std::string> cells;

  // Whether no cell holds anything; so reads an empty line.
  bool is_blank() const;
};

class CsvReader {
 public:
  // Reads a file by its lines, which come without their ends; the source must outlive the reader.
  // In a quoted cell an end of line is a line feed, whichever the file has.
  explicit CsvReader(LineSource& lines) : lines_(lines) {}

  // Replaces `row` by the next one; false at the end.  After an error there is no next one.
  // Errors: `bad-entry` for a row that is not as above, and for a first one that shows that this is
  // a workbook or another encoding; `too-large` for a row over limits::kLineBytes; what the source
  // says.  The cells are any bytes: whether they are UTF-8 is for the caller to see.
  Result<bool> next(SheetRow& row);

 private:
  enum class State : std::uint8_t { kStart, kPlain, kQuoted, kAfterQuote };

  // A line, owned: what was looked at before it is read.
  struct HeldLine {
    std::string text;
    std::uint64_t number = 0;
  };

  // Reads as many lines as the first row has, and finds the separator.
  Result<void> begin();
  Result<bool> hold_line();
  Result<std::optional<InputLine>> next_line();
  Result<void> read_line(std::string_view text, SheetRow& row);
  Result<void> take(char c, SheetRow& row);
  Error refused(const SheetRow& row, std::string_view what) const;

  LineSource& lines_;
  std::deque<HeldLine> held_;  // of the first row
  HeldLine last_held_;
  char separator_ = '\0';     // until the first row has been looked at
  std::uint64_t number_ = 0;  // of the row at hand
  std::uint64_t line_ = 0;    // of the file, the one at hand
  State state_ = State::kStart;
  std::string cell_;
  std::uint64_t cell_line_ = 0;  // in which the cell at hand begins
};

}  // namespace tally::exports
