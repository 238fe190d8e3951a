#include "export/sheet_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/shown.h"
#include "base/try.h"
#include "codec/text_rules.h"
#include "tally/time.h"

namespace tally::exports {
namespace {

constexpr std::array<std::string_view, 3> kOrderNames{"day-first", "month-first", "iso"};

// A space, a tab, the ends of lines, and the spaces of Unicode that stand in numbers and around
// pasted text: no-break, thin, figure, narrow no-break.
constexpr std::array<std::string_view, 8> kSpaces{
    " ", "\t", "\n", "\r", "\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\x87", "\xe2\x80\xaf"};

// The length of the space that the text begins with, else 0.
std::size_t space_at(std::string_view text) {
  for (const std::string_view space : kSpaces) {
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

std::string_view trimmed(std::string_view text) {
  while (const std::size_t length = space_at(text)) text.remove_prefix(length);
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view space : kSpaces) {
      if (!text.ends_with(space)) continue;
      text.remove_suffix(space.size());
      more = true;
    }
  }
  return text;
}

bool is_digit(char c) { return '0' <= c && c <= '9'; }

bool are_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if ('A' <= c && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

Error bad(ErrorCode code, std::string message) { return {code, std::move(message), {}, 0, {}}; }

// ---- Numbers ----

struct Sign {
  std::string_view text;
  std::string_view currencies;
};
constexpr std::array<Sign, 4> kSigns{Sign{"£", "GBP"}, Sign{"€", "EUR"}, Sign{"¥", "JPY CNY"},
                                     Sign{"$", "USD AUD CAD NZD SGD HKD MXN"}};

Error not_a_number(std::string_view content, std::string_view advice) {
  return bad(ErrorCode::kBadQuantity,
             fmt::format("`{}` is not read as a number: {}", base::shown(content), advice));
}

// Takes the sign of a currency off either end.
Result<std::string_view> without_currency(std::string_view content, const std::string& currency) {
  std::string_view number = content;
  for (const Sign& sign : kSigns) {
    const bool before = number.starts_with(sign.text);
    if (!before && !number.ends_with(sign.text)) continue;
    if (sign.currencies.find(currency) == std::string_view::npos) {
      return not_a_number(content, fmt::format("{} is not a sign of the ledger's currency, {}",
                                               sign.text, currency));
    }
    if (before) {
      number.remove_prefix(sign.text.size());
    } else {
      number.remove_suffix(sign.text.size());
    }
    break;
  }
  return trimmed(number);
}

// The whole part without what groups its digits by three; nothing where they are grouped otherwise.
std::optional<std::string> ungrouped(std::string_view whole, char group) {
  std::string digits;
  std::string_view used;  // the one separator of this number
  std::size_t in_group = 0;
  while (!whole.empty()) {
    if (is_digit(whole.front())) {
      digits.push_back(whole.front());
      ++in_group;
      whole.remove_prefix(1);
      continue;
    }
    const std::size_t space = space_at(whole);
    const std::string_view separator = whole.substr(0, space > 0 ? space : 1);
    const bool is_group = space > 0 || separator.front() == group;
    const bool fits = used.empty() ? 1 <= in_group && in_group <= 3 : in_group == 3;
    if (!is_group || !fits || (!used.empty() && used != separator)) return std::nullopt;
    used = separator;
    in_group = 0;
    whole.remove_prefix(separator.size());
  }
  if (digits.empty() || (!used.empty() && in_group != 3)) return std::nullopt;
  return digits;
}

std::string_view advice_on(std::string_view content, bool decimal_comma) {
  if (content.ends_with('%')) {
    return "write it without the per cent sign; 12.5 is twelve and a half of the unit %";
  }
  if (content.find_first_of("eE") != std::string_view::npos && is_digit(content.front())) {
    return "it looks shortened by a spreadsheet; give the column the format \"Number\"";
  }
  if (content.starts_with('(')) return "a number in brackets is less than 0, which is not allowed";
  if (content.find(',') != std::string_view::npos && !decimal_comma) {
    return "a comma stands before three digits each time; --decimal-comma reads 1.234,5";
  }
  if (content.find('.') != std::string_view::npos) {
    return decimal_comma ? "with --decimal-comma a point stands before three digits each time"
                         : "one point at most; --decimal-comma reads 1.234.567,8";
  }
  return "write digits alone, such as 1234.5 or 1,234.5";
}

Result<std::string> quantity(std::string_view content, const CellRules& rules) {
  TALLY_ASSIGN(std::string_view number, without_currency(content, rules.currency));
  std::string out;
  if (number.starts_with('-')) {
    out = "-";
    number.remove_prefix(1);
  }
  const char point = rules.decimal_comma ? ',' : '.';
  const std::size_t at = number.find(point);
  const auto digits = ungrouped(number.substr(0, at), rules.decimal_comma ? '.' : ',');
  const bool has_fraction = at != std::string_view::npos;
  if (!digits || (has_fraction && !are_digits(number.substr(at + 1)))) {
    return not_a_number(content, advice_on(content, rules.decimal_comma));
  }
  out += *digits;
  if (has_fraction) out.append(".").append(number.substr(at + 1));
  return out;
}

// ---- Dates ----

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};

struct Day {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
};

Error not_a_date(std::string_view content, std::string_view advice) {
  return bad(ErrorCode::kBadDate,
             fmt::format("`{}` is not read as a date: {}", base::shown(content), advice));
}

unsigned number_of(std::string_view digits) {
  unsigned number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// 1 to 12, for a month's name or its first three letters; 0 for another word.
unsigned month_of(std::string_view word) {
  const std::string lower = lower_case(word);
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (lower == kMonths[i] || lower == kMonths[i].substr(0, 3)) return i + 1;
  }
  return lower == "sept" ? 9 : 0;
}

// The three parts of a date, apart by one character of these, the same twice.
std::optional<std::array<std::string_view, 3>> parts_of(std::string_view text,
                                                        std::string_view separators) {
  const std::size_t first = text.find_first_of(separators);
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find(text[first], first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return std::array{text.substr(0, first), text.substr(first + 1, second - first - 1),
                    text.substr(second + 1)};
}

bool is_short_number(std::string_view text) { return are_digits(text) && text.size() <= 2; }

std::optional<unsigned> year_of(std::string_view text) {
  if (!are_digits(text) || (text.size() != 2 && text.size() != 4)) return std::nullopt;
  return number_of(text) + (text.size() == 2 ? 2000 : 0);
}

// A date of another form than YYYY-MM-DD; nothing where it has none of those that are read.
std::optional<Day> day_of(std::string_view content, DateOrder order) {
  const auto parts = parts_of(content, "/.- ");
  if (!parts) return std::nullopt;
  const auto& [first, second, third] = *parts;
  const auto year = year_of(third);
  if (!is_short_number(first) || !year) return std::nullopt;
  if (const unsigned month = month_of(second)) return Day{*year, month, number_of(first)};
  if (!is_short_number(second) || content.find(' ') != std::string_view::npos) return std::nullopt;
  if (order == DateOrder::kMonthFirst) return Day{*year, number_of(first), number_of(second)};
  return Day{*year, number_of(second), number_of(first)};
}

std::string_view advice_on_date(std::string_view content, DateOrder order) {
  if (order == DateOrder::kIso) return "with --date-format iso it is written 2022-04-01";
  if (content.find(':') != std::string_view::npos) return "leave out the time of day";
  return order == DateOrder::kMonthFirst
             ? "write it as 2022-04-01, 4/1/2022 (month first) or 1-Apr-2022"
             : "write it as 2022-04-01, 1/4/2022 (day first) or 1-Apr-2022";
}

// A sheet's dates without their format: days since the end of 1899.
bool is_serial(std::string_view content) {
  const std::string_view whole = content.substr(0, content.find('.'));
  return are_digits(whole) && whole.size() == 5;
}

Result<std::string> date(std::string_view content, DateOrder order) {
  if (is_serial(content)) {
    return not_a_date(content,
                      "it looks like a spreadsheet's count of days; give the column a format of "
                      "dates and save the sheet again");
  }
  std::string_view day_alone = content;
  for (const std::string_view midnight : {" 00:00:00", "T00:00:00", " 00:00"}) {
    if (day_alone.ends_with(midnight)) day_alone.remove_suffix(midnight.size());
  }
  const auto iso = parts_of(day_alone, "-");
  if (iso && (*iso)[0].size() == 4 && are_digits((*iso)[0])) return std::string(day_alone);
  const auto day = order == DateOrder::kIso ? std::nullopt : day_of(day_alone, order);
  if (!day) return not_a_date(content, advice_on_date(content, order));
  std::string text = fmt::format("{:04}-{:02}-{:02}", day->year, day->month, day->day);
  if (Date::parse(text).ok()) return text;
  if (day->month > 12 && day->day <= 12) {
    return not_a_date(content, order == DateOrder::kMonthFirst
                                   ? "dates of this sheet are read month first, and there is no "
                                     "such month; --date-format day-first reads the others so"
                                   : "dates of this sheet are read day first, and there is no such "
                                     "month; --date-format month-first reads the others so");
  }
  return not_a_date(content, "there is no such day");
}

// ---- Reporting years ----

Result<std::string> year(std::string_view content) {
  constexpr std::string_view kEnDash = "\xe2\x80\x93";
  std::string text(content);
  if (const std::size_t dash = text.find(kEnDash); dash != std::string::npos) {
    text.replace(dash, kEnDash.size(), "-");
  }
  const std::size_t mark = text.find_first_of("-/");
  if (mark == std::string::npos) return text;
  const std::string_view first = std::string_view(text).substr(0, mark);
  const std::string_view second = std::string_view(text).substr(mark + 1);
  if (month_of(first) != 0 || month_of(second) != 0) {
    return bad(ErrorCode::kBadYear,
               fmt::format("`{}` is a month: a spreadsheet takes a year such as 2011-12 for one; "
                           "give the column the format \"Text\" and type it again",
                           base::shown(content)));
  }
  if (are_digits(first) && are_digits(second) && first.size() == 4 && second.size() == 4 &&
      number_of(second) == number_of(first) + 1) {
    return fmt::format("{}-{}", first, second.substr(2));
  }
  return text;
}

bool is_error_of_spreadsheet(std::string_view content) {
  for (const std::string_view error :
       {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}) {
    if (content == error) return true;
  }
  return content.size() >= 3 && content.find_first_not_of('#') == std::string_view::npos;
}

}  // namespace

std::string_view date_order_name(DateOrder order) {
  return kOrderNames[static_cast<std::size_t>(order)];
}

std::optional<DateOrder> date_order_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kOrderNames.size(); ++i) {
    if (kOrderNames[i] == name) return static_cast<DateOrder>(i);
  }
  return std::nullopt;
}

std::string_view cell_content(std::string_view cell) {
  constexpr std::string_view kKept = "=+-@\t\r'";
  if (cell.size() > 1 && cell.front() == '\'' && kKept.find(cell[1]) != std::string_view::npos) {
    return cell.substr(1);
  }
  return trimmed(cell);
}

Result<std::string> cell_value(CellKind kind, std::string_view content, const CellRules& rules) {
  if (!codec::is_utf8(content)) {
    return bad(ErrorCode::kBadJson, "the cell is not UTF-8; save the sheet as \"CSV UTF-8\"");
  }
  if (is_error_of_spreadsheet(content)) {
    return bad(
        ErrorCode::kBadEntry,
        fmt::format("`{}` is an error of the spreadsheet, not a value; mend it there", content));
  }
  switch (kind) {
    case CellKind::kQuantity: return quantity(content, rules);
    case CellKind::kDate: return date(content, rules.dates);
    case CellKind::kYear: return year(content);
    case CellKind::kWord: return lower_case(content);
    case CellKind::kText:
    case CellKind::kDigests: break;
  }
  return std::string(content);
}

std::vector<std::string_view> words_of(std::string_view content) {
  std::vector<std::string_view> words;
  for (content = trimmed(content); !content.empty(); content = trimmed(content)) {
    std::size_t length = 0;
    while (length < content.size() && space_at(content.substr(length)) == 0) ++length;
    words.push_back(content.substr(0, length));
    content.remove_prefix(length);
  }
  return words;
}

}  // namespace tally::exports
