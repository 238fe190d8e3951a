#include "demo_ledger.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/try.h"
#include "demo_year.h"
#include "service/tokens.h"
#include "tally/ledger.h"

namespace tally::tool {
namespace {

// What happened to the real year after it was published, as far as the demonstration goes.
constexpr std::string_view kAcademyCorrected =
    R"({"type":"correction","id":"correct-headbolt-academy","actor":"programme-office",)"
    R"("corrects":"claim-headbolt-academy","reason":"Made up: two of the eight left within a month",)"
    R"("replacement":{"organisation":"org-headbolt-contractors","programme":"prog-headbolt-lane",)"
    R"("measure":"jobs","quantity":"6","from":"2022-04-01","to":"2023-03-31","evidence":[]}})"
    "\n";
constexpr std::string_view kAcademyVerified =
    R"({"type":"verification","id":"verify-headbolt-academy-again","actor":"social-value-team",)"
    R"("claim":"claim-headbolt-academy","outcome":"accepted","method":"payroll-sample"})"
    "\n";
constexpr std::string_view kTrainingCorrected =
    R"({"type":"correction","id":"withdraw-training-ca","actor":"programme-office",)"
    R"("corrects":"claim-training-ca","reason":"Made up: the thousand stand in the 21,000 as well"})"
    "\n"
    R"({"type":"correction","id":"proxy-2023","actor":"programme-office","corrects":"equality-training",)"
    R"("reason":"Made up: the impact per trainee was estimated again","replacement":{)"
    R"("title":"People given race equality training","unit":"person","basis":"proxy",)"
    R"("framework":"LCRCA Social Value Framework","edition":"2022","proxy":"385.5",)"
    R"("proxy_source":"Made up for the demonstration"}})"
    "\n";
constexpr std::string_view kPublishedAgain =
    R"({"type":"publication","id":"annual-report-2022-23-restated","actor":"programme-office",)"
    R"("year":"2022-23","title":"Social Value Annual Report, restated: made up",)"
    R"("supersedes":"annual-report-2022-23","statements":[)"
    R"({"label":"105 full-time jobs","figure":"2022-23:jobs:verified","stated":"105"},)"
    R"({"label":"6 apprenticeships","figure":"2022-23:apprenticeships:verified","stated":"6"},)"
    R"({"label":"Training worth 8.1 million pounds","figure":"2022-23:equality-training:verified",)"
    R"("stated":"8100000","qualifier":"about","of":"value"}]})"
    "\n";
// After 2023-24 was published: what was doubted holds, what was counted did not come, and three
// jobs were told late.
constexpr std::string_view kCorrectedLate =
    R"({"type":"correction","id":"correct-fibre-jobs-q3","actor":"social-value-team",)"
    R"("corrects":"verify-2324-02-q3","reason":"The missing contract of employment was found",)"
    R"("replacement":{"claim":"claim-2324-02-q3","outcome":"accepted","method":"payroll-sample"}})"
    "\n"
    R"({"type":"correction","id":"withdraw-devices-q2","actor":"programme-office",)"
    R"("corrects":"claim-2324-11-q2","reason":"The devices were never collected"})"
    "\n"
    R"({"type":"claim","id":"claim-2324-01-late","actor":"programme-office","commitment":"commitment-01",)"
    R"("quantity":"3","from":"2024-03-01","to":"2024-03-31","evidence":[]})"
    "\n"
    R"({"type":"correction","id":"correct-commitment-01","actor":"programme-office",)"
    R"("corrects":"commitment-01","reason":"Agreed with the supplier at the half-year review",)"
    R"("replacement":{"organisation":"org-kindred","programme":"prog-kindred","measure":"jobs",)"
    R"("schedule":[{"year":"2023-24","quantity":"85"},{"year":"2024-25","quantity":"105"}]}})"
    "\n";
constexpr std::string_view kVerifiedLate =
    R"({"type":"verification","id":"verify-2324-01-late","actor":"social-value-team",)"
    R"("claim":"claim-2324-01-late","outcome":"accepted","method":"desk-review"})"
    "\n";

// A ledger whose clock is set by hand: what is recorded together has one time.
class Past {
 public:
  Result<void> open(const std::filesystem::path& folder) {
    LedgerOptions options;
    options.name = "Liverpool City Region, a demonstration";
    Environment environment;
    environment.now = [this] { return now_; };
    TALLY_TRY(set_clock("2023-06-09T10:00:00Z"));
    TALLY_ASSIGN(ledger_, Ledger::init(folder, options, std::move(environment)));
    return {};
  }

  Result<void> record(std::string_view time, std::string_view lines) {
    TALLY_TRY(set_clock(time));
    TALLY_TRY(ledger_->append(lines));
    return {};
  }

  // Takes the notes of an entry away.
  Result<void> erase(std::string_view time, std::string_view id) {
    TALLY_ASSIGN(const Sequence sequence, ledger_->sequence_of(id));
    return record(time,
                  fmt::format(R"({{"type":"erasure","id":"erase-{}","actor":"programme-office",)"
                              R"("erases":{},"reason":"A name stood in the note"}})",
                              id, sequence.value));
  }

 private:
  Result<void> set_clock(std::string_view time) {
    TALLY_ASSIGN(now_, Timestamp::parse(time));
    return {};
  }

  Timestamp now_;
  std::unique_ptr<Ledger> ledger_;
};

Result<void> record_all(Past& past) {
  TALLY_TRY(past.record("2023-06-09T14:12:00Z", sample_entries()));
  TALLY_TRY(past.record("2023-06-12T09:30:00Z", sample_report()));
  TALLY_TRY(past.record("2023-06-30T11:05:00Z", demo_promises()));
  TALLY_TRY(past.record("2023-07-14T15:40:00Z", demo_claims(1)));
  TALLY_TRY(past.record("2023-08-04T10:20:00Z", demo_verifications(1)));
  TALLY_TRY(past.record("2023-10-13T16:02:00Z", demo_claims(2)));
  TALLY_TRY(past.record("2023-11-02T09:15:00Z", kAcademyCorrected));
  TALLY_TRY(past.record("2023-11-03T13:30:00Z", demo_verifications(2)));
  TALLY_TRY(past.record("2023-11-20T10:00:00Z", kAcademyVerified));
  TALLY_TRY(past.record("2023-12-05T14:45:00Z", kTrainingCorrected));
  TALLY_TRY(past.record("2024-01-15T09:00:00Z", kPublishedAgain));
  TALLY_TRY(past.record("2024-01-19T15:10:00Z", demo_claims(3)));
  TALLY_TRY(past.record("2024-02-09T11:25:00Z", demo_verifications(3)));
  TALLY_TRY(past.record("2024-04-12T16:30:00Z", demo_claims(4)));
  TALLY_TRY(past.record("2024-05-03T10:50:00Z", demo_verifications(4)));
  TALLY_TRY(past.record("2024-06-14T09:30:00Z", demo_publication()));
  TALLY_TRY(past.erase("2024-06-20T12:00:00Z", "claim-2324-06-q4"));
  TALLY_TRY(past.record("2024-07-09T14:05:00Z", kCorrectedLate));
  TALLY_TRY(past.record("2024-07-12T15:20:00Z", demo_claims(5)));
  return past.record("2024-07-16T10:10:00Z", kVerifiedLate);
}

}  // namespace

Result<void> DemoLedger::make() {
  TALLY_ASSIGN(parent_, base::ScratchFolder::make("tallystick-demo",
                                                  "the demo ledger needs a temporary folder"));
  folder_ = parent_.path() / "ledger";
  Past past;
  TALLY_TRY(past.open(folder_));
  TALLY_TRY(record_all(past));
  return make_tokens();
}

Result<void> DemoLedger::make_tokens() {
  const service::TokenFile file(folder_);
  logins_ = {
      {"read", "auditor", {}}, {"verify", "verifier", {}}, {"admin", "programme-office", {}}};
  for (Login& login : logins_) {
    service::Token token;
    token.actor = login.actor;
    TALLY_ASSIGN(token.roles, service::Roles::parse(login.role));
    TALLY_ASSIGN(login.token, file.add(token));
  }
  return {};
}

}  // namespace tally::tool
