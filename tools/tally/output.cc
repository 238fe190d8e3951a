#include "output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/json_writer.h"
#include "text.h"

namespace tally::tool {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

// Writes all of it; the reason where that fails, else 0.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// Where the error stands in the input: `line 3 of x.jsonl, entry "abc": `, or nothing.
std::string place_of(const Error& error) {
  std::string place;
  if (error.line > 0) place = fmt::format("line {}", error.line);
  if (error.line > 0 && !error.file.empty()) place += " of " + error.file;
  if (!error.entry.empty()) {
    place += fmt::format("{}entry \"{}\"", place.empty() ? "" : ", ", error.entry);
  }
  return place.empty() ? place : place + ": ";
}

}  // namespace

ExitStatus exit_status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNoLedger:
    case ErrorCode::kLocked:
    case ErrorCode::kDamaged:
    case ErrorCode::kNewerFormat:
    case ErrorCode::kNoSpace:
    case ErrorCode::kIo: return ExitStatus::kUnusable;
    case ErrorCode::kUsage: return ExitStatus::kUsage;
    default: return ExitStatus::kRefused;
  }
}

void Output::write(std::string_view text) {
  if (closed_) return;
  pending_ += text;
  if (pending_.size() >= kPieceBytes) flush();
}

void Output::flush() {
  if (!closed_) {
    if (const int reason = write_all(descriptor_, pending_); reason != 0) {
      closed_ = true;
      const bool full = reason == ENOSPC || reason == EDQUOT;
      if (reason != EPIPE) {
        error_ = Error{full ? ErrorCode::kNoSpace : ErrorCode::kIo,
                       fmt::format("standard output cannot be written: {}", std::strerror(reason)),
                       {},
                       0,
                       {}};
      }
    }
  }
  pending_.clear();
}

std::string Style::marked(std::string_view mark, std::string_view text) const {
  return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", mark, text) : std::string(text);
}

Console Console::of_process() {
  const char* no_color = std::getenv("NO_COLOR");
  const bool colour = no_color == nullptr || *no_color == '\0';
  const bool error_is_terminal = ::isatty(STDERR_FILENO) == 1;
  return {Output(STDOUT_FILENO), false, Style(colour && ::isatty(STDOUT_FILENO) == 1),
          Style(colour && error_is_terminal), error_is_terminal};
}

void Console::note(std::string_view text) const {
  if (json) return;
  // Where standard error cannot be written there is nobody left to tell.
  write_all(STDERR_FILENO, std::string(text) + "\n");
}

void Console::report(const Error& error) const {
  const std::string line =
      json ? error_json(error)
           : fmt::format("{} {} ({})", error_style.red("tally:"),
                         harmless(place_of(error) + error.message), code_name(error.code));
  write_all(STDERR_FILENO, line + "\n");
}

void Console::report_json(std::string_view line) const {
  write_all(STDERR_FILENO, std::string(line) + "\n");
}

std::string error_json(const Error& error) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object().key("error").begin_object();
  out.member("code", code_name(error.code));
  out.member("message", valid_utf8(error.message));
  if (!error.file.empty()) out.member("file", valid_utf8(error.file));
  if (error.line > 0) out.member("line", error.line);
  if (!error.entry.empty()) out.member("entry", valid_utf8(error.entry));
  out.end_object().end_object();
  return text;
}

}  // namespace tally::tool
