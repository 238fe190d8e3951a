// What an audit finds around days and years, which only a clock of the test's own can reach.

#include "tally/audit_report.h"

#include <algorithm>

#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"

namespace tally::testing {
namespace {

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

// Moves the clock to a moment that is not before it.
void move_clock_to(TestLedger& ledger, std::string_view time) {
  const auto moment = Timestamp::parse(time);
  REQUIRE(moment.ok());
  REQUIRE(*moment >= ledger.world().now());
  ledger.world().move_clock(moment->micros - ledger.world().now().micros);
}

AuditReport report_of(TestLedger& ledger, const AuditOptions& options = {}) {
  auto report = audit_report(*ledger, options);
  REQUIRE(report.ok());
  return std::move(report).value();
}

// The first entry of each finding of a control.
std::vector<std::string> found(const AuditReport& report, Control control) {
  std::vector<std::string> entries;
  for (const Finding& finding : report.findings) {
    if (finding.control == control) entries.push_back(finding.entries.front());
  }
  return entries;
}

// A claim of delivery in the year that ends on 31 March 2024.
Line claim_of_2023(std::string_view id) {
  return claim(id).set("from", "2023-04-01").set("to", "2024-03-31");
}

}  // namespace

TEST_CASE("A claim is late from the day after the days that a year's end allows") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(claim_of_2023("in-the-year").json());
  move_clock_to(ledger, "2024-04-30T23:59:59.999999Z");
  ledger.append(claim_of_2023("after-30-days").json());
  move_clock_to(ledger, "2024-05-01T00:00:00Z");
  ledger.append(claim_of_2023("after-31-days").json());
  AuditOptions options;
  options.years = {Year{2023}};
  CHECK(found(report_of(ledger, options), Control::kCutOff) ==
        std::vector<std::string>{"after-31-days"});
  options.cut_off_days = 0;
  CHECK(found(report_of(ledger, options), Control::kCutOff) ==
        std::vector<std::string>{"after-30-days", "after-31-days"});
  options.cut_off_days = UINT64_MAX;
  CHECK(found(report_of(ledger, options), Control::kCutOff).empty());
}

TEST_CASE("A claim that was corrected late was recorded in time all the same") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(claim_of_2023("claim-2").json());
  ledger.world().move_clock(400 * kMicrosPerDay);
  ledger.append(correction("x-1", "claim-2").replacement(claim_of_2023("")).json());
  AuditOptions options;
  options.years = {Year{2023}};
  const AuditReport report = report_of(ledger, options);
  CHECK(found(report, Control::kCutOff).empty());
  CHECK(found(report, Control::kCorrectionsByActor) == std::vector<std::string>{"x-1"});
}

TEST_CASE("A commitment waits for claims until its year is over") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(commitment("com-2").set("year", "2023-24").json());
  move_clock_to(ledger, "2024-03-31T23:59:59Z");
  ledger.append(programme("prog-on-the-last-day").json());
  CHECK(found(report_of(ledger), Control::kCommitmentWithoutClaims).empty());
  move_clock_to(ledger, "2024-04-01T00:00:00Z");
  ledger.append(programme("prog-on-the-day-after").json());
  CHECK(found(report_of(ledger), Control::kCommitmentWithoutClaims) ==
        std::vector<std::string>{"com-2"});
}

TEST_CASE("Claims of what was promised, and no more, are within their commitment") {
  TestLedger ledger;
  ledger.append(base_lines());  // com-1 promises 100, and claim-1 claims 40 of them
  ledger.append(claim("claim-2").against("com-1").set("quantity", "60").json());
  CHECK(found(report_of(ledger), Control::kAboveCommitment).empty());
  ledger.append(claim("claim-3").against("com-1").set("quantity", "0.000001").json());
  const AuditReport report = report_of(ledger);
  REQUIRE(found(report, Control::kAboveCommitment) == std::vector<std::string>{"com-1"});
  CHECK(report.counts[static_cast<std::size_t>(Control::kAboveCommitment)] == 1);
  ledger.append(correction("x-1", "claim-3").json());
  CHECK(found(report_of(ledger), Control::kAboveCommitment).empty());
}

TEST_CASE("A claim of a year that nothing was promised for is above its commitment") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(claim_of_2023("claim-2").against("com-1").set("quantity", "0.5").json());
  AuditOptions options;
  options.years = {Year{2023}};
  const AuditReport report = report_of(ledger, options);
  CHECK(found(report, Control::kAboveCommitment) == std::vector<std::string>{"com-1"});
}

TEST_CASE("Whoever recorded only an organisation's commitments may verify its claims") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(commitment("com-2").actor("office").json());
  ledger.append(verification("v-1", "claim-1").actor("office").json());
  CHECK(found(report_of(ledger), Control::kVerifiedByClaimant).empty());
  // A claim of the same organisation by the same actor, even one withdrawn, makes it one of theirs.
  ledger.append(claim("claim-2").against("com-1").actor("office").json());
  ledger.append(correction("x-1", "claim-2").json());
  CHECK(found(report_of(ledger), Control::kVerifiedByClaimant) == std::vector<std::string>{"v-1"});
}

TEST_CASE("A report is the same in a ledger that is open for writing and beside it") {
  TestLedger ledger;
  ledger.append(base_lines());
  auto beside = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(beside.ok());
  const auto seen = audit_report(**beside);
  REQUIRE(seen.ok());
  const AuditReport report = report_of(ledger);
  REQUIRE(seen->findings.size() == report.findings.size());
  REQUIRE(!report.findings.empty());
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    CHECK(seen->findings[i].message == report.findings[i].message);
  }
  CHECK(seen->root == report.root);
}

}  // namespace tally::testing
