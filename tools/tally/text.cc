#include "text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <wchar.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace tally::tool {
namespace {

// One character of a text: its code point, and how many bytes it takes.  What is not UTF-8 comes as
// single bytes with `valid` false.
struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > text.size()) return {lead, 1, false};
  char32_t code = lead & (0xffU >> (length + 1));
  for (std::size_t i = at + 1; i < at + length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {lead, 1, false};
    code = (code << 6) | (byte(i) & 0x3f);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kSmallest[length] || surrogate || code > 0x10ffff) return {lead, 1, false};
  return {code, length, true};
}

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

// Line and paragraph separators, and what turns the direction of writing: a text could use them to
// look like something that it does not say.
bool is_layout_control(char32_t code) {
  return (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

std::string written_out(const Character& character) {
  const auto code = static_cast<std::uint32_t>(character.code);
  if (!character.valid || code < 0x100) {
    if (character.valid && code == '\n') return "\\n";
    if (character.valid && code == '\t') return "\\t";
    return fmt::format("\\x{:02x}", code);
  }
  return fmt::format("\\u{:04x}", code);
}

std::size_t width_of(char32_t code) {
  const int width = wcwidth(static_cast<wchar_t>(code));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

std::string harmless(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    if (!character.valid || is_control(character.code) || is_layout_control(character.code)) {
      out += written_out(character);
    } else {
      out += text.substr(at, character.bytes);
    }
    at += character.bytes;
  }
  return out;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    out += character.valid ? text.substr(at, character.bytes) : std::string_view("\xef\xbf\xbd");
    at += character.bytes;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    width += character.valid ? width_of(character.code) : 1;
    at += character.bytes;
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t used = 1;  // the ellipsis
  std::size_t at = 0;
  while (at < text.size()) {
    const Character character = character_at(text, at);
    used += character.valid ? width_of(character.code) : 1;
    if (used > width) break;
    at += character.bytes;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string with_thousands(std::uint64_t number) {
  const std::string plain = std::to_string(number);
  std::string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (i != 0 && (plain.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(plain[i]);
  }
  return out;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", with_thousands(number), noun, number == 1 ? "" : "s");
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) return counted(bytes, "byte");
  constexpr std::array<std::string_view, 4> kUnits = {"KiB", "MiB", "GiB", "TiB"};
  double size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < kUnits.size()) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string duration_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string short_digest(const Hash& digest) { return digest.to_string().substr(0, 12) + "…"; }

std::string time_text(Timestamp time) {
  std::string text = time.to_string();
  if (text.size() < 19) return text;
  text[10] = ' ';
  text.resize(19);
  return text;
}

std::string totals_text(const std::vector<std::string>& totals) {
  constexpr std::size_t kShown = 8;
  if (totals.empty()) return "none that is known to be touched";
  const std::span<const std::string> shown =
      std::span(totals).first(std::min(kShown, totals.size()));
  std::string text = fmt::format("{}", fmt::join(shown, ", "));
  if (totals.size() > kShown) {
    text += fmt::format(" and {} more", with_thousands(totals.size() - kShown));
  }
  return text;
}

std::size_t edit_distance(std::string_view one, std::string_view other) {
  // Rows of the usual table: how to make the first i letters of `one` from the first j of `other`.
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(other.size() + 1);
  for (std::size_t j = 0; j <= other.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= one.size(); ++i) {
    std::vector<std::size_t> row(other.size() + 1);
    row[0] = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const std::size_t changed = last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      const bool swapped =
          i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, std::move(row));
  }
  return last[other.size()];
}

}  // namespace tally::tool
