// Fuzzes what reads values out of text: quantities, days, years, moments, figures.  Of any text
// must hold:
// - What is read, written again and read, is the same; and written a second time, the same text.
// - A quantity keeps to its range, a day to the calendar, a year to the days that it holds.
//
// Seeds: one of each, as the documentation has them.

#include <algorithm>

#include "base/check.h"
#include "tally/decimal.h"
#include "tally/figure.h"
#include "tally/time.h"

namespace tally::fuzz {
namespace {

// Reads a text, and what is written of it, in the same way.
template <typename Read, typename Write>
void check(std::string_view text, Read read, Write write) {
  const auto value = read(text);
  if (!value.ok()) {
    TALLY_CHECK(!value.error().message.empty());
    return;
  }
  const std::string once = write(*value);
  const auto again = read(once);
  TALLY_CHECK(again.ok() && *again == *value);
  TALLY_CHECK(write(*again) == once);
}

void check_quantity(std::string_view text) {
  check(text, Quantity::parse, [](Quantity quantity) { return quantity.to_string(); });
  const auto quantity = Quantity::parse(text);
  if (!quantity.ok()) return;
  TALLY_CHECK(Quantity::from_millionths(quantity->millionths()).has_value());
  TALLY_CHECK(Decimal(*quantity).to_string() == quantity->to_string());
  std::string shown = Decimal(*quantity).to_display();
  std::erase(shown, ',');
  TALLY_CHECK(shown == quantity->to_string());
  const auto twice = quantity->plus(*quantity);
  TALLY_CHECK(!twice || twice->millionths() == 2 * quantity->millionths());
}

void check_times(std::string_view text, YearStart start) {
  check(text, Date::parse, [](Date date) { return date.to_string(); });
  check(text, Timestamp::parse, [](Timestamp moment) { return moment.to_string(); });
  check(text, YearStart::parse, [](YearStart year_start) { return year_start.to_string(); });
  check(
      text, [&](std::string_view year) { return start.parse_year(year); },
      [&](Year year) { return start.year_text(year); });
  const auto date = Date::parse(text);
  if (!date.ok()) return;
  TALLY_CHECK(date->in_range());
  const Year year = start.year_of(*date);
  TALLY_CHECK(start.first_day(year) <= *date);
  TALLY_CHECK(*date < start.first_day(Year{static_cast<std::int16_t>(year.begins + 1)}));
}

void check_figure(std::string_view text, YearStart start) {
  check(
      text, [&](std::string_view figure) { return FigureReference::parse(figure, start); },
      [&](const FigureReference& figure) { return figure.to_string(start); });
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  tally::fuzz::check_quantity(text);
  for (const tally::YearStart start : {tally::YearStart{}, tally::YearStart{1, 1}}) {
    tally::fuzz::check_times(text, start);
    tally::fuzz::check_figure(text, start);
  }
  return 0;
}
