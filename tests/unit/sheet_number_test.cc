// Which figures a spreadsheet's number holds, and which sums it gets right.

#include "export/sheet_number.h"

#include <string>

#include "support/catch.h"

namespace tally::exports {
namespace {

Decimal decimal(const std::string& text) { return Quantity::parse(text).value(); }

TEST_CASE("A figure of up to 15 significant digits is a sheet's number, a longer one is none") {
  const auto [text, holds] = GENERATE(table<std::string, bool>({
      {"0", true},
      {"-0.000001", true},
      {"8.3", true},
      {"9000000000000", true},
      {"123456789.123456", true},
      {"-123456789.123456", true},
      {"1234567890.123456", false},
      {"1234567890.12345", true},
      {"8999999999999.000001", false},
      {"8999999999999.99", true},
  }));
  const auto number = sheet_number(decimal(text));
  CHECK(number.has_value() == holds);
  if (number) CHECK(*number == std::stod(text));
}

TEST_CASE("A figure has as many fraction digits as its text") {
  CHECK(fraction_digits(decimal("1000")) == 0);
  CHECK(fraction_digits(decimal("1.50")) == 1);
  CHECK(fraction_digits(
            Decimal::product(*Quantity::from_millionths(1), *Quantity::from_millionths(1))) == 12);
}

TEST_CASE("What a sheet computes is the figure where rounding makes it that and no other") {
  CHECK(rounds_to(0.1 + 0.2, 1, decimal("0.3")));
  CHECK_FALSE(rounds_to(0.1 + 0.2, 1, decimal("0.31")));
  CHECK_FALSE(rounds_to(0.31, 1, decimal("0.31")));
  CHECK(rounds_to(0.3 - 0.1 - 0.2, 1, decimal("0")));
  CHECK(rounds_to(-1e-17, 2, decimal("0")));
  CHECK(rounds_to(12, 3, decimal("12")));
  CHECK_FALSE(rounds_to(8999999999999.0 + 0.000001, 6, decimal("8999999999999.000001")));
}

}  // namespace
}  // namespace tally::exports
