#include "tally/time.h"

#include <string>
#include <string_view>

#include "support/catch.h"

namespace tally {
namespace {

constexpr YearStart kApril{4, 1};
constexpr YearStart kJanuary{1, 1};

Date day(std::string_view text) {
  const Result<Date> read = Date::parse(text);
  REQUIRE(read.ok());
  return *read;
}

}  // namespace

TEST_CASE("A date is a real day from 1900 to 2199") {
  struct Row {
    std::string_view text;
    std::int32_t days;
  };
  for (const Row& row : {Row{"1970-01-01", 0}, Row{"1969-12-31", -1}, Row{"1900-01-01", -25567},
                         Row{"2199-12-31", 84005}, Row{"2000-02-29", 11016},
                         Row{"2022-04-01", 19083}, Row{"2024-02-29", 19782}}) {
    CAPTURE(row.text);
    CHECK(day(row.text).days == row.days);
    CHECK(day(row.text).to_string() == row.text);
    CHECK(day(row.text).in_range());
  }
  for (const std::string_view text :
       {"1899-12-31",  "2200-01-01", "2023-02-29", "2100-02-29",           "1900-02-29",
        "2022-04-31",  "2022-00-01", "2022-13-01", "2022-01-00",           "2022-01-32",
        "2022-1-1",    "22-01-01",   "2022/04/01", "2022-04-01T00:00:00Z", " 2022-04-01",
        "2022-04-01 ", "",           "20220401",   "01-04-2022",           "yyyy-mm-dd",
        "-022-04-01"}) {
    CAPTURE(text);
    REQUIRE_FALSE(Date::parse(text).ok());
    CHECK(Date::parse(text).error().code == ErrorCode::kBadDate);
    CHECK(Date::parse(text).error().message.find("`" + std::string(text) + "`") !=
          std::string::npos);
  }
  CHECK_FALSE(Date{-25568}.in_range());
  CHECK_FALSE(Date{84006}.in_range());
}

TEST_CASE("Every day of the range is read back from its own text, one after the other") {
  Date date = day("1900-01-01");
  for (; date.days <= day("2199-12-31").days; ++date.days) {
    const Result<Date> read = Date::parse(date.to_string());
    if (!read.ok() || *read != date) FAIL(date.to_string());
  }
}

TEST_CASE("A reporting year is written by the two years it touches") {
  struct Row {
    YearStart start;
    std::string_view text;
    int begins;
    std::string_view printed;
  };
  for (const Row& row : {
           Row{kApril, "2022-23", 2022, "2022-23"},
           Row{kApril, "2022/23", 2022, "2022-23"},
           Row{kApril, "1999-00", 1999, "1999-00"},
           Row{kApril, "1899-00", 1899, "1899-00"},
           Row{kApril, "2199-00", 2199, "2199-00"},
           Row{kJanuary, "2022", 2022, "2022"},
           Row{YearStart{1, 2}, "2022-23", 2022, "2022-23"},
           Row{YearStart{12, 31}, "2022-23", 2022, "2022-23"},
       }) {
    CAPTURE(row.text);
    const Result<Year> read = row.start.parse_year(row.text);
    REQUIRE(read.ok());
    CHECK(read->begins == row.begins);
    CHECK(row.start.year_text(*read) == row.printed);
  }
}

TEST_CASE("What is not a reporting year is refused with the form that is expected") {
  struct Row {
    YearStart start;
    std::string_view text;
    std::string_view says;
  };
  for (const Row& row : {
           Row{kApril, "2022-24", "`2022-24` is not a reporting year; write it as 2022-23."},
           Row{kApril, "2022", "write it as 2022-23."},
           Row{kApril, "1999-01", "write it as 1999-00."},
           Row{kApril, "2022-2023", "write it as 2022-23."},
           Row{kApril, "1898-99", "out of range"},
           Row{kApril, "2200-01", "out of range"},
           Row{kApril, "22-23", "write it as 2022-23."},
           Row{kApril, "", "write it as 2022-23."},
           Row{kApril, "2022–23", "write it as 2022-23."},
           Row{kApril, "2022-23 ", "write it as 2022-23."},
           Row{kJanuary, "2022-23", "`2022-23` is not a reporting year; write it as 2022."},
           Row{kJanuary, "1898", "out of range"},
           Row{kJanuary, "2200", "out of range"},
           Row{kJanuary, "20222", "write it as 2022."},
       }) {
    CAPTURE(row.text);
    const Result<Year> read = row.start.parse_year(row.text);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == ErrorCode::kBadYear);
    CAPTURE(read.error().message);
    CHECK(read.error().message.find(row.says) != std::string::npos);
  }
}

TEST_CASE("A day lies in the reporting year that began last") {
  CHECK(kApril.year_of(day("2022-03-31")).begins == 2021);
  CHECK(kApril.year_of(day("2022-04-01")).begins == 2022);
  CHECK(kApril.year_of(day("2023-03-31")).begins == 2022);
  CHECK(kJanuary.year_of(day("2022-01-01")).begins == 2022);
  CHECK(kJanuary.year_of(day("2022-12-31")).begins == 2022);
  CHECK(kApril.year_of(day("1900-01-01")) == kFirstYear);
  CHECK(kApril.year_of(day("2199-12-31")) == kLastYear);
  for (const YearStart start : {kApril, kJanuary, YearStart{2, 28}, YearStart{12, 31}}) {
    for (std::int16_t begins = 1900; begins < 2199; ++begins) {
      const Date first = start.first_day(Year{begins});
      REQUIRE(start.year_of(first).begins == begins);
      REQUIRE(start.year_of(Date{first.days - 1}).begins == begins - 1);
    }
  }
}

TEST_CASE("A reporting year begins on a day that every year has") {
  for (const std::string_view text : {"01-01", "04-01", "02-28", "12-31"}) {
    CAPTURE(text);
    REQUIRE(YearStart::parse(text).ok());
    CHECK(YearStart::parse(text)->to_string() == text);
  }
  for (const std::string_view text : {"02-29", "02-30", "00-01", "13-01", "04-31", "04-00", "4-1",
                                      "0401", "04/01", "", "04-01 "}) {
    CAPTURE(text);
    REQUIRE_FALSE(YearStart::parse(text).ok());
    CHECK(YearStart::parse(text).error().code == ErrorCode::kBadDate);
  }
}

TEST_CASE("A moment is read from RFC 3339 and printed with six digits in UTC") {
  struct Row {
    std::string_view text, printed;
  };
  for (const Row& row : {
           Row{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
           Row{"2026-11-22T09:30:00Z", "2026-11-22T09:30:00.000000Z"},
           Row{"2026-11-22t09:30:00z", "2026-11-22T09:30:00.000000Z"},
           Row{"2026-11-22T09:30:00.5Z", "2026-11-22T09:30:00.500000Z"},
           Row{"2026-11-22T09:30:00.1234567Z", "2026-11-22T09:30:00.123456Z"},
           Row{"2026-11-22T09:30:00.9999999999999999999999Z", "2026-11-22T09:30:00.999999Z"},
           Row{"2026-11-22T09:30:00+00:00", "2026-11-22T09:30:00.000000Z"},
           Row{"2026-11-22T09:30:00+01:00", "2026-11-22T08:30:00.000000Z"},
           Row{"2026-12-31T23:30:00-01:30", "2027-01-01T01:00:00.000000Z"},
           Row{"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
           Row{"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
       }) {
    CAPTURE(row.text);
    const Result<Timestamp> read = Timestamp::parse(row.text);
    REQUIRE(read.ok());
    CHECK(read->to_string() == row.printed);
  }
  CHECK(Timestamp::parse("1970-01-02T00:00:00.000001Z")->micros == 86'400'000'001);
}

TEST_CASE("What is not RFC 3339 is no moment") {
  for (const std::string_view text :
       {"", "2026-11-22", "2026-11-22T09:30Z", "2026-11-22T09:30:00", "2026-11-22 09:30:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T09:60:00Z", "2026-11-22T09:30:60Z",
        "2026-02-30T09:30:00Z", "2026-11-22T09:30:00.Z", "2026-11-22T09:30:00+0100",
        "2026-11-22T09:30:00+24:00", "2026-11-22T09:30:00+01:60", "2026-11-22T09:30:00ZZ",
        "2026-11-22T09:30:00.12", "2026-11-22T9:30:00Z", "yesterday"}) {
    CAPTURE(text);
    REQUIRE_FALSE(Timestamp::parse(text).ok());
    CHECK(Timestamp::parse(text).error().code == ErrorCode::kBadEntry);
  }
}

}  // namespace tally
