// Submitting is idempotent (spec "Entries: From entry to event"): what is the same content, and
// what only looks so.

#include "support/catch.h"
#include "support/lines.h"
#include "support/rule_table.h"
#include "support/test_ledger.h"

namespace tally::testing {
namespace {

constexpr std::string_view kLower =
    "9dbad0c5511205b2c4408f616eb43cadd14dc31bd88d40a03843cbcef553a941";
constexpr std::string_view kUpper =
    "9DBAD0C5511205B2C4408F616EB43CADD14DC31BD88D40A03843CBCEF553A941";

std::string item(std::string_view sha256, std::string_view more = "") {
  return "{'sha256':'" + std::string(sha256) + "','title':'Payroll'" + std::string(more) + "}";
}

Line with_evidence(std::string_view items) {
  return claim("e$").raw("evidence", "[" + std::string(items) + "]");
}

}  // namespace

TEST_CASE("How an entry is written makes it no other entry") {
  const std::vector<std::string> five = {claim("e$").set("quantity", "5")};
  const Line scheduled = commitment("e$").drop("year").drop("quantity");
  check_rules({
      {"the same line", five, five[0], "duplicate"},
      {"the order of fields",
       {programme("e$")},
       R"({"name":"Skills","actor":"staff-1","id":"e$","type":"programme"})",
       "duplicate"},
      {"white space",
       {programme("e$")},
       " { \"type\" :\t\"programme\",\"id\":\"e$\" , \"actor\":\"staff-1\",\"name\":\"Skills\" } "
       "\r",
       "duplicate"},
      {"an escape", {programme("e$")}, programme("e$").set("name", R"(\u0053kills)"), "duplicate"},
      {"a number for its text", five, claim("e$").raw("quantity", "5"), "duplicate"},
      {"zeros behind the point", five, claim("e$").set("quantity", "5.0"), "duplicate"},
      {"zeros behind the point of a number", five, claim("e$").raw("quantity", "5.000000"),
       "duplicate"},
      {"zeros in front", five, claim("e$").set("quantity", "005"), "duplicate"},
      {"the sign of zero",
       {claim("e$").set("quantity", "0")},
       claim("e$").raw("quantity", "-0.0"),
       "duplicate"},
      {"a stroke in a year",
       {commitment("e$")},
       commitment("e$").set("year", "2022/23"),
       "duplicate"},
      {"a stroke in a schedule's year",
       {Line(scheduled).raw("schedule", "[{'year':'2022-23','quantity':'1'}]")},
       Line(scheduled).raw("schedule", "[{'quantity':1.0,'year':'2022/23'}]"),
       "duplicate"},
      {"the case of hex digits",
       {with_evidence(item(kLower))},
       with_evidence(item(kUpper)),
       "duplicate"},
      {"an optional list left out",
       {claim("l$"), verification("e$", "l$").raw("evidence", "[]")},
       verification("e$", "l$"),
       "duplicate"},
      {"an optional list left empty",
       {claim("l$"), verification("e$", "l$")},
       verification("e$", "l$").raw("evidence", "[]"),
       "duplicate"},
      {"how a replacement is written",
       {claim("l$"), correction("e$", "l$").replacement(claim("").set("quantity", "5"))},
       correction("e$", "l$")
           .replacement(claim("")
                            .drop("quantity")
                            .raw("quantity", "5.0")
                            .drop("evidence")
                            .raw("evidence", "[ ]")),
       "duplicate"},
      {"how an amount is written",
       {contract("e$").set("amount", "12.50")},
       contract("e$").raw("amount", "12.5"),
       "duplicate"},
  });
}

TEST_CASE("An id with other content is taken") {
  const Line scheduled = commitment("e$").drop("year").drop("quantity");
  const std::string one_year = "[{'year':'2022-23','quantity':'100'}]";
  check_rules({
      {"a schedule of one is not a year",
       {commitment("e$")},
       Line(scheduled).raw("schedule", one_year),
       "id-taken"},
      {"nor a year a schedule of one",
       {Line(scheduled).raw("schedule", one_year)},
       commitment("e$"),
       "id-taken"},
      {"another actor", {programme("e$")}, programme("e$").actor("staff-9"), "id-taken"},
      {"another name", {programme("e$")}, programme("e$").set("name", "Skill"), "id-taken"},
      {"a name in another case",
       {programme("e$")},
       programme("e$").set("name", "skills"),
       "id-taken"},
      {"a name with white space",
       {programme("e$")},
       programme("e$").set("name", "Skills "),
       "id-taken"},
      {"another type", {programme("e$")}, organisation("e$").set("name", "Skills"), "id-taken"},
      {"a note more", {programme("e$")}, programme("e$").set("note", "n"), "id-taken"},
      {"a note less", {programme("e$").set("note", "n")}, programme("e$"), "id-taken"},
      {"another note",
       {programme("e$").set("note", "n")},
       programme("e$").set("note", "m"),
       "id-taken"},
      {"a quantity off by a millionth",
       {claim("e$")},
       claim("e$").set("quantity", "40.000001"),
       "id-taken"},
      {"a day more", {claim("e$").set("to", "2023-03-30")}, claim("e$"), "id-taken"},
      {"another organisation", {claim("e$")}, claim("e$").set("organisation", "org-3"), "id-taken"},
      {"a reference to nothing",
       {claim("e$")},
       claim("e$").set("organisation", "nobody"),
       "id-taken"},
      {"a contract more", {claim("e$")}, claim("e$").set("contract", "con-1"), "id-taken"},
      {"a contract less", {claim("e$").set("contract", "con-1")}, claim("e$"), "id-taken"},
      {"its commitment's own dimensions", {claim("e$").against("com-1")}, claim("e$"), "id-taken"},
      {"an item of evidence more", {claim("e$")}, with_evidence(item(kLower)), "id-taken"},
      {"an item's other title",
       {with_evidence(item(kLower))},
       with_evidence("{'sha256':'" + std::string(kLower) + "','title':'Other'}"),
       "id-taken"},
      {"an item's uri",
       {with_evidence(item(kLower))},
       with_evidence(item(kLower, ",'uri':'https://example.org'")),
       "id-taken"},
      {"an item's media type",
       {with_evidence(item(kLower))},
       with_evidence(item(kLower, ",'media_type':'text/csv'")),
       "id-taken"},
      {"another outcome",
       {claim("l$"), verification("e$", "l$")},
       verification("e$", "l$").set("outcome", "rejected"),
       "id-taken"},
      {"a title of a contract with an amount",
       {contract("e$").set("amount", "0")},
       contract("e$"),
       "id-taken"},
      {"a ratio turned over",
       {ratio("e$", "m-count", "m-count-2")},
       ratio("e$", "m-count-2", "m-count"),
       "id-taken"},
      {"an id of the base", {}, programme("org-1"), "id-taken"},
  });
}

TEST_CASE("A duplicate is of what was submitted, whatever became of it") {
  const Line first = claim("e$");
  const Line other = claim("").set("quantity", "30");
  const Line changed = correction("c$", "e$").replacement(other);
  check_rules({
      {"of a corrected entry, as it was", {first, changed}, first, "duplicate"},
      {"not as it now stands",
       {first, changed},
       Line(other).set("type", "claim").set("id", "e$").actor("staff-1"),
       "id-taken"},
      {"of a withdrawn entry", {first, correction("c$", "e$")}, first, "duplicate"},
      {"of a reinstated entry",
       {first, correction("w$", "e$"), correction("c$", "e$").replacement(other)},
       first,
       "duplicate"},
      {"of a claim whose commitment is gone",
       {commitment("k$"), claim("e$").against("k$"), correction("w$", "e$"),
        correction("g$", "k$")},
       claim("e$").against("k$"),
       "duplicate"},
      {"of a verification that is void",
       {claim("l$"), verification("e$", "l$"), correction("c$", "l$")},
       verification("e$", "l$"),
       "duplicate"},
      {"of a verification that has a successor",
       {claim("l$"), verification("e$", "l$"), correction("c$", "e$"), verification("v$", "l$")},
       verification("e$", "l$"),
       "duplicate"},
      {"of a correction with a replacement", {first, changed}, changed, "duplicate"},
      {"of a correction that another one followed",
       {first, changed, correction("w$", "e$")},
       changed,
       "duplicate"},
      {"of a withdrawal", {first, correction("c$", "e$")}, correction("c$", "e$"), "duplicate"},
      {"of a withdrawal of what is reinstated",
       {first, correction("c$", "e$"), correction("r$", "e$").replacement(first)},
       correction("c$", "e$"),
       "duplicate"},
      {"a withdrawal is no replacement", {first, correction("c$", "e$")}, changed, "id-taken"},
      {"a replacement is no withdrawal", {first, changed}, correction("c$", "e$"), "id-taken"},
      {"another replacement is another correction",
       {first, changed},
       correction("c$", "e$").replacement(claim("").set("quantity", "31")),
       "id-taken"},
      {"a replacement's note counts",
       {first, changed},
       correction("c$", "e$").replacement(Line(other).set("note", "n")),
       "id-taken"},
      {"another reason is another correction",
       {first, correction("c$", "e$")},
       correction("c$", "e$").set("reason", "It was not"),
       "id-taken"},
      {"a correction of another entry is another",
       {first, correction("c$", "e$"), programme("p$")},
       correction("c$", "p$"),
       "id-taken"},
      {"a correction's id is taken for others",
       {first, correction("c$", "e$")},
       programme("c$"),
       "id-taken"},
      {"an entry's id is taken for a correction",
       {first, programme("p$")},
       correction("p$", "e$"),
       "id-taken"},
  });
}

TEST_CASE("Duplicates are found in the submission that they stand in") {
  TestLedger ledger;
  ledger.append(base_lines());
  const Line first = claim("l-1").set("note", "by hand");
  const Line changed = correction("x-1", "l-1").replacement(claim("").set("quantity", "7"));
  const Receipt receipt = ledger.append(
      std::vector<std::string>{first, first, changed, first, changed, base_lines()[0]});
  CHECK(receipt.appended == 2);
  CHECK(receipt.duplicates == 4);
  const Receipt again = ledger.append(std::vector<std::string>{changed, first});
  CHECK(again.appended == 0);
  CHECK(again.duplicates == 2);
  CHECK(again.head == receipt.head);
  CHECK(again.root == receipt.root);

  const Result<Receipt> taken =
      ledger->append(joined({claim("l-2"), claim("l-2").set("quantity", "41")}));
  REQUIRE_FALSE(taken.ok());
  CHECK(taken.error().code == ErrorCode::kIdTaken);
  CHECK(taken.error().line == 2);
  CHECK(*ledger->head() == receipt.head);
}

TEST_CASE("Whatever the log prints is a duplicate when it is submitted again") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{
      verification("v-1", "claim-1").raw("evidence", "[" + item(kLower, ",'uri':'u'") + "]"),
      correction("x-1", "com-1")
          .set("note", "first\\nsecond")
          .replacement(commitment("").set("note", "inner")),
      correction("x-2", "claim-1")
          .replacement(claim("").against("com-1").raw("evidence", "[" + item(kUpper) + "]")),
      correction("x-3", "claim-1"),
      contract("con-9").set("amount", "1.5").set("from", "2022-01-01").set("ocid", "ocds-1")});
  std::vector<std::string> lines;
  EventQuery query;
  query.after = Sequence{0};
  REQUIRE(ledger
              ->for_each_event(query,
                               [&](const Event& event) {
                                 std::string line = to_json(event, YearStart{});
                                 const std::size_t entry = line.find("\"type\"");
                                 lines.push_back("{" + line.substr(entry));
                                 return true;
                               })
              .ok());
  REQUIRE(lines.size() == base_lines().size() + 5);
  const Receipt receipt = ledger.append(lines);
  CHECK(receipt.appended == 0);
  CHECK(receipt.duplicates == lines.size());
}

}  // namespace tally::testing
