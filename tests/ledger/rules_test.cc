// The rules of entries (spec "Entries: Types"): what an entry may name, and what its values must
// be.

#include "support/catch.h"
#include "support/lines.h"
#include "support/rule_table.h"
#include "support/test_ledger.h"

namespace tally::testing {
namespace {

// A field that refers to another entry.
struct Referring {
  Line line;  // that has the field
  std::string field;
  Line target;                  // what it may name
  std::string of_another_type;  // the id of what it may not
};

std::vector<Referring> referring_fields() {
  const Line promised = commitment("e$");
  const Line claimed = claim("e$");
  return {
      {contract("e$"), "buyer", organisation("t$"), "prog-1"},
      {contract("e$"), "supplier", organisation("t$"), "m-count"},
      {contract("e$"), "programme", programme("t$"), "org-1"},
      {ratio("e$", "m-count", "m-count-2"), "numerator", measure("t$"), "com-1"},
      {ratio("e$", "m-count", "m-count-2"), "denominator", measure("t$"), "con-1"},
      {promised, "organisation", organisation("t$"), "claim-1"},
      {promised, "programme", programme("t$"), "con-1"},
      {promised, "measure", measure("t$"), "prog-1"},
      {promised, "contract", contract("t$"), "prog-1"},
      {claimed, "organisation", organisation("t$"), "m-count"},
      {claimed, "programme", programme("t$"), "org-1"},
      {claimed, "measure", measure("t$"), "con-1"},
      {claimed, "contract", contract("t$"), "com-1"},
      {claim("e$").against("com-1"), "commitment", commitment("t$"), "claim-1"},
      {verification("e$", ""), "claim", claim("t$"), "com-1"},
  };
}

}  // namespace

TEST_CASE("What an entry names stands in the log before it, is of the right type, and in force") {
  std::vector<Rule> rules;
  for (const Referring& row : referring_fields()) {
    Line line = row.line;
    rules.push_back(
        {"a named entry is known", {row.target}, line.set(row.field, "t$"), "accepted"});
    rules.push_back(
        {"an unknown one is refused", {}, line.set(row.field, "nobody"), "unknown-reference"});
    rules.push_back(
        {"an entry does not name itself", {}, line.set(row.field, "e$"), "unknown-reference"});
    rules.push_back({"one of another type is refused",
                     {},
                     line.set(row.field, row.of_another_type),
                     "wrong-type"});
    rules.push_back({"a withdrawn one is refused",
                     {row.target, correction("w$", "t$")},
                     line.set(row.field, "t$"),
                     "withdrawn"});
    rules.push_back(
        {"a reinstated one will do",
         {row.target, correction("w$", "t$"), correction("r$", "t$").replacement(row.target)},
         line.set(row.field, "t$"),
         "accepted"});
    rules.push_back({"a correction is of another type",
                     {row.target, correction("w$", "t$").replacement(row.target)},
                     line.set(row.field, "w$"),
                     "wrong-type"});
  }
  rules.push_back(
      {"a correction names what there is", {}, correction("e$", "nobody"), "unknown-reference"});
  rules.push_back({"the first event has no id to be named by",
                   {},
                   correction("e$", "ledger-opened"),
                   "unknown-reference"});
  check_rules(rules);
}

TEST_CASE("The first check that fails is told: shape, id, references in order, rules, overflow") {
  const Line twice = programme("e$");
  check_rules({
      {"bad JSON comes before all else",
       {twice},
       R"({"id":"e$","type":"nonsense","actor":})",
       "bad-json"},
      {"shape comes before the id", {twice}, programme("e$").raw("name", "5"), "bad-entry"},
      {"values come before the id",
       {claim("e$")},
       claim("e$").set("quantity", "1e3"),
       "bad-quantity"},
      {"a replacement's shape comes before the id",
       {twice},
       correction("e$", "prog-1").replacement(programme("").drop("name").set("title", "T")),
       "bad-entry"},
      {"dates come before the id",
       {claim("e$")},
       claim("e$").set("from", "2022-02-30"),
       "bad-date"},
      {"reversed dates come before references",
       {},
       claim("e$").set("organisation", "nobody").set("from", "2023-01-02").set("to", "2023-01-01"),
       "bad-date"},
      {"a year given twice comes before references",
       {},
       commitment("e$")
           .drop("year")
           .drop("quantity")
           .set("measure", "nothing")
           .raw("schedule", "[{'year':'2022-23','quantity':1},{'year':'2022/23','quantity':2}]"),
       "bad-year"},
      {"the id comes before references",
       {twice},
       commitment("e$").set("programme", "nobody"),
       "id-taken"},
      {"the buyer comes before the supplier",
       {},
       contract("e$").set("buyer", "nobody").set("supplier", "prog-1"),
       "unknown-reference"},
      {"the buyer comes before the supplier, wherever they stand",
       {},
       contract("e$").drop("buyer").set("supplier", "nobody").set("buyer", "prog-1"),
       "wrong-type"},
      {"the supplier comes before the programme",
       {organisation("o$"), correction("w$", "o$")},
       contract("e$").set("supplier", "o$").set("programme", "nobody"),
       "withdrawn"},
      {"the organisation comes before the programme",
       {},
       commitment("e$").set("organisation", "prog-1").set("programme", "nobody"),
       "wrong-type"},
      {"the programme comes before the measure",
       {},
       commitment("e$").set("measure", "prog-1").set("programme", "nobody"),
       "unknown-reference"},
      {"the measure comes before the contract",
       {},
       commitment("e$").set("measure", "m-ratio").set("contract", "nobody"),
       "wrong-type"},
      {"a ratio is of the wrong type before it is withdrawn",
       {ratio("r$", "m-count", "m-count-2"), correction("w$", "r$")},
       claim("e$").set("measure", "r$"),
       "wrong-type"},
      {"references come before rules",
       {},
       claim("e$").set("contract", "nobody").set("to", "2023-04-01"),
       "unknown-reference"},
      {"a claim of a withdrawn commitment is refused before its years are looked at",
       {commitment("k$"), correction("w$", "k$")},
       claim("e$").against("k$").set("to", "2023-04-01"),
       "withdrawn"},
      {"rules come before overflow",
       {claim("l$").set("quantity", "8999999999000")},
       claim("e$").set("quantity", "9000000000000").set("to", "2023-04-01"),
       "straddles-year"},
      {"overflow comes last", {}, claim("e$").set("quantity", "9000000000000"), "overflow"},
  });
}

TEST_CASE("A measure's basis decides what it can stand for") {
  const auto of_basis = [](std::string_view basis, std::string_view unit) {
    return measure("e$").set("basis", basis).set("unit", unit);
  };
  check_rules({
      {"a count has any unit", {}, of_basis("count", "%"), "accepted"},
      {"money in kind is in the ledger's currency", {}, of_basis("in-kind", "GBP"), "accepted"},
      {"money in kind is in no other", {}, of_basis("in-kind", "EUR"), "bad-entry"},
      {"cash is in the ledger's currency", {}, of_basis("cash", "GBP"), "accepted"},
      {"the currency is written as it is", {}, of_basis("cash", "gbp"), "bad-entry"},
      {"a proxy has its source", {}, proxy_measure("e$").drop("proxy_source"), "bad-entry"},
      {"a proxy has its value", {}, proxy_measure("e$").drop("proxy"), "bad-entry"},
      {"a proxy is never negative", {}, proxy_measure("e$").set("proxy", "-1"), "bad-quantity"},
      {"a proxy of nothing is one", {}, proxy_measure("e$").set("proxy", "0"), "accepted"},
      {"a count has no proxy", {}, measure("e$").set("proxy", "5"), "bad-entry"},
      {"a ratio is of counts", {}, ratio("e$", "m-count", "m-count-2"), "accepted"},
      {"a ratio may be of one measure twice", {}, ratio("e$", "m-count", "m-count"), "accepted"},
      {"a ratio is not of a proxy", {}, ratio("e$", "m-proxy", "m-count"), "wrong-type"},
      {"a ratio is not of money in kind", {}, ratio("e$", "m-count", "m-kind"), "wrong-type"},
      {"a ratio is not of cash", {}, ratio("e$", "m-cash", "m-count"), "wrong-type"},
      {"a ratio is not of a ratio", {}, ratio("e$", "m-count", "m-ratio"), "wrong-type"},
      {"a measure does not become a ratio of itself",
       {measure("m$")},
       correction("e$", "m$").replacement(ratio("", "m$", "m-count")),
       "wrong-type"},
      {"nor of itself below the line",
       {measure("m$")},
       correction("e$", "m$").replacement(ratio("", "m-count", "m$")),
       "wrong-type"},
      {"nothing is committed against a ratio",
       {},
       commitment("e$").set("measure", "m-ratio"),
       "wrong-type"},
      {"nothing is claimed against a ratio",
       {},
       claim("e$").set("measure", "m-ratio"),
       "wrong-type"},
      {"a claim does not move to a ratio",
       {claim("l$")},
       correction("e$", "l$").replacement(claim("").set("measure", "m-ratio")),
       "wrong-type"},
      {"a replaced measure keeps to the currency",
       {measure("m$")},
       correction("e$", "m$").replacement(measure("").set("basis", "cash")),
       "bad-entry"},
  });
}

TEST_CASE("A claim lies in one reporting year, and a commitment names each year once") {
  const auto between = [](std::string_view from, std::string_view to) {
    return claim("e$").set("from", from).set("to", to);
  };
  const auto scheduled = [](std::string_view lines) {
    return commitment("e$").drop("year").drop("quantity").raw("schedule", lines);
  };
  std::string fifty = "{'year':'2000-01','quantity':0}";
  for (int year = 2001; year < 2050; ++year) {
    fifty += ",{'year':'" + std::to_string(year) + "/" + std::to_string(year + 1).substr(2) +
             "','quantity':0.5}";
  }
  check_rules({
      {"a whole year is one year", {}, between("2022-04-01", "2023-03-31"), "accepted"},
      {"a day is in one year", {}, between("2023-03-31", "2023-03-31"), "accepted"},
      {"two days can be in two", {}, between("2022-03-31", "2022-04-01"), "straddles-year"},
      {"the last day over is one too many",
       {},
       between("2022-04-01", "2023-04-01"),
       "straddles-year"},
      {"two years are two", {}, between("2022-05-01", "2024-05-01"), "straddles-year"},
      {"the first day of all has a year", {}, between("1900-01-01", "1900-03-31"), "accepted"},
      {"the last day of all has a year", {}, between("2199-04-01", "2199-12-31"), "accepted"},
      {"no day lies before the first", {}, between("1899-12-31", "1900-01-01"), "bad-date"},
      {"no day lies after the last", {}, between("2199-12-31", "2200-01-01"), "bad-date"},
      {"time does not run backwards", {}, between("2022-05-02", "2022-05-01"), "bad-date"},
      {"a replaced claim lies in one year",
       {claim("l$")},
       correction("e$", "l$").replacement(between("2022-03-31", "2022-04-01")),
       "straddles-year"},
      {"a claim may exceed its commitment",
       {},
       claim("e$").against("com-1").set("quantity", "500"),
       "accepted"},
      {"a claim may be of another year",
       {},
       claim("e$").against("com-1").set("from", "2024-04-01").set("to", "2024-04-01"),
       "accepted"},
      {"a claim of nothing is one", {}, claim("e$").set("quantity", "0"), "accepted"},
      {"a claim is never negative", {}, claim("e$").set("quantity", "-1"), "bad-quantity"},
      {"a claim has its evidence, if only an empty list",
       {},
       claim("e$").drop("evidence"),
       "bad-entry"},
      {"a claim stands on a commitment or names its own",
       {},
       claim("e$").set("commitment", "com-1"),
       "bad-entry"},
      {"a commitment is of a reporting year", {}, commitment("e$").set("year", "2022"), "bad-year"},
      {"a reporting year is two years in a row",
       {},
       commitment("e$").set("year", "2022-24"),
       "bad-year"},
      {"either a year or a schedule",
       {},
       commitment("e$").raw("schedule", "[{'year':'2022-23','quantity':'1'}]"),
       "bad-entry"},
      {"a schedule has a line", {}, scheduled("[]"), "bad-entry"},
      {"a schedule of one", {}, scheduled("[{'year':'2022-23','quantity':'1'}]"), "accepted"},
      {"a schedule of fifty", {}, scheduled("[" + fifty + "]"), "accepted"},
      {"and not of more",
       {},
       scheduled("[" + fifty + ",{'year':'2050-51','quantity':1}]"),
       "bad-entry"},
      {"no year twice",
       {},
       scheduled("[{'year':'2022-23','quantity':1},{'year':'2022-23','quantity':1}]"),
       "bad-year"},
      {"no year twice, however written",
       {},
       scheduled("[{'year':'2022-23','quantity':1},{'year':'2022/23','quantity':0}]"),
       "bad-year"},
      {"a contract ends after it begins",
       {},
       contract("e$").set("from", "2022-01-02").set("to", "2022-01-01"),
       "bad-date"},
      {"a contract may end on its first day",
       {},
       contract("e$").set("from", "2022-01-01").set("to", "2022-01-01"),
       "accepted"},
      {"a contract may have an end alone", {}, contract("e$").set("to", "2022-01-01"), "accepted"},
      {"a scheme comes with an identifier",
       {},
       organisation("e$").set("scheme", "GB-COH"),
       "bad-entry"},
      {"the ledger alone opens itself",
       {},
       R"({"type":"ledger-opened","name":"N","origin":"o","year_start":"04-01","currency":"GBP"})",
       "bad-entry"},
      {"the ledger alone turns its key",
       {},
       R"({"type":"key-rotated","old_vkey":"a"})",
       "bad-entry"},
      {"the ledger alone is restored",
       {},
       R"({"type":"ledger-restored","from_size":1})",
       "bad-entry"},
  });
}

TEST_CASE("Where years begin in January, they are written by one number") {
  TestLedger ledger({"Test Council", "", YearStart{1, 1}, "EUR"});
  ledger.append(
      std::vector<std::string>{organisation("org-2"), programme("prog-1"), measure("m-count")});
  struct Row {
    Line line;
    std::string_view answer;
  };
  for (const Row& row : {
           Row{commitment("e-1").set("year", "2022"), "accepted"},
           Row{commitment("e-2").set("year", "2022-23"), "bad-year"},
           Row{commitment("e-2").set("year", "2022/23"), "bad-year"},
           Row{claim("e-2").set("from", "2022-01-01").set("to", "2022-12-31"), "accepted"},
           Row{claim("e-3").set("from", "2022-12-31").set("to", "2023-01-01"), "straddles-year"},
           Row{measure("e-3").set("basis", "cash").set("unit", "GBP"), "bad-entry"},
           Row{measure("e-3").set("basis", "cash").set("unit", "EUR"), "accepted"},
       }) {
    CAPTURE(row.line.json());
    CHECK(code_of(ledger->append(row.line.json())) == row.answer);
  }
}

}  // namespace tally::testing
