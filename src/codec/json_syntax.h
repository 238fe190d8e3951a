#pragma once

// The grammar of JSON (RFC 8259), strictly.  The reader of entries takes what it knows by
// simdjson's on-demand parser, which checks only what is asked of it; this says whether the rest is
// JSON at all, and where it stops being so.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tally::codec {

struct JsonFault {
  std::size_t offset = 0;  // in bytes, from 0; kNowhere where the fault is of the whole
  std::string_view what;   // goes on the sentence "The line is not JSON: …"

  static constexpr std::size_t kNowhere = std::string_view::npos;
};

// The first fault in `text` as one JSON value with white space around it; nothing where it is one.
// Not UTF-8, an unpaired surrogate in an escape, and nesting deeper than limits::kNesting are faults.
std::optional<JsonFault> find_json_fault(std::string_view text);

// Whether `text` is a number as JSON writes it.
bool is_json_number(std::string_view text);

// Replaces `out` by what stands between the quotes of a JSON string, escapes resolved; false where
// an escape is malformed or a surrogate unpaired.
bool unescape_json(std::string_view raw, std::string& out);

}  // namespace tally::codec
