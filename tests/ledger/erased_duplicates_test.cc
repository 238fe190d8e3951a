// Resubmitting publications and erasures (spec "Entries: From entry to event"), and what was
// erased.

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

std::string item(std::string_view sha256, std::string_view title, std::string_view more = "") {
  return "{'sha256':'" + std::string(sha256) + "','title':'" + std::string(title) + "'" +
         std::string(more) + "}";
}

Line documented(std::string_view id, std::string_view sha256, std::string_view title,
                std::string_view more = "") {
  return publication(id).raw("document", item(sha256, title, more));
}

Line stating(std::string_view statement) {
  return publication("e$").raw("statements", "[{'label':'L'," + std::string(statement) + "}]");
}

Line erases(std::string_view id, std::string_view point) {
  return erasure(id, 0).raw("erases", point);
}

// What the log prints from one event on, as lines to be submitted.
std::vector<std::string> printed_after(const Ledger& ledger, Sequence after) {
  std::vector<std::string> lines;
  EventQuery query;
  query.after = after;
  const auto read = ledger.for_each_event(query, [&](const Event& event) {
    std::string line = to_json(event, YearStart{});
    line = "{" + line.substr(line.find("\"type\""));
    if (event.entry.type() == EntryType::kPublication) {
      const std::size_t root = line.find(",\"totals_root\"");
      REQUIRE(root != std::string::npos);
      line.erase(root, std::string_view(",\"totals_root\":\"\"").size() + 64);
    }
    constexpr std::string_view kMark = ",\"details_erased\":true";
    const std::size_t mark = line.find(kMark);
    CHECK((mark != std::string::npos) == event.details_erased);
    if (mark != std::string::npos) line.erase(mark, kMark.size());
    lines.push_back(line);
    return true;
  });
  REQUIRE(read.ok());
  return lines;
}

void check_all_duplicates(TestLedger& ledger, const std::vector<std::string>& lines) {
  const std::string before = portrait(*ledger);
  const Result<Receipt> receipt = ledger->append(joined(lines));
  INFO((receipt.ok() ? "" : receipt.error().message));
  REQUIRE(receipt.ok());
  CHECK(receipt->appended == 0);
  CHECK(receipt->duplicates == lines.size());
  CHECK(portrait(*ledger) == before);
}

}  // namespace

TEST_CASE("How a publication is written makes it no other, and what it says does") {
  const Line told = publication("e$");
  const Line full = documented("e$", kLower, "Report");
  check_rules({
      {"the same line", {told}, told, "duplicate"},
      {"its point, left out, is the event before it",
       {told},
       Line(told).raw("as_of", "#0"),
       "duplicate"},
      {"its point, given, may be left out", {Line(told).raw("as_of", "#0")}, told, "duplicate"},
      {"a point as a text",
       {Line(told).raw("as_of", "3")},
       Line(told).set("as_of", "3"),
       "duplicate"},
      {"whatever came after it", {told, programme("p$"), claim("l$")}, told, "duplicate"},
      {"another point is not left out", {Line(told).raw("as_of", "3")}, told, "id-taken"},
      {"nor given for one left out", {told}, Line(told).raw("as_of", "3"), "id-taken"},
      {"nor the head of now", {told, programme("p$")}, Line(told).raw("as_of", "#2"), "id-taken"},
      {"nor one that is yet to come", {told}, Line(told).raw("as_of", "#9"), "id-taken"},
      {"a stroke in its year", {told}, Line(told).set("year", "2022/23"), "duplicate"},
      {"defaults given, and numbers and years in other ways",
       {stating("'figure':'2022-23:m-count:claimed','stated':'40'")},
       stating("'of':'quantity','qualifier':'exact','stated':40.0,"
               "'figure':'2022/23:m-count:claimed'"),
       "duplicate"},
      {"another qualifier",
       {stating("'figure':'2022-23:m-count:claimed','stated':'40'")},
       stating("'figure':'2022-23:m-count:claimed','stated':'40','qualifier':'about'"),
       "id-taken"},
      {"of its value",
       {stating("'figure':'2022-23:m-count:claimed','stated':'40'")},
       stating("'figure':'2022-23:m-count:claimed','stated':'40','of':'value'"),
       "id-taken"},
      {"a figure with a point",
       {stating("'figure':'2022-23:m-count:claimed','stated':'40'")},
       stating("'figure':'2022-23:m-count:claimed@#0','stated':'40'"),
       "id-taken"},
      {"another sign",
       {stating("'figure':'2022-23:m-count:claimed','stated':'40'")},
       stating("'figure':'2022-23:m-count:claimed','stated':'-40'"),
       "id-taken"},
      {"a statement less", {told}, Line(told).raw("statements", "[]"), "id-taken"},
      {"another title", {told}, Line(told).set("title", "Another"), "id-taken"},
      {"another year", {told}, Line(told).set("year", "2021-22"), "id-taken"},
      {"a note", {told}, Line(told).set("note", "n"), "id-taken"},
      {"the case of hex digits", {full}, documented("e$", kUpper, "Report"), "duplicate"},
      {"no document", {full}, told, "id-taken"},
      {"a document more", {told}, full, "id-taken"},
      {"a document's other title", {full}, documented("e$", kLower, "Repart"), "id-taken"},
      {"a document's uri", {full}, documented("e$", kLower, "Report", ",'uri':'u'"), "id-taken"},
      {"what it supersedes",
       {publication("p$"), Line(told).set("supersedes", "p$")},
       Line(told).set("supersedes", "p$"),
       "duplicate"},
      {"and nothing less",
       {publication("p$"), Line(told).set("supersedes", "p$")},
       told,
       "id-taken"},
      {"nor another",
       {publication("p$"), publication("q$"), Line(told).set("supersedes", "p$")},
       Line(told).set("supersedes", "q$"),
       "id-taken"},
  });
}

TEST_CASE("An erasure is a duplicate though what it erases is gone by now") {
  const Line noted = programme("p$").set("note", "n");
  const Line erasing = erases("e$", "#1");
  check_rules({
      {"the same line", {noted, erasing}, erasing, "duplicate"},
      {"a sequence as a text", {noted, erasing}, Line(erasing).set("erases", "#1"), "duplicate"},
      {"another sequence", {noted, erasing}, erases("e$", "#0"), "id-taken"},
      {"a sequence that is yet to come", {noted, erasing}, erases("e$", "#9"), "id-taken"},
      {"another reason",
       {noted, erasing},
       Line(erasing).set("reason", "It was asked for"),
       "id-taken"},
      {"another type", {noted, erasing}, programme("e$"), "id-taken"},
  });
}

TEST_CASE("What was erased is compared without its details") {
  const Line noted = programme("p$").set("note", "n");
  const Line claimed =
      claim("l$").raw("evidence", "[" + item(kLower, "Payroll", ",'uri':'u'") + "]");
  const Line erasing = erases("x$", "#1");
  const Line replaced = correction("c$", "p$").replacement(noted);
  check_rules({
      {"as it was", {noted, erasing}, noted, "duplicate"},
      {"without its note", {noted, erasing}, programme("p$"), "duplicate"},
      {"with another note", {noted, erasing}, Line(noted).set("note", "m"), "duplicate"},
      {"with another name", {noted, erasing}, Line(noted).set("name", "Skill"), "id-taken"},
      {"by another actor", {noted, erasing}, Line(noted).actor("staff-9"), "id-taken"},
      {"as it was before it was erased", {noted}, Line(noted).set("note", "m"), "id-taken"},
      {"a claim as it was", {claimed, erasing}, claimed, "duplicate"},
      {"with another title of its evidence",
       {claimed, erasing},
       Line(claimed).raw("evidence", "[" + item(kUpper, "Letter") + "]"),
       "duplicate"},
      {"with a note that it never had",
       {claimed, erasing},
       Line(claimed).set("note", "n"),
       "duplicate"},
      {"with other evidence",
       {claimed, erasing},
       Line(claimed).raw("evidence", "[" + item(std::string(64, 'a'), "Payroll") + "]"),
       "id-taken"},
      {"without its evidence", {claimed, erasing}, claim("l$"), "id-taken"},
      {"with another media type",
       {claimed, erasing},
       Line(claimed).raw("evidence", "[" + item(kLower, "P", ",'media_type':'a/b'") + "]"),
       "id-taken"},
      {"a publication with another title of its document",
       {documented("p$", kLower, "Report", ",'uri':'u'"), erasing},
       documented("p$", kLower, "Repart"),
       "duplicate"},
      {"not without its document",
       {documented("p$", kLower, "Report"), erasing},
       publication("p$"),
       "id-taken"},
      {"a correction with another note of its replacement",
       {programme("p$"), replaced, erases("x$", "#2")},
       correction("c$", "p$").replacement(programme("").set("note", "m")),
       "duplicate"},
      {"not with another replacement",
       {programme("p$"), replaced, erases("x$", "#2")},
       correction("c$", "p$").replacement(programme("").set("name", "Skill")),
       "id-taken"},
      {"an erasure whose own note was erased",
       {noted, Line(erasing).set("note", "n"), erases("y$", "#2")},
       erasing,
       "duplicate"},
      {"of two, only the one that was erased",
       {noted, programme("q$").set("note", "n"), erasing},
       programme("q$").set("note", "m"),
       "id-taken"},
  });
}

TEST_CASE(
    "Whatever the log prints of publications and erasures is a duplicate, minus what it adds") {
  TestLedger ledger;
  ledger.append(base_lines());
  const Sequence before = *ledger->head();
  const std::vector<std::string> lines = {
      documented("pub-1", kLower, "Report", ",'uri':'u'").set("note", "first"),
      publication("pub-2")
          .set("supersedes", "pub-1")
          .raw("as_of", "5")
          .raw("statements",
               "[{'label':'L','figure':'2021-22:m-proxy:pending:programme=p:contract=-@3',"
               "'stated':-7.5,'qualifier':'at-least','of':'value'}]"),
      programme("p-1").set("note", "second"),
      programme("p-2").set("note", "third"),
      erasure("er-1", before.value + 3).set("note", "fourth"),
      publication("pub-3").raw("statements", "[]").set("year", "2030-31"),
      erasure("er-2", before.value + 5)};
  // In the submission that erases them, too.
  std::vector<std::string> twice = lines;
  twice.insert(twice.end(), lines.begin(), lines.end());
  const Receipt receipt = ledger.append(twice);
  CHECK(receipt.appended == lines.size());
  CHECK(receipt.duplicates == lines.size());
  for (int round = 0; round < 2; ++round) {
    check_all_duplicates(ledger, lines);
    const std::vector<std::string> printed = printed_after(*ledger, before);
    CHECK(printed.size() == lines.size());
    check_all_duplicates(ledger, printed);
    ledger.reopen();
  }
  // With the document's title erased, its entry is no longer whole as it is printed; what was
  // submitted is a duplicate all the same.
  ledger.append(erasure("er-3", before.value + 1).json());
  check_all_duplicates(ledger, lines);
  const Result<Receipt> bare = ledger->append(printed_after(*ledger, before)[0]);
  CHECK(code_of(bare) == "bad-entry");
}

}  // namespace tally::testing
