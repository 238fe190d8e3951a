#pragma once

// Where answers go: data to standard output, all else to standard error; and how a run ends.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tally/result.h"

namespace tally::tool {

// How the program ends (spec "Command line").
enum class ExitStatus : std::uint8_t {
  kDone = 0,
  kRefused = 1,   // an entry, or what an argument stands for, was refused; a check failed
  kUsage = 2,     // the command line itself is wrong
  kUnusable = 3,  // the ledger could not be opened or written
};

ExitStatus exit_status_of(ErrorCode code);

// Standard output, written in large pieces.  It never stops the program: once the reader has gone
// or a write has failed, the rest is dropped, and `is_closed` says that more is of no use.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  void write(std::string_view text);
  void flush();

  // No use to go on: nobody reads any more, or it could not be written.
  bool is_closed() const { return closed_; }
  // Why it could not be written: `no-space` or `io`.  A reader who leaves is no error.
  const std::optional<Error>& error() const { return error_; }

 private:
  int descriptor_;
  bool closed_ = false;
  std::optional<Error> error_;
  std::string pending_;
};

// Marks of a terminal around a text, or none.
class Style {
 public:
  explicit Style(bool on) : on_(on) {}
  std::string bold(std::string_view text) const { return marked("1", text); }
  std::string faint(std::string_view text) const { return marked("2", text); }
  std::string red(std::string_view text) const { return marked("1;31", text); }
  std::string green(std::string_view text) const { return marked("32", text); }

 private:
  std::string marked(std::string_view mark, std::string_view text) const;
  bool on_;
};

// What a verb talks to.
struct Console {
  // Looks at where the standard streams go, and at NO_COLOR.
  static Console of_process();

  Output out;
  bool json = false;  // answers and errors are JSON
  Style style;        // of standard output
  Style error_style;  // of standard error
  bool error_is_terminal = false;

  // A line for the person at standard error; nothing with --json.
  void note(std::string_view text) const;
  // An error, as a line for a person or as JSON.
  void report(const Error& error) const;
  // A line of JSON that tells of several.
  void report_json(std::string_view line) const;
};

// The error as one line of JSON without a line feed; absent fields are left out.
std::string error_json(const Error& error);

}  // namespace tally::tool
