// The rules of publications and erasures (spec "Entries: Types" and "What can be erased").

#include "support/catch.h"
#include "support/lines.h"
#include "support/rule_table.h"
#include "support/test_ledger.h"
#include "tally/integrity.h"

namespace tally::testing {
namespace {

std::string stating(std::string_view figure) {
  return "{'label':'L','figure':'" + std::string(figure) + "','stated':'5'}";
}

Line published(std::string_view figure) {
  return publication("e$").raw("statements", "[" + stating(figure) + "]");
}

// As of the event on a line of the row, as rule_table.h has it.
Line as_of(std::string_view point) { return publication("e$").raw("as_of", point); }

Line superseding(std::string_view id) { return publication("e$").set("supersedes", id); }

Line erases(std::string_view point) { return erasure("e$", 0).raw("erases", point); }

Line noted(std::string_view id) { return programme(id).set("note", "n"); }

std::string document() {
  return "{'sha256':'" + std::string(64, 'a') + "','title':'Report','uri':'https://example.org'}";
}

}  // namespace

TEST_CASE("A publication supersedes an earlier one of its year, and nothing else") {
  const Line earlier = publication("p$");
  check_rules({
      {"it need not supersede any", {earlier}, publication("e$"), "accepted"},
      {"it supersedes one of its year", {earlier}, superseding("p$"), "accepted"},
      {"one may be superseded twice",
       {earlier, publication("q$").set("supersedes", "p$")},
       superseding("p$"),
       "accepted"},
      {"what supersedes is superseded",
       {earlier, publication("q$").set("supersedes", "p$")},
       superseding("q$"),
       "accepted"},
      {"one of another year is not superseded",
       {publication("p$").set("year", "2021-22")},
       superseding("p$"),
       "bad-year"},
      {"whatever its figures are of",
       {publication("p$").set("year", "2021-22")},
       published("2021-22:m-count:claimed").set("supersedes", "p$"),
       "bad-year"},
      {"nothing unknown is superseded", {}, superseding("nobody"), "unknown-reference"},
      {"nor itself", {}, superseding("e$"), "unknown-reference"},
      {"nor an organisation", {}, superseding("org-1"), "wrong-type"},
      {"nor a claim", {}, superseding("claim-1"), "wrong-type"},
      {"nor a correction",
       {programme("p$"), correction("c$", "p$")},
       superseding("c$"),
       "wrong-type"},
      {"nor an erasure",
       {noted("p$"), erasure("x$", 0).raw("erases", "#1")},
       superseding("x$"),
       "wrong-type"},
  });
}

TEST_CASE("A figure in a statement names a measure that exists, and holds nothing in use") {
  const Line told = publication("p$").raw("statements", "[" + stating("2022-23:m$:claimed") + "]");
  check_rules({
      {"a measure of the ledger", {}, published("2022-23:m-count:verified"), "accepted"},
      {"a ratio is a measure", {}, published("2022-23:m-ratio:pending"), "accepted"},
      {"a figure of another year", {}, published("1999-00:m-proxy:rejected"), "accepted"},
      {"a measure that nothing was posted to",
       {measure("m$")},
       published("2022-23:m$:claimed"),
       "accepted"},
      {"a measure withdrawn since",
       {measure("m$"), correction("w$", "m$")},
       published("2022-23:m$:claimed"),
       "accepted"},
      {"a measure that did not exist at the point",
       {measure("m$")},
       published("2022-23:m$:claimed@0").raw("as_of", "0"),
       "accepted"},
      {"what filters it need not exist",
       {},
       published("2022-23:m-count:claimed:programme=nobody:organisation=none:contract=nothing"),
       "accepted"},
      {"nor be what it is said to be",
       {},
       published("2022-23:m-count:claimed:programme=org-1:contract=-"),
       "accepted"},
      {"an unknown measure", {}, published("2022-23:nothing:claimed"), "unknown-reference"},
      {"itself", {}, published("2022-23:e$:claimed"), "unknown-reference"},
      {"an organisation", {}, published("2022-23:org-1:claimed"), "wrong-type"},
      {"a claim", {}, published("2022-23:claim-1:claimed"), "wrong-type"},
      {"a publication", {publication("p$")}, published("2022-23:p$:claimed"), "wrong-type"},
      {"a correction of a measure",
       {measure("m$"), correction("w$", "m$")},
       published("2022-23:w$:claimed"),
       "wrong-type"},
      {"an unknown measure in the second statement",
       {},
       publication("e$").raw("statements", "[" + stating("2022-23:m-count:claimed") + "," +
                                               stating("2022-23:nothing:claimed") + "]"),
       "unknown-reference"},
      {"a measure that was published is withdrawn",
       {measure("m$"), told},
       correction("e$", "m$"),
       "accepted"},
      {"or another",
       {measure("m$"), told},
       correction("e$", "m$")
           .replacement(measure("")
                            .set("unit", "hour")
                            .set("basis", "proxy")
                            .set("proxy", "1")
                            .set("proxy_source", "S")),
       "accepted"},
  });
}

TEST_CASE("What is published is as of an event before the publication") {
  const Line first = programme("p$");
  check_rules({
      {"the head, where nothing is said", {first}, publication("e$"), "accepted"},
      {"the event before it", {first}, as_of("#1"), "accepted"},
      {"an earlier one", {first}, as_of("#0"), "accepted"},
      {"the first of all", {first}, as_of("0"), "accepted"},
      {"not itself", {first}, as_of("#2"), "bad-entry"},
      {"not one that is yet to come", {first}, as_of("#3"), "bad-entry"},
      {"not the last number", {first}, as_of("9223372036854775807"), "bad-entry"},
      {"nor where it is the first of the row", {}, as_of("#1"), "bad-entry"},
      {"a figure as of the event before",
       {first},
       published("2022-23:m-count:claimed@#1"),
       "accepted"},
      {"a figure later than the publication's own point",
       {first},
       published("2022-23:m-count:claimed@#1").raw("as_of", "0"),
       "accepted"},
      {"no figure as of the publication",
       {first},
       published("2022-23:m-count:claimed@#2"),
       "bad-entry"},
      {"whatever the publication is as of",
       {first},
       published("2022-23:m-count:claimed@#3").raw("as_of", "0"),
       "bad-entry"},
      {"no figure as of the last number",
       {first},
       published("2022-23:m-count:claimed@18446744073709551615"),
       "bad-entry"},
  });
}

TEST_CASE("Of a publication, shape, id, references in order and then its rules are checked") {
  const Line other_year = publication("p$").set("year", "2021-22");
  const Line unknown = published("2022-23:nothing:claimed");
  check_rules({
      {"shape comes before the id",
       {publication("e$")},
       publication("e$").raw("as_of", "-1"),
       "bad-entry"},
      {"values come before the id",
       {publication("e$")},
       publication("e$").set("year", "2022"),
       "bad-year"},
      {"a figure's shape comes before the id",
       {publication("e$")},
       published("2022-23:m-count"),
       "bad-entry"},
      {"what is stated comes before the id",
       {publication("e$")},
       publication("e$").raw("statements",
                             "[{'label':'L','figure':'2022-23:m-count:claimed','stated':'1e3'}]"),
       "bad-quantity"},
      {"the id comes before references", {publication("e$")}, superseding("nobody"), "id-taken"},
      {"the id comes before the point", {publication("e$")}, as_of("#9"), "id-taken"},
      {"what is superseded comes before the measures",
       {},
       Line(unknown).set("supersedes", "org-1"),
       "wrong-type"},
      {"wherever they stand",
       {},
       Line(published("2022-23:org-1:claimed")).set("supersedes", "nobody"),
       "unknown-reference"},
      {"measures come before the year",
       {other_year},
       Line(unknown).set("supersedes", "p$"),
       "unknown-reference"},
      {"measures come before the point", {}, Line(unknown).raw("as_of", "#9"), "unknown-reference"},
      {"the year comes before the point",
       {other_year},
       superseding("p$").raw("as_of", "#9"),
       "bad-year"},
      {"the year comes before a figure's point",
       {other_year},
       published("2022-23:m-count:claimed@#9").set("supersedes", "p$"),
       "bad-year"},
  });
}

TEST_CASE("A publication and an erasure are never corrected, nor are they what others refer to") {
  const Line told = publication("p$");
  const std::vector<std::string> erased = {noted("n$"), erasure("x$", 0).raw("erases", "#1")};
  check_rules({
      {"a publication is not withdrawn", {told}, correction("e$", "p$"), "not-correctable"},
      {"nor replaced",
       {told},
       correction("e$", "p$").replacement(publication("").set("title", "Another")),
       "not-correctable"},
      {"nor by anything at all",
       {told},
       correction("e$", "p$").raw("replacement", "{'nonsense':[1]}"),
       "not-correctable"},
      {"an erasure is not withdrawn", erased, correction("e$", "x$"), "not-correctable"},
      {"nor replaced", erased, correction("e$", "x$").replacement(erasure("", 3)),
       "not-correctable"},
      {"a replacement is an object all the same",
       {told},
       correction("e$", "p$").raw("replacement", "[]"),
       "bad-entry"},
      {"no entry becomes a publication",
       {programme("q$")},
       correction("e$", "q$").replacement(publication("")),
       "bad-entry"},
      {"no claim is of a publication", {told}, claim("e$").set("measure", "p$"), "wrong-type"},
      {"nothing verifies a publication", {told}, verification("e$", "p$"), "wrong-type"},
      {"no contract is with an erasure", erased, contract("e$").set("buyer", "x$"), "wrong-type"},
  });
}

TEST_CASE("An erasure is of an earlier event that has details, once") {
  const std::string evidence = "[" + document() + "]";
  const Line noted_claim = claim("l$").raw("evidence", evidence);
  const Line erased = erasure("x$", 0).raw("erases", "#1");
  check_rules({
      {"a note is erased", {noted("p$")}, erases("#1"), "accepted"},
      {"so is evidence of a claim", {noted_claim}, erases("#1"), "accepted"},
      {"so is evidence of a verification",
       {claim("l$"), verification("v$", "l$").raw("evidence", evidence)},
       erases("#2"),
       "accepted"},
      {"so is a document",
       {publication("p$").raw("document", document())},
       erases("#1"),
       "accepted"},
      {"so is a correction's note",
       {programme("p$"), correction("c$", "p$").set("note", "n")},
       erases("#2"),
       "accepted"},
      {"so is a replacement's note",
       {programme("p$"), correction("c$", "p$").replacement(noted(""))},
       erases("#2"),
       "accepted"},
      {"so is a replacement's evidence",
       {claim("l$"), correction("c$", "l$").replacement(noted_claim)},
       erases("#2"),
       "accepted"},
      {"so is an erasure's note",
       {noted("p$"), Line(erased).set("note", "n")},
       erases("#2"),
       "accepted"},
      {"so is the note of what was withdrawn",
       {noted("p$"), correction("c$", "p$")},
       erases("#1"),
       "accepted"},
      {"so is the note of what was replaced",
       {noted("p$"), correction("c$", "p$").replacement(programme(""))},
       erases("#1"),
       "accepted"},
      {"what was erased is corrected still",
       {noted("p$"), erased},
       correction("e$", "p$"),
       "accepted"},
      {"and referred to",
       {organisation("o$").set("note", "n"), erased},
       claim("e$").set("organisation", "o$"),
       "accepted"},
      {"not itself", {programme("p$")}, erases("#2"), "unknown-reference"},
      {"not itself, though it has a note",
       {programme("p$")},
       erases("#2").set("note", "n"),
       "unknown-reference"},
      {"not what is yet to come", {programme("p$")}, erases("#3"), "unknown-reference"},
      {"not the last number", {}, erases("9223372036854775807"), "unknown-reference"},
      {"not what has no details", {programme("p$")}, erases("#1"), "void"},
      {"not what the ledger wrote itself", {}, erases("0"), "void"},
      {"not an empty list of evidence", {claim("l$")}, erases("#1"), "void"},
      {"not a withdrawal for its target's note",
       {noted("p$"), correction("c$", "p$")},
       erases("#2"),
       "void"},
      {"not an erasure without a note", {noted("p$"), erased}, erases("#2"), "void"},
      {"not a publication without a document", {publication("p$")}, erases("#1"), "void"},
      {"not twice", {noted("p$"), erased}, erases("#1"), "void"},
      {"nor once more after a correction",
       {noted("p$"), erased, correction("c$", "p$").replacement(programme(""))},
       erases("#1"),
       "void"},
      {"the id comes before what it erases", {programme("e$")}, erases("#9"), "id-taken"},
      {"shape comes before what it erases", {}, erases("#9").raw("reason", "5"), "bad-entry"},
  });
}

TEST_CASE("What the ledger wrote of a key's rotation has no details to erase") {
  TestLedger ledger;
  ledger.append(base_lines());
  REQUIRE(rotate_key(*ledger).ok());
  CHECK(code_of(ledger->append(erasure("e", ledger->head()->value).json())) == "void");
  CHECK(code_of(ledger->append(erasure("e", ledger->head()->value + 1).json())) ==
        "unknown-reference");
}

}  // namespace tally::testing
