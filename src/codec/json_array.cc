#include "codec/json_array.h"

#include <fmt/format.h>

#include "codec/json_syntax.h"

namespace tally::codec {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The end of a string that begins at a quote; the text is JSON, so that it has one.
std::size_t end_of_string(std::string_view text, std::size_t quote) {
  std::size_t at = quote + 1;
  while (text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return at;
}

}  // namespace

Result<std::vector<std::string_view>> split_json_array(std::string_view json) {
  if (const auto fault = find_json_fault(json)) {
    return Error{
        ErrorCode::kBadJson,
        fault->offset == JsonFault::kNowhere
            ? fmt::format("the list is not JSON: {}", fault->what)
            : fmt::format("the list is not JSON: {}, at byte {}", fault->what, fault->offset + 1),
        {},
        0,
        {}};
  }
  std::string_view text = trimmed(json);
  std::vector<std::string_view> elements;
  if (!text.starts_with('[')) {
    return Error{ErrorCode::kBadJson, "the body is not a list of entries", {}, 0, {}};
  }
  text = trimmed(text.substr(1, text.size() - 2));
  if (text.empty()) return elements;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '"': at = end_of_string(text, at); break;
      case '{':
      case '[': ++depth; break;
      case '}':
      case ']': --depth; break;
      case ',':
        if (depth > 0) break;
        elements.push_back(trimmed(text.substr(begin, at - begin)));
        begin = at + 1;
        break;
      default: break;
    }
  }
  elements.push_back(trimmed(text.substr(begin)));
  return elements;
}

}  // namespace tally::codec
