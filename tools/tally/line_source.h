#pragma once

// Files and standard input as the lines of one submission.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tally/ledger.h"

namespace tally::tool {

// Reads several inputs one after the other, in memory bounded by one chunk and one line, whatever
// they hold.  A byte-order mark at the start of each is skipped, a line feed may follow a carriage
// return, the last line may lack it; lines are counted from 1 within each input, blank ones too.
//
// Errors of next(): `too-large` for a line over limits::kLineBytes, as soon as that much of it has
// been read; `io` for what cannot be opened or read.
class FileLines : public LineSource {
 public:
  // `-` is standard input.  Lines name their file only where there are several.
  explicit FileLines(std::vector<std::string> names);
  ~FileLines() override;
  FileLines(const FileLines&) = delete;
  FileLines& operator=(const FileLines&) = delete;

  Result<std::optional<InputLine>> next() override;

 private:
  // Goes on to the next input; false when there is none.
  Result<bool> open_next();
  void close_current();
  // Reads more into the buffer, which keeps what has not been handed out; at the end of the input
  // sets `ended_`.
  Result<void> fill();
  // The line feed that ends the line at `begin_`, or nothing where it has not been read.
  std::optional<std::size_t> find_line_feed();
  // Hands out so many bytes as a line, unless they are too many; passes over `skip` more.
  Result<std::optional<InputLine>> take(std::size_t length, std::size_t skip);
  Error failed(const std::string& what, int reason) const;

  std::vector<std::string> names_;
  std::size_t next_name_ = 0;
  int descriptor_ = -1;
  bool ended_ = false;  // the current input has no more bytes
  std::uint64_t line_ = 0;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;    // of what has not been handed out
  std::size_t scanned_ = 0;  // up to here there is no line feed after `begin_`
  std::size_t end_ = 0;
};

}  // namespace tally::tool
