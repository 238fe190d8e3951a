#pragma once

// A SHA-256 digest as a value.  Computing one is the business of the library.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tally/result.h"

namespace tally {

struct Hash {
  std::array<std::uint8_t, 32> bytes{};

  // Reads 64 hex digits of either case; anything else is `bad-entry`.
  static Result<Hash> parse(std::string_view hex);
  // 64 hex digits in lower case.
  std::string to_string() const;

  friend auto operator<=>(const Hash&, const Hash&) = default;
};

}  // namespace tally
