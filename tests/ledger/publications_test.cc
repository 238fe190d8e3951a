// What a publication freezes, and whether its year has been restated since (spec "Totals").

#include "support/catch.h"
#include "support/lines.h"
#include "support/naive_ledger.h"
#include "support/test_ledger.h"
#include "tally/integrity.h"
#include "tally/publication.h"
#include "tally/static_log.h"
#include "tally/totals.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

PublicationState state_of(const Ledger& ledger, std::string_view id) {
  const auto found = publications(ledger);
  REQUIRE(found.ok());
  for (const PublicationState& state : found->all) {
    if (state.event.entry.id == id) return state;
  }
  FAIL(id << " is not among the publications");
  return {};
}

// A line of a totals root, of m-count and programme prog-1.
std::string leaf(std::string_view stage, std::string_view quantity,
                 std::string_view organisation = "org-2") {
  return "2022-23\tm-count\tprog-1\t" + std::string(organisation) + "\t\t" + std::string(stage) +
         "\t" + std::string(quantity) + "\t";
}

// The base has a commitment of 100 and a claim of 40 in 2022-23.
const std::vector<std::string>& base_leaves() {
  static const std::vector<std::string> kLeaves = {leaf("claimed", "40"), leaf("committed", "100")};
  return kLeaves;
}

void check_root(const Ledger& ledger, std::string_view id, std::uint64_t as_of,
                const std::vector<std::string>& leaves) {
  CAPTURE(id, leaves);
  const PublicationState state = state_of(ledger, id);
  CHECK(state.publication().as_of == Sequence{as_of});
  CHECK(state.publication().totals_root == naive_tree(leaves));
}

bool restated(const Ledger& ledger, std::optional<Sequence> as_of = std::nullopt) {
  TotalsQuery query;
  query.years = {Year{2022}};
  query.as_of = as_of;
  const auto read = totals(ledger, query);
  REQUIRE(read.ok());
  REQUIRE_FALSE(read->rows.empty());
  for (const TotalsRow& row : read->rows) CHECK(row.restated == read->rows[0].restated);
  return read->rows[0].restated;
}

// Whoever checks the ledger, or its log from outside, finds each root right.
void check_sound(TestLedger& ledger, std::uint64_t count) {
  const auto report = verify(*ledger);
  REQUIRE(report.ok());
  INFO((report->fault ? report->fault->message : std::string()));
  CHECK(report->ok());
  CHECK(report->publications == count);
  TempFolder folder;
  REQUIRE(write_static_log(*ledger, folder / "log").ok());
  const auto log = check_static_log(folder / "log", verifier_key(*ledger));
  INFO((log.ok() ? std::string() : log.error().message));
  REQUIRE(log.ok());
  CHECK(log->publications == count);
}

}  // namespace

TEST_CASE("A publication freezes its year's totals as of its point, also within its submission") {
  TestLedger ledger;
  ledger.append(base_lines());  // events 1 to 15
  ledger.append(publication("on-disk").json());
  const Line late = claim("l-1").set("organisation", "org-1").set("quantity", "2.5");
  ledger.append(
      std::vector<std::string>{publication("first"),                                       // 17
                               late,                                                       // 18
                               publication("after-late"),                                  // 19
                               verification("v-1", "claim-1").set("outcome", "rejected"),  // 20
                               publication("after-rejection"),                             // 21
                               publication("before-late").raw("as_of", "17"),              // 22
                               publication("own-past").raw("as_of", "18"),                 // 23
                               publication("beginning").raw("as_of", "0"),                 // 24
                               publication("other-year").set("year", "2030-31"),           // 25
                               correction("c-1", "com-1")
                                   .replacement(  // 26
                                       commitment("").drop("year").set("year", "2023-24")),
                               publication("last")});
  ledger.append(publication("all").raw("as_of", "20").json());
  const std::vector<std::string> with_late = {leaf("claimed", "2.5", "org-1"), base_leaves()[0],
                                              base_leaves()[1]};
  std::vector<std::string> with_rejection = with_late;
  with_rejection.push_back(leaf("rejected", "40"));
  std::vector<std::string> last = with_rejection;
  std::erase(last, base_leaves()[1]);
  check_root(*ledger, "on-disk", 15, base_leaves());
  check_root(*ledger, "first", 16, base_leaves());
  check_root(*ledger, "after-late", 18, with_late);
  check_root(*ledger, "after-rejection", 20, with_rejection);
  check_root(*ledger, "before-late", 17, base_leaves());
  check_root(*ledger, "own-past", 18, with_late);
  check_root(*ledger, "beginning", 0, {});
  check_root(*ledger, "other-year", 24, {});
  check_root(*ledger, "last", 26, last);
  check_root(*ledger, "all", 20, with_rejection);
  check_sound(ledger, 10);
}

TEST_CASE("A publication's root is of the proxies as they were at its point") {
  TestLedger ledger;
  ledger.append(base_lines());
  const Line dearer =
      correction("x-1", "m-proxy").replacement(proxy_measure("").set("proxy", "600.25"));
  ledger.append(std::vector<std::string>{claim("l-1").set("measure", "m-proxy"),  // 16
                                         publication("before"), dearer, publication("after"),
                                         publication("back").raw("as_of", "17")});
  const auto with_proxy = [](std::string_view proxy) {
    std::vector<std::string> leaves = base_leaves();
    leaves.push_back("2022-23\tm-proxy\tprog-1\torg-2\t\tclaimed\t40\t" + std::string(proxy));
    return leaves;
  };
  check_root(*ledger, "before", 16, with_proxy("500"));
  check_root(*ledger, "after", 18, with_proxy("600.25"));
  check_root(*ledger, "back", 17, with_proxy("500"));
  CHECK(state_of(*ledger, "before").restated);
  CHECK_FALSE(state_of(*ledger, "after").restated);
  CHECK(state_of(*ledger, "back").restated);
  CHECK(restated(*ledger));
  check_sound(ledger, 3);
}

TEST_CASE("A year is restated while any balance or value of it differs from what was published") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(claim("l-1").set("measure", "m-proxy").json());
  CHECK_FALSE(restated(*ledger));  // nothing has been published
  ledger.append(publication("p-1").json());
  struct Step {
    std::string_view why;
    std::string line;
    bool restated;
  };
  const Line elsewhere = claim("").set("organisation", "org-3");
  const std::vector<Step> steps = {
      {"nothing happened", programme("q-1"), false},
      {"another year moved", claim("l-2").set("from", "2023-04-01").set("to", "2023-04-01"), false},
      {"a claim came late", claim("l-3"), true},
      {"and was withdrawn", correction("c-1", "l-3"), false},
      {"a claim came that a new account holds", claim("l-4").set("organisation", "org-1"), true},
      {"and was withdrawn", correction("c-2", "l-4"), false},
      {"a claim of nothing came", claim("l-5").set("quantity", "0"), false},
      {"what is the same in sum is of another organisation",
       correction("c-3", "claim-1").replacement(elsewhere), true},
      {"and is back", correction("c-4", "claim-1").replacement(claim("").against("com-1")), false},
      {"a proxy changed",
       correction("c-5", "m-proxy").replacement(proxy_measure("").set("proxy", "501")), true},
      {"and changed back", correction("c-6", "m-proxy").replacement(proxy_measure("")), false},
      {"a title changed",
       correction("c-7", "m-count").replacement(measure("").set("title", "Other jobs")), false},
      {"a proxy that nothing was claimed of changed",
       correction("c-8", "m-cash")
           .replacement(measure("").set("basis", "cash").set("unit", "GBP").set("title", "Cash")),
       false},
      {"something was verified", verification("v-1", "l-1"), true},
      {"another publication of the year took its place", publication("p-2"), false},
      {"one of another year is none of it", publication("p-3").set("year", "2021-22"), false},
      {"the verification went, as of the latest", correction("c-9", "v-1"), true},
      {"a publication of an earlier point", publication("p-4").raw("as_of", "17"), false},
      {"one of the first point of all", publication("p-5").raw("as_of", "0"), true},
  };
  std::vector<std::pair<Sequence, bool>> told;
  for (const Step& step : steps) {
    CAPTURE(step.why);
    ledger.append(step.line);
    CHECK(restated(*ledger) == step.restated);
    told.emplace_back(*ledger->head(), step.restated);
  }
  // It is told as it was then, from any later point.
  for (const auto& [point, was] : told) {
    CAPTURE(point.value);
    CHECK(restated(*ledger, point) == was);
  }
  CHECK_FALSE(restated(*ledger, Sequence{16}));
  check_sound(ledger, 5);
}

TEST_CASE("Publications are listed with what took their place and how they stand") {
  TestLedger ledger;
  ledger.append(base_lines());
  CHECK(publications(*ledger)->all.empty());
  ledger.append(std::vector<std::string>{
      publication("b-1").set("year", "2022-23"), publication("a-1").set("year", "2021-22"),
      publication("b-2").set("supersedes", "b-1"), claim("l-1"),
      publication("b-3").set("supersedes", "b-1"), publication("a-2").set("year", "2021-22")});
  const auto all = publications(*ledger);
  REQUIRE(all.ok());
  CHECK(all->as_of == *ledger->head());
  struct Row {
    std::string_view id, superseded_by;
    bool latest, restated;
  };
  const std::vector<Row> rows = {{"a-1", "", false, false},
                                 {"a-2", "", true, false},
                                 {"b-1", "b-3", false, true},
                                 {"b-2", "", false, true},
                                 {"b-3", "", true, false}};
  REQUIRE(all->all.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(rows[i].id);
    CHECK(all->all[i].event.entry.id == rows[i].id);
    CHECK(all->all[i].superseded_by == rows[i].superseded_by);
    CHECK(all->all[i].latest == rows[i].latest);
    CHECK(all->all[i].restated == rows[i].restated);
  }
  CHECK(publications(*ledger, {Year{2021}})->all.size() == 2);
  CHECK(publications(*ledger, {Year{2022}, Year{2021}})->all.size() == 5);
  CHECK(publications(*ledger, {Year{2000}})->all.empty());

  const auto now = status(*ledger);
  REQUIRE(now.ok());
  REQUIRE(now->publications.size() == 2);
  CHECK(now->publications[0].entry == "a-2");
  CHECK(now->publications[1].entry == "b-3");
  CHECK(now->publications[1].year == Year{2022});
  CHECK_FALSE(now->publications[1].restated);
  ledger.append(claim("l-2").json());
  CHECK(status(*ledger)->publications[1].restated);
  CHECK_FALSE(status(*ledger)->publications[0].restated);
}

TEST_CASE("A publication names the point that it is as of, and nothing else does") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{publication("p-1"), publication("p-2").raw("as_of", "7"),
                                         programme("q-1").set("note", "n"), erasure("e-1", 18)});
  CHECK(*ledger->resolve_point("p-1") == Sequence{15});
  CHECK(*ledger->resolve_point("p-2") == Sequence{7});
  CHECK(*ledger->resolve_point("7") == Sequence{7});
  CHECK(code_of(ledger->resolve_point("q-1")) == "wrong-type");
  CHECK(code_of(ledger->resolve_point("e-1")) == "wrong-type");
  CHECK(code_of(ledger->resolve_point("nobody")) == "unknown-reference");
  CHECK(code_of(ledger->resolve_point("99")) == "bad-entry");
}

}  // namespace tally::testing
