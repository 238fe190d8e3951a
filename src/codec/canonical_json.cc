#include "codec/canonical_json.h"

#include <fmt/format.h>

#include <vector>

#include "base/json_writer.h"
#include "codec/json_syntax.h"

namespace tally::codec {
namespace {

// The end of the string that begins with the quote at `at`: behind its last quote.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

// A step into an object or a list.
struct Level {
  bool is_list = false;
  std::size_t index = 0;
  std::string_view key;
};

}  // namespace

Result<std::string> canonical_json(std::string_view text) {
  if (const auto fault = find_json_fault(text)) {
    const std::string where = fault->offset == JsonFault::kNowhere
                                  ? std::string()
                                  : fmt::format(" at byte {}", fault->offset + 1);
    return Error{
        ErrorCode::kBadJson, fmt::format("it is not JSON{}: {}", where, fault->what), {}, 0, {}};
  }
  std::string out;
  out.reserve(text.size());
  std::string unescaped;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
    } else if (c == '"') {
      const std::size_t end = string_end(text, at);
      unescape_json(text.substr(at + 1, end - at - 2), unescaped);
      base::append_json_string(out, unescaped);
      at = end;
    } else {
      out.push_back(c);
      ++at;
    }
  }
  return out;
}

std::string json_path(std::string_view canonical, std::size_t offset) {
  std::vector<Level> levels;
  for (std::size_t at = 0; at < offset && at < canonical.size();) {
    const char c = canonical[at];
    if (c == '"') {
      const std::size_t end = string_end(canonical, at);
      const bool is_key = end < canonical.size() && canonical[end] == ':';
      if (is_key && end <= offset && !levels.empty()) {
        levels.back().key = canonical.substr(at + 1, end - at - 2);
      }
      at = end;
      continue;
    }
    if (c == '{' || c == '[') levels.push_back({c == '[', 0, {}});
    if ((c == '}' || c == ']') && !levels.empty()) levels.pop_back();
    if (c == ',' && !levels.empty()) {
      ++levels.back().index;
      levels.back().key = {};
    }
    ++at;
  }
  std::string path;
  for (const Level& level : levels) {
    if (level.is_list) {
      path += fmt::format("[{}]", level.index);
    } else if (!level.key.empty()) {
      path += fmt::format("{}{}", path.empty() ? "" : ".", level.key);
    }
  }
  return path;
}

}  // namespace tally::codec
