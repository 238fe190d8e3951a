#pragma once

// Rows of CSV (RFC 4180): CRLF, quotes where they are needed; and texts that no spreadsheet takes
// for a formula.

#include <string>
#include <string_view>

#include "export/staging.h"

namespace tally::exports {

// Builds a line, cell by cell, in a buffer that is used again.
class CsvRow {
 public:
  // A cell that never needs a quote: an id, a number, a date.
  CsvRow& word(std::string_view text) {
    separate();
    line_.append(text);
    return *this;
  }
  // A cell of somebody's text.  One that begins with =, +, -, @, a tab, a carriage return or an
  // apostrophe gets an apostrophe before it: taking one off gives the text back.
  CsvRow& text(std::string_view text);
  CsvRow& empty() { return word({}); }

  // Writes the line and begins the next.
  void end(OutFile& file) {
    line_ += "\r\n";
    file.write(line_);
    file.count_row();
    line_.clear();
    first_ = true;
  }

 private:
  void separate() {
    if (!first_) line_.push_back(',');
    first_ = false;
  }

  std::string line_;
  bool first_ = true;
};

}  // namespace tally::exports
