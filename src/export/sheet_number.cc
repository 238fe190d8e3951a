#include "export/sheet_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "base/check.h"

namespace tally::exports {

std::optional<double> sheet_number(Decimal exact) {
  const std::string text = exact.to_string();
  std::string digits = text;
  digits.erase(
      std::remove_if(digits.begin(), digits.end(), [](char c) { return c == '-' || c == '.'; }),
      digits.end());
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return 0.0;
  const std::size_t last = digits.find_last_not_of('0');
  if (last - first + 1 > kSheetDigits) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  TALLY_CHECK(error == std::errc() && end == text.data() + text.size());
  return number;
}

int fraction_digits(Decimal exact) {
  const std::string text = exact.to_string();
  const std::size_t point = text.find('.');
  return point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

bool rounds_to(double computed, int digits, Decimal exact) {
  if (fraction_digits(exact) > digits) return false;
  std::string wanted = exact.to_string();
  if (digits > 0) {
    if (wanted.find('.') == std::string::npos) wanted.push_back('.');
    wanted.append(static_cast<std::size_t>(digits - fraction_digits(exact)), '0');
  }
  const std::string found = fmt::format("{:.{}f}", computed, digits);
  return found == wanted || (exact == Decimal() && found == "-" + wanted);
}

}  // namespace tally::exports
