#include "tally/decimal.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/shown.h"

namespace tally {
namespace {

constexpr std::size_t kQuantityPlaces = 6;
constexpr std::size_t kDecimalPlaces = 12;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// How many digits `text` begins with.
std::size_t count_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

Error malformed(std::string_view text) {
  return Error{
      ErrorCode::kBadQuantity,
      fmt::format("`{}` is not a quantity; write digits, and after a point at most 6 more, "
                  "such as 12.5, without an exponent, a plus sign or spaces.",
                  base::shown(text)),
      {},
      0,
      {}};
}

Error out_of_range(std::string_view text) {
  return Error{ErrorCode::kBadQuantity,
               fmt::format("`{}` is out of range; a quantity lies between -9,000,000,000,000 and "
                           "9,000,000,000,000.",
                           base::shown(text)),
               {},
               0,
               {}};
}

// Digits of `units`, where the last `places` of them stand after the point; without trailing zeros.
std::string plain_text(Int128 units, std::size_t places) {
  char buffer[64];
  char* const end = buffer + sizeof buffer;
  char* at = end;
  const bool negative = units < 0;
  // Negated as unsigned, so that the most negative number has a magnitude too.
  __extension__ using Uint128 = unsigned __int128;
  Uint128 rest = negative ? Uint128{0} - static_cast<Uint128>(units) : static_cast<Uint128>(units);
  bool wrote_fraction = false;
  for (std::size_t place = 0; place < places; ++place) {
    const auto digit = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
    if (digit == '0' && !wrote_fraction) continue;
    *--at = digit;
    wrote_fraction = true;
  }
  if (wrote_fraction) *--at = '.';
  do {
    *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  if (negative) *--at = '-';
  return std::string(at, static_cast<std::size_t>(end - at));
}

}  // namespace

Result<Quantity> Quantity::parse(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  std::string_view rest = negative ? text.substr(1) : text;
  const std::size_t whole_digits = count_digits(rest);
  if (whole_digits == 0) return malformed(text);
  std::string_view whole = rest.substr(0, whole_digits);
  rest.remove_prefix(whole_digits);

  std::string_view fraction;
  if (!rest.empty()) {
    if (rest.front() != '.') return malformed(text);
    fraction = rest.substr(1);
    const std::size_t fraction_digits = count_digits(fraction);
    if (fraction_digits == 0 || fraction_digits != fraction.size()) return malformed(text);
    if (fraction_digits > kQuantityPlaces) return malformed(text);
  }

  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  // The limit has 13 digits before the point: up to that many, 64 bits hold the result.
  if (whole.size() > 13) return out_of_range(text);
  std::int64_t millionths = 0;
  for (const char c : whole) millionths = millionths * 10 + (c - '0');
  if (millionths > kLimit / kScale) return out_of_range(text);
  for (std::size_t place = 0; place < kQuantityPlaces; ++place) {
    millionths = millionths * 10 + (place < fraction.size() ? fraction[place] - '0' : 0);
  }
  if (millionths > kLimit) return out_of_range(text);
  return Quantity(negative ? -millionths : millionths);
}

std::string Quantity::to_string() const { return plain_text(millionths_, kQuantityPlaces); }

std::optional<Decimal> Decimal::percentage(Quantity numerator, Quantity denominator) {
  if (denominator.is_zero()) return std::nullopt;
  // In steps of the fourth decimal: 100 × 10,000 × n ÷ d.  At most 9e18 × 1e6, far inside 128 bits.
  const bool negative = numerator.is_negative() != denominator.is_negative();
  const Int128 n =
      numerator.is_negative() ? -Int128{numerator.millionths()} : Int128{numerator.millionths()};
  const Int128 d = denominator.is_negative() ? -Int128{denominator.millionths()}
                                             : Int128{denominator.millionths()};
  const Int128 scaled = n * 1'000'000;
  Int128 steps = scaled / d;
  if (2 * (scaled % d) >= d) ++steps;
  return Decimal((negative ? -steps : steps) * (kScale / 10'000));
}

std::string Decimal::to_string() const { return plain_text(units_, kDecimalPlaces); }

std::string Decimal::to_display() const {
  const std::string plain = to_string();
  const std::size_t first = plain.front() == '-' ? 1 : 0;
  const std::size_t point = std::min(plain.find('.'), plain.size());
  std::string out = plain.substr(0, first);
  for (std::size_t i = first; i < point; ++i) {
    if (i != first && (point - i) % 3 == 0) out.push_back(',');
    out.push_back(plain[i]);
  }
  return out.append(plain, point);
}

}  // namespace tally
