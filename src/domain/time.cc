#include "tally/time.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/shown.h"

namespace tally {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

struct CivilDay {
  int year;
  int month;
  int day;
};

// Days since 1970-01-01 of a day of the proleptic Gregorian calendar.  Years are counted from
// March, so that the leap day comes last (Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms").
constexpr std::int32_t days_from_civil(CivilDay civil) {
  const int year = civil.month <= 2 ? civil.year - 1 : civil.year;
  const int era = (year >= 0 ? year : year - 399) / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year =
      (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

constexpr CivilDay civil_from_days(std::int64_t days) {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const auto day_of_era = static_cast<int>(shifted - era * 146'097);
  const int year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted_month = (5 * day_of_year + 2) / 153;
  const int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const int year = static_cast<int>(era) * 400 + year_of_era + (month <= 2 ? 1 : 0);
  return {year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

constexpr std::int32_t kFirstDay = days_from_civil({1900, 1, 1});
constexpr std::int32_t kLastDay = days_from_civil({2199, 12, 31});

constexpr int days_in_month(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// The number that `count` digits from `at` stand for; nothing where one of them is not a digit.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

Error error(ErrorCode code, std::string message) {
  return Error{code, std::move(message), {}, 0, {}};
}

// `YYYY-MM-DD` at the front of `text`, as a day that exists; any four-digit year.
std::optional<CivilDay> parse_civil(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  if (*month < 1 || *month > 12 || *day < 1 || *day > days_in_month(*year, *month)) {
    return std::nullopt;
  }
  return CivilDay{*year, *month, *day};
}

// The zone at the end of a moment, in minutes east of UTC.
std::optional<int> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int offset = *hours * 60 + *minutes;
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

Result<Date> Date::parse(std::string_view text) {
  const std::optional<CivilDay> civil = parse_civil(text);
  if (!civil || text.size() != 10) {
    const bool has_form = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                          digits(text, 0, 4) && digits(text, 5, 2) && digits(text, 8, 2);
    return error(ErrorCode::kBadDate,
                 has_form ? fmt::format("`{}` is not a day of the calendar.", text)
                          : fmt::format("`{}` is not a date; write it as YYYY-MM-DD, such as "
                                        "2022-04-01.",
                                        base::shown(text)));
  }
  const Date date{days_from_civil(*civil)};
  if (!date.in_range()) {
    return error(
        ErrorCode::kBadDate,
        fmt::format("`{}` is out of range; a date lies between 1900-01-01 and 2199-12-31.", text));
  }
  return date;
}

bool Date::in_range() const { return days >= kFirstDay && days <= kLastDay; }

namespace {

// Appends a number, which is not negative, in so many digits.  (Millions of times are written into
// an export: a format string for each would cost more than all else that is written of an event.)
void append_digits(std::string& out, std::int64_t number, std::size_t width) {
  out.append(width, '0');
  for (std::size_t i = 1; i <= width; ++i, number /= 10) {
    out[out.size() - i] = static_cast<char>('0' + number % 10);
  }
}

void append_day(std::string& out, const CivilDay& civil) {
  append_digits(out, civil.year, 4);
  out.push_back('-');
  append_digits(out, civil.month, 2);
  out.push_back('-');
  append_digits(out, civil.day, 2);
}

}  // namespace

std::string Date::to_string() const {
  std::string text;
  append_day(text, civil_from_days(days));
  return text;
}

Result<YearStart> YearStart::parse(std::string_view text) {
  const auto month = digits(text, 0, 2);
  const auto day = digits(text, 3, 2);
  // Of a year that is not a leap year: the day must exist in every year.
  if (text.size() != 5 || text[2] != '-' || !month || !day || *month < 1 || *month > 12 ||
      *day < 1 || *day > days_in_month(1970, *month)) {
    return error(ErrorCode::kBadDate,
                 fmt::format("`{}` is not a day that a reporting year can begin on; write it as "
                             "MM-DD, such as 04-01, a day that every year has.",
                             base::shown(text)));
  }
  return YearStart{static_cast<std::uint8_t>(*month), static_cast<std::uint8_t>(*day)};
}

std::string YearStart::to_string() const { return fmt::format("{:02}-{:02}", month, day); }

Year YearStart::year_of(Date date) const {
  const CivilDay civil = civil_from_days(date.days);
  const bool before = civil.month < month || (civil.month == month && civil.day < day);
  return Year{static_cast<std::int16_t>(before ? civil.year - 1 : civil.year)};
}

Result<Year> YearStart::parse_year(std::string_view text) const {
  const bool calendar = month == 1 && day == 1;
  const auto begins = digits(text, 0, 4);
  const auto ends = digits(text, 5, 2);
  const bool spans = text.size() == 7 && (text[4] == '-' || text[4] == '/') && begins && ends;
  const bool in_form =
      calendar ? text.size() == 4 && begins : spans && *ends == (*begins + 1) % 100;
  if (in_form) {
    const Year year{static_cast<std::int16_t>(*begins)};
    if (year >= kFirstYear && year <= kLastYear) return year;
    return error(ErrorCode::kBadYear,
                 fmt::format("`{}` is out of range; the ledger reports on {} to {}.", text,
                             year_text(kFirstYear), year_text(kLastYear)));
  }
  // Whatever begins with four digits and looks like a year is told how this ledger writes it.
  const bool near = begins && *begins >= kFirstYear.begins && *begins <= kLastYear.begins &&
                    (text.size() == 4 || spans);
  const Year meant{near ? static_cast<std::int16_t>(*begins) : std::int16_t{2022}};
  return error(ErrorCode::kBadYear,
               fmt::format("`{}` is not a reporting year{}; write it as {}.", base::shown(text),
                           near ? "" : " of this ledger", year_text(meant)));
}

std::string YearStart::year_text(Year year) const {
  if (month == 1 && day == 1) return fmt::format("{:04}", year.begins);
  return fmt::format("{:04}-{:02}", year.begins, (year.begins + 1) % 100);
}

Date YearStart::first_day(Year year) const {
  return Date{days_from_civil({year.begins, month, day})};
}

Result<Timestamp> Timestamp::parse(std::string_view text) {
  const auto malformed = [&] {
    return error(ErrorCode::kBadEntry,
                 fmt::format("`{}` is not a time; write it as 2026-11-22T09:30:00Z (RFC 3339).",
                             base::shown(text)));
  };
  const std::optional<CivilDay> civil = parse_civil(text);
  if (!civil || text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':') {
    return malformed();
  }
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return malformed();

  std::size_t at = 19;
  std::int64_t fraction = 0;
  if (text[at] == '.') {
    std::int64_t worth = kMicrosPerSecond / 10;
    const std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, worth /= 10) {
      fraction += (text[at] - '0') * worth;
    }
    if (at == first) return malformed();
  }
  const std::optional<int> offset = parse_offset(text.substr(at));
  if (!offset) return malformed();
  const std::int64_t seconds = (*hour * 60 + *minute - *offset) * 60 + *second;
  return Timestamp{days_from_civil(*civil) * kMicrosPerDay + seconds * kMicrosPerSecond + fraction};
}

std::string Timestamp::to_string() const {
  std::int64_t days = micros / kMicrosPerDay;
  std::int64_t rest = micros % kMicrosPerDay;
  if (rest < 0) {
    rest += kMicrosPerDay;
    --days;
  }
  const CivilDay civil = civil_from_days(days);
  const std::int64_t seconds = rest / kMicrosPerSecond;
  std::string text;
  text.reserve(27);
  append_day(text, civil);
  text.push_back('T');
  append_digits(text, seconds / 3600, 2);
  text.push_back(':');
  append_digits(text, seconds / 60 % 60, 2);
  text.push_back(':');
  append_digits(text, seconds % 60, 2);
  text.push_back('.');
  append_digits(text, rest % kMicrosPerSecond, 6);
  text.push_back('Z');
  return text;
}

}  // namespace tally
