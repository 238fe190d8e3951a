// What a trace and a history tell beside numbers (spec "Totals: Trace"): whose, by whom, on what
// evidence, and what was corrected and why.

#include "tally/trace.h"

#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"

namespace tally::testing {
namespace {

std::string evidence(std::string_view title) {
  return "[{'sha256':'" + std::string(64, 'a') + "','title':'" + std::string(title) +
         "','uri':'https://example.org'}]";
}

// Events 16 to 22, after those of the base: a claim's life.
void tell(TestLedger& ledger) {
  ledger.append(base_lines());
  const Line claimed = claim("l-1").set("measure", "m-proxy").raw("evidence", evidence("A"));
  const Line less = claim("")
                        .set("measure", "m-proxy")
                        .set("quantity", "35")
                        .raw("evidence", evidence("B"))
                        .set("note", "counted again");
  ledger.world().move_clock(1'000'000);
  ledger.append(Line(claimed).set("note", "from payroll"));
  ledger.world().move_clock(1'000'000);
  ledger.append(std::vector<std::string>{
      verification("v-1", "l-1").set("outcome", "partial").set("quantity", "30"),
      correction("x-1", "l-1").set("reason", "Five left").replacement(less),
      verification("v-2", "l-1").raw("evidence", evidence("V")),
      correction("x-2", "v-2")
          .actor("staff-4")
          .set("reason", "No proof")
          .replacement(verification("", "l-1").set("outcome", "rejected")),
      correction("x-3", "m-proxy")
          .set("reason", "New prices")
          .replacement(proxy_measure("").set("proxy", "600")),
      correction("x-4", "l-1").set("reason", "Double")});
}

Trace traced(const Ledger& ledger, std::string_view text) {
  const auto reference = FigureReference::parse(text, YearStart{});
  REQUIRE(reference.ok());
  auto trace = tally::trace(ledger, *reference);
  INFO((trace.ok() ? std::string() : trace.error().message));
  REQUIRE(trace.ok());
  return std::move(trace).value();
}

std::string posting_text(const TracePosting& posting) {
  std::string text = std::to_string(posting.sequence.value) + " " + posting.entry + " " +
                     std::string(type_name(posting.type)) + " by " + posting.actor + " " +
                     std::string(stage_name(posting.stage)) + " " + posting.delta.to_string() +
                     " = " + posting.balance.to_string() + " claim " + posting.claim +
                     " verification " + posting.verification + " on";
  for (const Evidence& item : posting.evidence) text += " " + item.title;
  text += ":";
  for (const CorrectionNote& note : posting.corrections) {
    text += " " + note.entry + "@" + std::to_string(note.sequence.value) + " " + note.actor + " " +
            note.reason + ";";
  }
  return text;
}

std::vector<std::string> postings_text(const std::vector<TracePosting>& postings) {
  std::vector<std::string> lines;
  for (const TracePosting& posting : postings) lines.push_back(posting_text(posting));
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("A trace tells each posting's event, claim, verification, evidence and corrections") {
  TestLedger ledger;
  tell(ledger);
  CHECK(postings_text(traced(*ledger, "2022-23:m-proxy:claimed@16").postings) ==
        Lines{"16 l-1 claim by staff-1 claimed 40 = 40 claim l-1 verification  on A:"});
  CHECK(postings_text(traced(*ledger, "2022-23:m-proxy:claimed@18").postings) ==
        Lines{"16 l-1 claim by staff-1 claimed 40 = 40 claim l-1 verification  on A: x-1@18 "
              "staff-3 Five left;",
              "18 x-1 correction by staff-3 claimed -5 = 35 claim l-1 verification  on B: x-1@18 "
              "staff-3 Five left;"});
  // A correction of the claim takes its verification off, which is the one that it names.
  CHECK(postings_text(traced(*ledger, "2022-23:m-proxy:verified@19").postings) ==
        Lines{"17 v-1 verification by staff-2 verified 30 = 30 claim l-1 verification v-1 on A: "
              "x-1@18 staff-3 Five left;",
              "18 x-1 correction by staff-3 verified -30 = 0 claim l-1 verification v-1 on B: "
              "x-1@18 staff-3 Five left;",
              "19 v-2 verification by staff-2 verified 35 = 35 claim l-1 verification v-2 on B: "
              "x-1@18 staff-3 Five left;"});
  CHECK(postings_text(traced(*ledger, "2022-23:m-proxy:rejected@20").postings) ==
        Lines{"17 v-1 verification by staff-2 rejected 10 = 10 claim l-1 verification v-1 on A: "
              "x-1@18 staff-3 Five left;",
              "18 x-1 correction by staff-3 rejected -10 = 0 claim l-1 verification v-1 on B: "
              "x-1@18 staff-3 Five left;",
              "20 x-2 correction by staff-4 rejected 35 = 35 claim l-1 verification v-2 on B: "
              "x-1@18 staff-3 Five left; x-2@20 staff-4 No proof;"});
  CHECK(postings_text(traced(*ledger, "2022-23:m-proxy:pending@18").postings) ==
        Lines{"16 l-1 claim by staff-1 claimed 40 = 40 claim l-1 verification  on A: x-1@18 "
              "staff-3 Five left;",
              "17 v-1 verification by staff-2 verified -30 = 10 claim l-1 verification v-1 on A: "
              "x-1@18 staff-3 Five left;",
              "17 v-1 verification by staff-2 rejected -10 = 0 claim l-1 verification v-1 on A: "
              "x-1@18 staff-3 Five left;",
              "18 x-1 correction by staff-3 claimed -5 = -5 claim l-1 verification  on B: x-1@18 "
              "staff-3 Five left;",
              "18 x-1 correction by staff-3 verified 30 = 25 claim l-1 verification v-1 on B: "
              "x-1@18 staff-3 Five left;",
              "18 x-1 correction by staff-3 rejected 10 = 35 claim l-1 verification v-1 on B: "
              "x-1@18 staff-3 Five left;"});
  const Trace last = traced(*ledger, "2022-23:m-proxy:claimed");
  CHECK(last.figure.as_of == Sequence{22});
  CHECK(last.figure.reference.to_string(YearStart{}) == "2022-23:m-proxy:claimed@22");
  CHECK(last.figure.quantity->to_string() == "0");
  REQUIRE(last.postings.size() == 3);
  CHECK(last.postings[2].evidence.at(0).uri == "https://example.org");
  CHECK(last.postings[2].recorded_at == ledger.world().now());
  CHECK(last.postings[0].recorded_at < last.postings[2].recorded_at);
  CHECK(traced(*ledger, "2030-31:m-proxy:claimed").postings.empty());
  CHECK(postings_text(traced(*ledger, "2022-23:m-count:committed").postings) ==
        Lines{"14 com-1 commitment by staff-1 committed 100 = 100 claim  verification  on:"});
}

TEST_CASE("A trace tells the measure as it was defined then, and what a unit was worth") {
  TestLedger ledger;
  tell(ledger);
  const Trace before = traced(*ledger, "2022-23:m-proxy:claimed@20");
  CHECK(before.measure.sequence == Sequence{10});
  CHECK(before.figure.value->to_string() == "17500");
  const Trace after = traced(*ledger, "2022-23:m-proxy:claimed@21");
  CHECK(after.measure.sequence == Sequence{21});
  CHECK(after.figure.value->to_string() == "21000");
  CHECK(after.measure.entry.id == "m-proxy");
  CHECK(after.measure.entry.actor == "staff-1");
  CHECK(std::get<Measure>(std::get<Body>(before.measure.entry.content)).proxy ==
        *Quantity::parse("500"));
  CHECK(std::get<Measure>(std::get<Body>(after.measure.entry.content)).proxy ==
        *Quantity::parse("600"));
}

TEST_CASE("The trace of a ratio is those of its two measures") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(claim("l-1").set("measure", "m-count-2").set("quantity", "30").json());
  const Trace ratio = traced(*ledger, "2022-23:m-ratio:claimed:programme=prog-1");
  CHECK(ratio.figure.quantity->to_string() == "133.3333");
  CHECK_FALSE(ratio.figure.value);
  CHECK(ratio.postings.empty());
  REQUIRE(ratio.numerator);
  REQUIRE(ratio.denominator);
  CHECK(ratio.numerator->figure.reference.to_string(YearStart{}) ==
        "2022-23:m-count:claimed:programme=prog-1@16");
  CHECK(ratio.numerator->figure.quantity->to_string() == "40");
  CHECK(ratio.denominator->figure.quantity->to_string() == "30");
  CHECK(ratio.denominator->postings.size() == 1);
  CHECK_FALSE(ratio.denominator->numerator);
  const Trace none = traced(*ledger, "2022-23:m-ratio:claimed:programme=prog-2");
  CHECK_FALSE(none.figure.quantity);
  CHECK_FALSE(traced(*ledger, "2022-23:m-ratio:claimed@15").figure.quantity);
}

TEST_CASE("A history tells an entry's versions, what refers to it, and how it stands") {
  TestLedger ledger;
  tell(ledger);
  const auto of = [&](std::string_view id) {
    auto history = tally::history(*ledger, *ledger->sequence_of(id));
    REQUIRE(history.ok());
    return std::move(history).value();
  };
  const EntryHistory claimed = of("l-1");
  CHECK(claimed.sequence == Sequence{16});
  CHECK(claimed.state == EntryState::kWithdrawn);
  CHECK(claimed.entry.note == "counted again");  // what it said last
  CHECK(claimed.referred_to_by == Lines{"v-1", "v-2"});
  REQUIRE(claimed.versions.size() == 3);
  CHECK(claimed.versions[0].reason.empty());
  CHECK(claimed.versions[0].actor == "staff-1");
  REQUIRE(claimed.versions[0].entry);
  CHECK(claimed.versions[0].entry->note == "from payroll");
  CHECK(claimed.versions[1].sequence == Sequence{18});
  CHECK(claimed.versions[1].reason == "Five left");
  CHECK(claimed.versions[1].actor == "staff-3");
  REQUIRE(claimed.versions[1].entry);
  CHECK(claimed.versions[1].entry->note == "counted again");
  CHECK(claimed.versions[2].reason == "Double");
  CHECK_FALSE(claimed.versions[2].entry);
  CHECK(claimed.postings.size() == 7);  // 16; three of 18; two of 22: the claim, what was rejected

  CHECK(of("v-1").state == EntryState::kVoid);
  CHECK(of("v-2").state == EntryState::kVoid);
  const EntryHistory verified = of("v-2");
  REQUIRE(verified.versions.size() == 2);
  CHECK(verified.versions[1].reason == "No proof");
  CHECK(of("org-1").state == EntryState::kInForce);
  CHECK(of("org-1").referred_to_by == Lines{"con-1", "con-2"});
  CHECK(of("com-1").referred_to_by == Lines{"claim-1"});
  CHECK(of("m-count").referred_to_by == Lines{"m-ratio", "com-1"});
  CHECK(of("m-proxy").referred_to_by == Lines{"l-1"});
  CHECK(of("x-1").state == EntryState::kInForce);
  const auto opened = tally::history(*ledger, Sequence{0});
  REQUIRE(opened.ok());
  CHECK(opened->entry.type() == EntryType::kLedgerOpened);
  CHECK(code_of(tally::history(*ledger, Sequence{23})) == "unknown-reference");
}

}  // namespace tally::testing
