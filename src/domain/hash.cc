#include "tally/hash.h"

#include <fmt/format.h>

namespace tally {
namespace {

constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i) digits['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    digits['a' + i] = static_cast<std::uint8_t>(10 + i);
    digits['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return digits;
}();

Error malformed(std::string_view hex) {
  const std::string_view shown = hex.substr(0, 80);
  // Only text that a message can carry is repeated in it.
  for (const char c : shown) {
    if (c < 0x20 || c > 0x7e) {
      return Error{
          ErrorCode::kBadEntry, "A SHA-256 digest is 64 hex digits and nothing else.", {}, 0, {}};
    }
  }
  return Error{ErrorCode::kBadEntry,
               fmt::format("`{}`{} is not a SHA-256 digest; write 64 hex digits (this has {} "
                           "characters).",
                           shown, hex.size() > shown.size() ? "…" : "", hex.size()),
               {},
               0,
               {}};
}

}  // namespace

Result<Hash> Hash::parse(std::string_view hex) {
  Hash hash;
  if (hex.size() != 2 * hash.bytes.size()) return malformed(hex);
  std::uint8_t seen = 0;
  for (std::size_t i = 0; i < hash.bytes.size(); ++i) {
    const std::uint8_t high = kDigits[static_cast<std::uint8_t>(hex[2 * i])];
    const std::uint8_t low = kDigits[static_cast<std::uint8_t>(hex[2 * i + 1])];
    seen = static_cast<std::uint8_t>(seen | high | low);
    hash.bytes[i] = static_cast<std::uint8_t>((high << 4) | low);
  }
  if (seen > 0x0f) return malformed(hex);
  return hash;
}

std::string Hash::to_string() const {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text(2 * bytes.size(), '0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[2 * i] = kHex[bytes[i] >> 4];
    text[2 * i + 1] = kHex[bytes[i] & 15];
  }
  return text;
}

}  // namespace tally
