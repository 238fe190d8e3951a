#include "codec/text_rules.h"

#include <simdjson.h>

#include <cstring>

namespace tally::codec {
namespace {

// Whether every byte lies between 0x20 and 0x7e: most texts do, and need no closer look.
bool is_printable_ascii(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    // Below 0x20; 0x7f; 0x80 and above.
    if ((((word - kOnes * 0x20) & ~word) | (word + kOnes) | word) & kHighBits) return false;
  }
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

bool has_control(std::string_view text, Lines lines) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20) {
      if (lines == Lines::kOne || (byte != '\n' && byte != '\t')) return true;
      continue;
    }
    if (byte == 0x7f) return true;
    // U+0080 to U+009F
    const bool may_be_high = byte == 0xc2 && at + 1 < text.size();
    if (may_be_high && static_cast<unsigned char>(text[at + 1]) < 0xa0) return true;
  }
  return false;
}

}  // namespace

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

TextFault text_fault(std::string_view text, std::size_t limit, Lines lines) {
  if (text.empty()) return TextFault::kEmpty;
  if (text.size() > limit) return TextFault::kTooLong;
  if (is_printable_ascii(text)) return TextFault::kNone;
  if (!is_utf8(text)) return TextFault::kNotUtf8;
  return has_control(text, lines) ? TextFault::kControl : TextFault::kNone;
}

}  // namespace tally::codec
