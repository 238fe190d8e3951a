#include "tally/decimal.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "support/catch.h"
#include "tally/hash.h"

namespace tally {
namespace {

Quantity quantity(std::string_view text) {
  Result<Quantity> read = Quantity::parse(text);
  REQUIRE(read.ok());
  return *read;
}

struct Read {
  std::string_view text;
  std::int64_t millionths;
  std::string_view canonical;
};

constexpr Read kRead[] = {
    {"0", 0, "0"},
    {"-0", 0, "0"},
    {"-0.000000", 0, "0"},
    {"5", 5'000'000, "5"},
    {"5.0", 5'000'000, "5"},
    {"005", 5'000'000, "5"},
    {"00000000000000000000000000005", 5'000'000, "5"},
    {"-5.25", -5'250'000, "-5.25"},
    {"0.1", 100'000, "0.1"},
    {"0.000001", 1, "0.000001"},
    {"-0.000001", -1, "-0.000001"},
    {"100", 100'000'000, "100"},
    {"1.100000", 1'100'000, "1.1"},
    {"4503599627370497.5", -1, ""},  // beyond the range, and beyond what binary could hold
    {"9000000000000", Quantity::kLimit, "9000000000000"},
    {"-9000000000000.000000", -Quantity::kLimit, "-9000000000000"},
    {"8999999999999.999999", Quantity::kLimit - 1, "8999999999999.999999"},
    {"9000000000000.000001", -1, ""},
    {"-9000000000000.000001", -1, ""},
    {"9000000000001", -1, ""},
    {"10000000000000", -1, ""},
    {"99999999999999999999999999999999999999", -1, ""},
};

}  // namespace

TEST_CASE("A quantity is read as decimal text and never rounded") {
  for (const Read& row : kRead) {
    CAPTURE(row.text);
    const Result<Quantity> read = Quantity::parse(row.text);
    REQUIRE(read.ok() == !row.canonical.empty());
    if (!read.ok()) {
      CHECK(read.error().code == ErrorCode::kBadQuantity);
      CHECK(read.error().message.find("out of range") != std::string::npos);
      continue;
    }
    CHECK(read->millionths() == row.millionths);
    CHECK(read->to_string() == row.canonical);
  }
}

TEST_CASE("What is not decimal text is no quantity, and the message shows it") {
  for (const std::string_view text :
       {"",    "-",    "+5",   " 5",        "5 ",        "5e3",   "5E0",
        "1.",  ".5",   "-.5",  "1.1234567", "1.0000000", "1,000", "1.2.3",
        "--1", "0x10", "five", "1-",        "1.-5",      "NaN",   "٣"}) {
    CAPTURE(text);
    const Result<Quantity> read = Quantity::parse(text);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == ErrorCode::kBadQuantity);
    CHECK(read.error().message.find("`" + std::string(text) + "`") != std::string::npos);
  }
}

TEST_CASE("A message cuts a long value between two characters") {
  const Result<Quantity> read = Quantity::parse("x" + std::string(300, 'y') + "ééééé");
  CHECK(read.error().message.size() < 250);
  std::string text(59, 'x');
  for (int i = 0; i < 20; ++i) text += "é";
  CHECK(Quantity::parse(text).error().message.find("é…") != std::string::npos);
}

TEST_CASE("A sum of quantities that leaves the range is nothing") {
  const Quantity most = quantity("9000000000000");
  const Quantity least = quantity("-9000000000000");
  const Quantity step = quantity("0.000001");
  CHECK(most.plus(quantity("-0.000001")) == quantity("8999999999999.999999"));
  CHECK(most.plus(least) == Quantity());
  CHECK_FALSE(most.plus(step).has_value());
  CHECK_FALSE(most.plus(most).has_value());  // past 64 bits, too
  CHECK_FALSE(least.plus(least).has_value());
}

TEST_CASE("A value is the exact product of a quantity and a price") {
  struct Row {
    std::string_view quantity, price, value, display;
  };
  for (const Row& row : {
           Row{"21000", "500", "10500000", "10,500,000"},
           Row{"0.000001", "0.000001", "0.000000000001", "0.000000000001"},
           Row{"-2.5", "1.5", "-3.75", "-3.75"},
           Row{"0", "99", "0", "0"},
           Row{"999", "1", "999", "999"},
           Row{"-1000", "1", "-1000", "-1,000"},
           Row{"1000000", "1.25", "1250000", "1,250,000"},
           Row{"9000000000000", "9000000000000", "81000000000000000000000000",
               "81,000,000,000,000,000,000,000,000"},
       }) {
    CAPTURE(row.quantity, row.price);
    const Decimal value = Decimal::product(quantity(row.quantity), quantity(row.price));
    CHECK(value.to_string() == row.value);
    CHECK(value.to_display() == row.display);
  }
  CHECK(Decimal(quantity("12.5")).to_string() == "12.5");
  CHECK(Decimal(quantity("12.5")).minus(Decimal(quantity("13"))).to_string() == "-0.5");
}

TEST_CASE("A percentage is rounded half away from zero to four decimals") {
  struct Row {
    std::string_view numerator, denominator, percentage;
  };
  for (const Row& row : {
           Row{"1", "2", "50"},
           Row{"1", "3", "33.3333"},
           Row{"2", "3", "66.6667"},
           Row{"-2", "3", "-66.6667"},
           Row{"2", "-3", "-66.6667"},
           Row{"-2", "-3", "66.6667"},
           Row{"1", "2000000", "0.0001"},    // 0.00005 exactly: up
           Row{"-1", "2000000", "-0.0001"},  // and down
           Row{"1", "2000001", "0"},
           Row{"0", "7", "0"},
           Row{"9000000000000", "0.000001", "900000000000000000000"},
       }) {
    CAPTURE(row.numerator, row.denominator);
    const auto percentage = Decimal::percentage(quantity(row.numerator), quantity(row.denominator));
    REQUIRE(percentage.has_value());
    CHECK(percentage->to_string() == row.percentage);
  }
  CHECK_FALSE(Decimal::percentage(quantity("1"), Quantity()).has_value());
}

TEST_CASE("A digest is 64 hex digits of either case, and prints in lower case") {
  const std::string lower = "00ff9dbad0c5511205b2c4408f616eb43cadd14dc31bd88d40a03843cbcef553";
  std::string upper = lower;
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  REQUIRE(Hash::parse(upper).ok());
  CHECK(Hash::parse(upper)->to_string() == lower);
  CHECK(*Hash::parse(upper) == *Hash::parse(lower));
  for (const std::string& bad : {std::string(), lower.substr(1), lower + "0", "g" + lower.substr(1),
                                 lower.substr(1) + " "}) {
    CAPTURE(bad);
    REQUIRE_FALSE(Hash::parse(bad).ok());
    CHECK(Hash::parse(bad).error().code == ErrorCode::kBadEntry);
  }
}

}  // namespace tally
