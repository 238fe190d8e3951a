// A refusal names the thing and both values where two disagree, so that a person can act on it.

#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"

namespace tally::testing {
namespace {

struct Row {
  std::vector<std::string> given;
  std::string when;
  std::string_view code;
  std::vector<std::string_view> names;  // what the message must name
};

}  // namespace

TEST_CASE("A refusal says what is wrong in terms of what was written") {
  const Line twice = correction("z", "m").replacement(measure("").set("unit", "hour"));
  for (const Row& row : std::vector<Row>{
           {{},
            claim("z").set("organisation", "acme"),
            "unknown-reference",
            {"organisation", "acme"}},
           {{},
            claim("z").set("organisation", "prog-1"),
            "wrong-type",
            {"organisation", "prog-1", "programme"}},
           {{}, claim("z").set("measure", "m-ratio"), "wrong-type", {"m-ratio", "ratio"}},
           {{},
            ratio("z", "m-count", "m-proxy"),
            "wrong-type",
            {"denominator", "m-proxy", "proxy"}},
           {{programme("p"), correction("w", "p")},
            claim("z").set("programme", "p"),
            "withdrawn",
            {"programme", "p"}},
           {{},
            claim("z").set("from", "2022-03-31").set("to", "2022-04-02"),
            "straddles-year",
            {"2022-03-31", "2022-04-02", "2021-22", "2022-23", "2022-04-01", "split"}},
           {{}, measure("z").set("basis", "cash").set("unit", "EUR"), "bad-entry", {"EUR", "GBP"}},
           {{},
            verification("z", "claim-1").set("outcome", "partial").set("quantity", "41"),
            "bad-quantity",
            {"40", "41"}},
           {{verification("v", "claim-1")},
            verification("z", "claim-1"),
            "already-verified",
            {"claim-1", "16"}},
           {{},
            verification("z", "claim-1").actor("staff-1"),
            "same-actor",
            {"staff-1", "claim-1"}},
           {{}, correction("z", "prog-1"), "in-use", {"prog-1"}},
           {{measure("m"), claim("l").set("measure", "m")}, twice, "in-use", {"m", "job", "hour"}},
           {{},
            correction("z", "com-1").replacement(commitment("").set("measure", "m-proxy")),
            "in-use",
            {"com-1", "measure"}},
           {{claim("l"), verification("v", "l"), correction("c", "l")},
            correction("z", "v"),
            "void",
            {"v"}},
           {{programme("p"), correction("w", "p")},
            correction("z", "w"),
            "not-correctable",
            {"w", "16"}},
           {{}, claim("claim-1"), "id-taken", {"claim-1", "15"}},
           {{},
            claim("z").set("quantity", "9000000000000"),
            "overflow",
            {"claimed", "2022-23", "40", "9000000000000"}},
           {{},
            claim("z").set("from", "2023-01-02").set("to", "2023-01-01"),
            "bad-date",
            {"2023-01-02", "2023-01-01"}},
           {{claim("l"), claim("k"), verification("v", "l")},
            correction("z", "v").replacement(verification("", "k")),
            "bad-entry",
            {"v", "k"}},
       }) {
    TestLedger ledger;
    ledger.append(base_lines());
    ledger.append(row.given);
    const Result<Receipt> answer = ledger->append(row.when);
    REQUIRE_FALSE(answer.ok());
    CAPTURE(row.when, answer.error().message);
    CHECK(code_of(answer) == row.code);
    for (const std::string_view name : row.names) {
      CAPTURE(name);
      CHECK(answer.error().message.find(name) != std::string::npos);
    }
  }
  TestLedger ledger;
  ledger.append(base_lines());
  AppendOptions options;
  options.expected_head = Sequence{7};
  const Result<Receipt> moved = ledger->append(programme("p").json(), options);
  REQUIRE_FALSE(moved.ok());
  CHECK(moved.error().message.find("7") != std::string::npos);
  CHECK(moved.error().message.find("15") != std::string::npos);
}

}  // namespace tally::testing
