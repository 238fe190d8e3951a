#pragma once

// What a request asks for: the path and the parameters of its target (RFC 9110, RFC 3986), taken
// apart once and strictly, so that nothing can be read in two ways.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::service {

struct Target {
  std::string text;                                             // from its first slash on, as sent
  std::vector<std::string> segments;                            // of the path, decoded
  std::vector<std::pair<std::string, std::string>> parameters;  // in order, decoded
};

// Nothing where it is malformed: not from a slash on (or http://HOST/…), a byte that must be
// encoded, a broken escape, a control character, what is not UTF-8, a slash within a segment, an
// empty segment, `.` or `..`.  A plus sign is a plus sign.
std::optional<Target> parse_target(std::string_view raw);

}  // namespace tally::service
