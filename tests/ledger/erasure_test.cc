// Erasing details (spec "Entries: What can be erased"): they are gone, and all else is as it was.

#include <map>
#include <set>

#include "support/catch.h"
#include "support/lines.h"
#include "support/notes.h"
#include "support/test_ledger.h"
#include "tally/integrity.h"
#include "tally/trace.h"
#include "tally/verify.h"

namespace tally::testing {
TEST_CASE("Details may be erased in the submission that brought them") {
  TestLedger ledger;
  ledger.append(base_lines());
  const auto noted = [](std::string_view id, std::string_view note) {
    return programme(id).set("note", note);
  };
  const std::uint64_t first = ledger->head()->value + 1;
  ledger.append(std::vector<std::string>{
      noted("p-0", "zero"), noted("p-1", "one"), erasure("e-2", first),  // not of the last
      noted("p-3", "three"), erasure("e-4", first + 3),                  // of the one just before
      erasure("e-5", first + 1).set("note", "five"), noted("p-6", "six")});
  const Notes notes = notes_of(*ledger);
  CHECK(notes.erased == std::set<std::uint64_t>{first, first + 1, first + 3});
  CHECK(notes.texts ==
        std::map<std::uint64_t, std::string>{{first + 5, "five"}, {first + 6, "six"}});
  check_sound(*ledger);
  const std::string before = portrait(*ledger);
  struct Row {
    std::vector<std::string> lines;
    std::string_view code;
  };
  for (const Row& row : {
           Row{{noted("q", "q"), erasure("x", first + 7), erasure("y", first + 7)}, "void"},
           Row{{erasure("x", first + 6), erasure("y", first + 6)}, "void"},
           Row{{noted("q", "q"), erasure("x", first + 8)}, "unknown-reference"},
       }) {
    const Result<Receipt> refused = ledger->append(joined(row.lines));
    REQUIRE_FALSE(refused.ok());
    CHECK(code_of(refused) == row.code);
    CHECK(refused.error().line == row.lines.size());
    CHECK(portrait(*ledger) == before);
    CHECK(notes_of(*ledger).texts == notes.texts);
  }
  AppendOptions dry_run;
  dry_run.dry_run = true;
  CHECK(ledger->append(erasure("x", first + 6).json(), dry_run).ok());
  CHECK(notes_of(*ledger).texts == notes.texts);
  ledger.reopen();
  CHECK(notes_of(*ledger).texts == notes.texts);
  check_sound(*ledger);
}

TEST_CASE("An erasure leaves the event, its hash and every proof as they were") {
  TestLedger ledger;
  ledger.append(base_lines());
  const std::string evidence =
      "[{'sha256':'" + std::string(64, 'a') + "','title':'Payroll','uri':'https://example.org'}]";
  ledger.append(std::vector<std::string>{
      claim("l-1").raw("evidence", evidence).set("note", "n"), verification("v-1", "l-1"),
      correction("x-1", "l-1").replacement(claim("").raw("evidence", evidence).set("note", "m"))});
  const Sequence claimed = *ledger->sequence_of("l-1");
  const auto proof = prove_event(*ledger, claimed);
  REQUIRE(proof.ok());
  ledger.append(erasure("e-1", claimed.value).json());
  ledger.append(erasure("e-2", claimed.value + 2).json());
  const auto after = prove_event(*ledger, claimed, LogSize{claimed.value + 3});
  REQUIRE(after.ok());
  CHECK(after->hashes == proof->hashes);
  CHECK(after->extra == proof->extra);
  const auto told = history(*ledger, claimed);
  REQUIRE(told.ok());
  REQUIRE(told->versions.size() == 2);
  CHECK(told->versions[0].details_erased);
  CHECK(told->versions[1].details_erased);
  const auto& body = std::get<Claim>(std::get<Body>(told->entry.content));
  CHECK(told->entry.note.empty());
  REQUIRE(body.evidence.size() == 1);
  CHECK(body.evidence[0].sha256.to_string() == std::string(64, 'a'));
  CHECK(body.evidence[0].title.empty());
  CHECK(body.evidence[0].uri.empty());
  CHECK(body.quantity.to_string() == "40");
  check_sound(*ledger);
}

TEST_CASE("In a submission of thousands, details are erased as in a short one") {
  TestLedger ledger;
  ledger.append(base_lines());
  const std::uint64_t first = ledger->head()->value + 1;
  const std::uint64_t count = 9'000;
  std::vector<std::string> lines;
  std::set<std::uint64_t> erased;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = first + i;
    if (i % 50 == 49) {
      const std::uint64_t target = i % 100 == 49 ? at - 1 : at - 40;
      erased.insert(target);
      lines.push_back(erasure("e-" + std::to_string(i), target));
    } else if (i == 2'001 || i == 8'001) {
      lines.push_back(publication("pub-" + std::to_string(i)));
    } else {
      lines.push_back(claim("l-" + std::to_string(i)).set("quantity", "1").set("note", "n"));
    }
  }
  ledger.append(lines);
  const Notes notes = notes_of(*ledger);
  CHECK(notes.erased == erased);
  CHECK(notes.texts.size() == count - 2 * erased.size() - 2);
  check_sound(*ledger);
  const Result<Receipt> again = ledger->append(joined(lines));
  REQUIRE(again.ok());
  CHECK(again->duplicates == count);
  // The duplicates of an erased entry are told in a long submission that erases it, too.
  lines = {programme("p-0").set("note", "n")};
  for (std::uint64_t i = 1; i < 5'000; ++i) {
    lines.push_back(programme("p-" + std::to_string(i)));
  }
  lines.push_back(erasure("e-last", ledger->head()->value + 1));
  lines.push_back(programme("p-0").set("note", "other"));
  const Result<Receipt> receipt = ledger->append(joined(lines));
  REQUIRE(receipt.ok());
  CHECK(receipt->duplicates == 1);
  check_sound(*ledger);
}

}  // namespace tally::testing
