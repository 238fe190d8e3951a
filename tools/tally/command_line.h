#pragma once

// The verbs of the program and their arguments.  A verb registers itself in a file of its own and
// is named in verbs.h; everything that all verbs share (DIR, --json, help, errors, exit statuses)
// is here.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "output.h"
#include "tally/result.h"

namespace tally::tool {

// What a verb does once its arguments are read.
using VerbRun = std::function<Result<ExitStatus>(Console&)>;

class CommandLine {
 public:
  CommandLine();

  // Adds a verb that takes DIR, which is read into `folder`, and --json.  `examples` are command
  // lines that work as typed; --help ends with them.
  CLI::App& add_verb(const std::string& name, const std::string& what, std::string& folder,
                     const std::vector<std::string>& examples);
  // Adds a verb that needs no ledger.
  CLI::App& add_verb(const std::string& name, const std::string& what,
                     const std::vector<std::string>& examples);
  // What the verb does when it was the one that was asked for.
  void on_run(CLI::App& verb, VerbRun run);

  // Reads the arguments, runs the verb and tells of errors.  The answer is the exit status.
  int run(int count, const char* const* arguments, Console& console);

 private:
  Result<ExitStatus> parse_and_run(std::vector<std::string> arguments, Console& console);
  Error usage_error(const CLI::ParseError& error) const;
  Error unexpected(const CLI::App& verb, const std::vector<std::string>& extras) const;
  std::optional<Error> unknown_verb(const std::vector<std::string>& arguments) const;

  CLI::App app_;
  bool json_ = false;
  VerbRun chosen_;
};

// An option that takes a whole number, digits alone.
CLI::Option* add_number(CLI::App& verb, const std::string& name,
                        std::optional<std::uint64_t>& target, const std::string& what);
// An option that takes one text each time it is given.
CLI::Option* add_texts(CLI::App& verb, const std::string& name, std::vector<std::string>& target,
                       const std::string& placeholder, const std::string& what);
// An option that takes one text.
CLI::Option* add_text(CLI::App& verb, const std::string& name, std::string& target,
                      const std::string& placeholder, const std::string& what);

// Reads a small file of somebody's, such as a proof.  Errors: `io`; `refused` where it has more
// than `limit` bytes, of which no more is read.
Result<std::string> read_input(const std::string& name, std::uint64_t limit);

// Puts a file of this content where the name says, whole or not at all.  Errors: `no-space`, `io`.
Result<void> write_output(const std::string& name, std::string_view content);

// The known word that a mistyped one is nearest to, or nothing where none is near.
std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& known);

// The number that digits alone spell; nothing for any other text, or one too large.
std::optional<std::uint64_t> whole_number(std::string_view text);
// Whether the text is digits alone, and at least one.
bool is_digits(std::string_view text);

// An error of code `usage`.
Error usage(std::string message);

}  // namespace tally::tool
