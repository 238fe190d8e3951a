// Figure references as text (spec "Totals: Figure references").

#include "tally/figure.h"

#include "support/catch.h"

namespace tally {

TEST_CASE("A figure reference is read, and written in one form") {
  struct Row {
    std::string_view text, canonical;
  };
  const std::string longest(128, 'm');
  for (const Row& row : {
           Row{"2022-23:jobs:verified", "2022-23:jobs:verified"},
           Row{"2022/23:jobs:verified", "2022-23:jobs:verified"},
           Row{"1999-00:jobs:committed", "1999-00:jobs:committed"},
           Row{"1899-00:jobs:claimed", "1899-00:jobs:claimed"},
           Row{"2199-00:jobs:rejected", "2199-00:jobs:rejected"},
           Row{"2022-23:j.o_b-s:pending", "2022-23:j.o_b-s:pending"},
           Row{"2022-23:2022-23:claimed", "2022-23:2022-23:claimed"},
           Row{"2022-23:jobs:verified@0", "2022-23:jobs:verified@0"},
           Row{"2022-23:jobs:verified@0042", "2022-23:jobs:verified@42"},
           Row{"2022-23:jobs:verified@18446744073709551615",
               "2022-23:jobs:verified@18446744073709551615"},
           Row{"2022-23:jobs:verified:programme=kindred@1042",
               "2022-23:jobs:verified:programme=kindred@1042"},
           Row{"2022-23:jobs:verified:organisation=o", "2022-23:jobs:verified:organisation=o"},
           Row{"2022-23:jobs:verified:contract=c", "2022-23:jobs:verified:contract=c"},
           Row{"2022-23:jobs:verified:contract=-", "2022-23:jobs:verified:contract=-"},
           Row{"2022-23:jobs:verified:programme=p:organisation=o:contract=-@7",
               "2022-23:jobs:verified:programme=p:organisation=o:contract=-@7"},
           Row{"2022-23:jobs:verified:programme=p:contract=c",
               "2022-23:jobs:verified:programme=p:contract=c"},
           Row{"2022-23:programme:verified:programme=programme",
               "2022-23:programme:verified:programme=programme"},
       }) {
    CAPTURE(row.text);
    const auto figure = FigureReference::parse(row.text, YearStart{});
    REQUIRE(figure.ok());
    CHECK(figure->to_string(YearStart{}) == row.canonical);
  }
  const auto figure = FigureReference::parse("2022-23:" + longest + ":verified", YearStart{});
  REQUIRE(figure.ok());
  CHECK(figure->measure == longest);
  CHECK_FALSE(figure->as_of);
  CHECK(FigureReference::parse("2022:jobs:verified@5", YearStart{1, 1})->to_string({1, 1}) ==
        "2022:jobs:verified@5");
}

TEST_CASE("A figure reference says what it names") {
  const auto figure = FigureReference::parse(
      "2022-23:jobs:rejected:programme=p:organisation=o:contract=c@9", YearStart{});
  REQUIRE(figure.ok());
  CHECK(figure->year == Year{2022});
  CHECK(figure->measure == "jobs");
  CHECK(figure->stage == Stage::kRejected);
  CHECK(figure->programme == "p");
  CHECK(figure->organisation == "o");
  CHECK(figure->contract == "c");
  CHECK(figure->as_of == Sequence{9});
}

TEST_CASE("A malformed figure reference is refused, whatever is wrong with it") {
  const std::string too_long(129, 'm');
  for (const std::string& text : std::vector<std::string>{
           "",
           ":",
           "::",
           "2022-23",
           "2022-23:jobs",
           "2022-23:jobs:",
           "2022-23::verified",
           ":jobs:verified",
           "2022:jobs:verified",
           "2022-24:jobs:verified",
           "22-23:jobs:verified",
           "2022-2023:jobs:verified",
           "1898-99:jobs:verified",
           "2200-01:jobs:verified",
           "2022-23 :jobs:verified",
           " 2022-23:jobs:verified",
           "2022-23:jobs:verified ",
           "2022-23:jobs:Verified",
           "2022-23:jobs:promised",
           "2022-23:-jobs:verified",
           "2022-23:jo bs:verified",
           "2022-23:jöbs:verified",
           "2022-23:" + too_long + ":verified",
           "2022-23:jobs:verified:",
           "2022-23:jobs:verified:programme",
           "2022-23:jobs:verified:programme=",
           "2022-23:jobs:verified:programme=-",
           "2022-23:jobs:verified:organisation=-",
           "2022-23:jobs:verified:contract=",
           "2022-23:jobs:verified:contract=--",
           "2022-23:jobs:verified:Programme=p",
           "2022-23:jobs:verified:measure=p",
           "2022-23:jobs:verified:programme=p:programme=q",
           "2022-23:jobs:verified:organisation=o:programme=p",
           "2022-23:jobs:verified:contract=c:organisation=o",
           "2022-23:jobs:verified:contract=c:contract=d",
           "2022-23:jobs:verified:programme=p:",
           "2022-23:jobs:verified@",
           "2022-23:jobs:verified@-1",
           "2022-23:jobs:verified@+1",
           "2022-23:jobs:verified@ 1",
           "2022-23:jobs:verified@1 ",
           "2022-23:jobs:verified@1.0",
           "2022-23:jobs:verified@1@2",
           "2022-23:jobs:verified@18446744073709551616",
           "2022-23:jobs:verified@2026-11-22T09:30:00Z",
           "2022-23:jobs@1:verified",
           "@1",
           std::string("2022-23:jobs:verified\0", 22),
           "2022-23:jobs:verified:programme=p=q",
           std::string(1'000'000, ':'),
           std::string(1'000'000, 'x'),
           "2022-23:" + std::string(1'000'000, 'x'),
           "2022-23:jobs:" + std::string(1'000'000, 'x'),
           "2022-23:jobs:verified:" + std::string(1'000'000, 'x'),
           "2022-23:jobs:verified@" + std::string(1'000'000, '1'),
       }) {
    CAPTURE(text.substr(0, 100));
    const auto figure = FigureReference::parse(text, YearStart{});
    REQUIRE_FALSE(figure.ok());
    CHECK(figure.error().code == ErrorCode::kBadEntry);
    CHECK(figure.error().message.size() < 700);
  }
  CHECK_FALSE(FigureReference::parse("2022-23:jobs:verified", YearStart{1, 1}).ok());
}

TEST_CASE("Stages have names, and no others") {
  for (const Stage stage : kStages) CHECK(stage_from_name(stage_name(stage)) == stage);
  for (const std::string_view name : {"", "Claimed", "claim", "none"}) {
    CHECK_FALSE(stage_from_name(name).has_value());
  }
}

}  // namespace tally
