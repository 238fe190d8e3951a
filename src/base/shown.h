#pragma once

// How a value from outside stands in a message.

#include <cstddef>
#include <string>
#include <string_view>

namespace tally::base {

// The value, cut between two characters where it is long, with `?` for control characters, so that
// a message stays one readable line whatever was sent.
inline std::string shown(std::string_view value) {
  constexpr std::size_t kShownBytes = 60;
  std::string out;
  std::size_t at = 0;
  while (at < value.size() && at < kShownBytes) {
    const auto byte = static_cast<unsigned char>(value[at]);
    const bool c1 = byte == 0xc2 && at + 1 < value.size() &&
                    static_cast<unsigned char>(value[at + 1]) < 0xa0;  // U+0080 to U+009F
    if (byte < 0x20 || byte == 0x7f || c1) {
      out.push_back('?');
      at += c1 ? 2 : 1;
      continue;
    }
    out.push_back(value[at++]);
    while (at < value.size() && (static_cast<unsigned char>(value[at]) & 0xc0) == 0x80) {
      out.push_back(value[at++]);
    }
  }
  if (at < value.size()) out += "…";
  return out;
}

}  // namespace tally::base
