#pragma once

// Whole numbers as formats of others write them: decimal digits, no sign, no leading zero.

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace tally::base {

// The number, which lies below 2^63; nothing where the text is not exactly how it is written.
inline std::optional<std::uint64_t> canonical_number(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return number;
}

}  // namespace tally::base
