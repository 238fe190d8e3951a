#include "export/html.h"

namespace tally::exports {
namespace {

// U+202A to U+202E and U+2066 to U+2069, the controls of writing direction, as UTF-8.
bool turns_text(std::string_view rest) {
  if (rest.size() < 3 || rest[0] != '\xe2') return false;
  const auto second = static_cast<unsigned char>(rest[1]);
  const auto third = static_cast<unsigned char>(rest[2]);
  return (second == 0x80 && third >= 0xaa && third <= 0xae) ||
         (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

}  // namespace

std::string html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '&': out += "&amp;"; continue;
      case '<': out += "&lt;"; continue;
      case '>': out += "&gt;"; continue;
      case '"': out += "&quot;"; continue;
      case '\'': out += "&#39;"; continue;
      default: break;
    }
    if (turns_text(text.substr(at))) {
      at += 2;
      continue;
    }
    out.push_back(text[at]);
  }
  return out;
}

}  // namespace tally::exports
