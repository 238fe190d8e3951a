#pragma once

// What the service tells whoever runs it: a line a request, and what failed.  No token, no body, no
// parameter, no detail stands in it.

#include <cstdint>
#include <string>
#include <string_view>

namespace tally::service {

// One request, once it has been answered.
struct AccessLine {
  std::string_view id;
  std::string_view address;
  std::string_view method;
  std::string_view path;  // without its parameters
  std::uint16_t status = 0;
  std::uint64_t bytes = 0;
  double milliseconds = 0;
  std::string_view actor;  // empty without a token
  std::string_view token;  // its id
  std::string_view code;   // of a problem
};

// Lines are written by a thread of its own; where standard error is not read, the oldest are lost
// and nobody waits.
void open_log(bool as_json);
// Writes what is left.
void close_log();

void log_access(const AccessLine& line);
// What happened to the service itself.
void log_notice(std::string_view text);
// What went wrong within, and in answer to which request; empty for none.
void log_failure(std::string_view request_id, std::string_view text);

}  // namespace tally::service
