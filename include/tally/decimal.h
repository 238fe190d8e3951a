#pragma once

// Exact decimals.  A `Quantity` is what entries state and accounts hold: up to 6 fraction digits,
// within ±9,000,000,000,000.  A `Decimal` is what is computed from quantities (a money value, a
// ratio): up to 12 fraction digits.  Neither is ever binary floating point, and neither rounds.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tally/result.h"

namespace tally {

// A 128-bit integer, enough for any product of two quantities.
__extension__ using Int128 = __int128;

class Quantity {
 public:
  // Millionths in a unit: what one step of the last digit is worth.
  static constexpr std::int64_t kScale = 1'000'000;
  // The largest magnitude, in millionths (spec "Entries: Values").
  static constexpr std::int64_t kLimit = 9'000'000'000'000 * kScale;

  constexpr Quantity() = default;
  // A quantity of so many millionths, unless that is out of range.
  static constexpr std::optional<Quantity> from_millionths(std::int64_t millionths) {
    if (millionths > kLimit || millionths < -kLimit) return std::nullopt;
    return Quantity(millionths);
  }

  // Reads `-`, digits, and `.` with 1 to 6 digits.  No exponent, no `+`, no white space; leading
  // zeros are read.  Anything else, and what is out of range, is `bad-quantity`.
  static Result<Quantity> parse(std::string_view text);

  constexpr std::int64_t millionths() const { return millionths_; }
  constexpr bool is_zero() const { return millionths_ == 0; }
  constexpr bool is_negative() const { return millionths_ < 0; }

  // The sum, or nothing where it would leave the range.
  constexpr std::optional<Quantity> plus(Quantity other) const {
    std::int64_t sum = 0;  // two of the largest do not fit in 64 bits
    if (__builtin_add_overflow(millionths_, other.millionths_, &sum)) return std::nullopt;
    return from_millionths(sum);
  }

  // Canonical text: no exponent, no `+`, no trailing zeros, no `-0`.
  std::string to_string() const;

  friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;

 private:
  explicit constexpr Quantity(std::int64_t millionths) : millionths_(millionths) {}
  std::int64_t millionths_ = 0;
};

class Decimal {
 public:
  // Steps of the last of 12 digits in a unit.
  static constexpr std::int64_t kScale = 1'000'000'000'000;

  constexpr Decimal() = default;
  constexpr Decimal(Quantity quantity)  // NOLINT: every quantity is a decimal
      : units_(Int128{quantity.millionths()} * (kScale / Quantity::kScale)) {}
  static constexpr Decimal from_units(Int128 units) { return Decimal(units); }

  // quantity × price, exactly.
  static constexpr Decimal product(Quantity quantity, Quantity price) {
    return Decimal(Int128{quantity.millionths()} * price.millionths());
  }
  // 100 × numerator ÷ denominator, rounded half away from zero to 4 decimals; nothing where the
  // denominator is 0 (spec "Totals: Values").
  static std::optional<Decimal> percentage(Quantity numerator, Quantity denominator);

  constexpr Int128 units() const { return units_; }
  constexpr Decimal plus(Decimal other) const { return Decimal(units_ + other.units_); }
  constexpr Decimal minus(Decimal other) const { return Decimal(units_ - other.units_); }

  // Canonical text, as of a Quantity.
  std::string to_string() const;
  // The same with thousands separators, for people: `10,500,000.25`.
  std::string to_display() const;

  friend constexpr auto operator<=>(const Decimal&, const Decimal&) = default;

 private:
  explicit constexpr Decimal(Int128 units) : units_(units) {}
  Int128 units_ = 0;
};

}  // namespace tally
