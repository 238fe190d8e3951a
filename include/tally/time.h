#pragma once

// Days, reporting years and moments, as the ledger knows them.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "tally/result.h"

namespace tally {

// A day of the proleptic Gregorian calendar, from 1900-01-01 to 2199-12-31.
struct Date {
  std::int32_t days = 0;  // since 1970-01-01

  // Reads `YYYY-MM-DD`; anything else, and a day that does not exist, is `bad-date`.
  static Result<Date> parse(std::string_view text);
  // Whether `days` lies in the range above.
  bool in_range() const;
  std::string to_string() const;

  friend auto operator<=>(const Date&, const Date&) = default;
};

// A reporting year, named by the calendar year that it begins in: 2022 for `2022-23`.
struct Year {
  std::int16_t begins = 0;
  friend auto operator<=>(const Year&, const Year&) = default;
};

// The first and last year that a ledger can report on: those that hold a Date.
inline constexpr Year kFirstYear{1899};
inline constexpr Year kLastYear{2199};

// The day on which a ledger's reporting year begins; it decides how years are written.
struct YearStart {
  std::uint8_t month = 4;
  std::uint8_t day = 1;

  // Reads `MM-DD`; a day that not every year has (`02-29`) is refused: `bad-date`.
  static Result<YearStart> parse(std::string_view text);
  std::string to_string() const;

  // The reporting year that a day lies in.
  Year year_of(Date date) const;
  // Reads `2022-23` or `2022/23`; in a ledger whose year starts on 01-01, `2022`.  Else `bad-year`.
  Result<Year> parse_year(std::string_view text) const;
  // `2022-23`, or `2022` in a ledger whose year starts on 01-01.
  std::string year_text(Year year) const;
  // The first day of a reporting year.
  Date first_day(Year year) const;

  friend bool operator==(const YearStart&, const YearStart&) = default;
};

// A moment: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
struct Timestamp {
  std::int64_t micros = 0;

  // Reads RFC 3339 in UTC (`2026-11-22T09:30:00Z`, fractions cut after microseconds, `+00:00` and
  // other offsets too).  Anything else is `bad-entry`.
  static Result<Timestamp> parse(std::string_view text);
  // `2026-11-22T09:30:00.000000Z`: always six fraction digits.
  std::string to_string() const;

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

}  // namespace tally
