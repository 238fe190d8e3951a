// The service's own check says of a sound ledger that it is, names what is wrong with another, and
// gives way to an erasure.

#include "service/self_check.h"

#include <chrono>
#include <thread>

#include "ledger/core.h"
#include "projection/balances.h"
#include "support/catch.h"
#include "support/lines.h"
#include "support/stored_state.h"
#include "support/test_ledger.h"
#include "tally/totals.h"

namespace tally::testing {
namespace {

service::SelfCheck::Outcome outcome_of(const service::SelfCheck& check) {
  for (;;) {
    if (auto last = check.last()) return *last;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

service::SelfCheck::Outcome checked(const Ledger& ledger) {
  service::ReadingGate gate;
  service::SelfCheck check(gate);
  CHECK(check.json() == R"({"every_hours":null,"running":null,"last":null})");
  check.begin(ledger, std::chrono::hours(24));
  const auto outcome = outcome_of(check);
  CHECK(check.running() == std::pair<std::uint64_t, std::uint64_t>(0, 0));
  CHECK(check.json().starts_with(R"({"every_hours":24,"running":null,"last":{"ok":)"));
  return outcome;
}

}  // namespace

TEST_CASE("A service checks its ledger at once, and says that it is sound") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(many_claims("many", 300));
  const auto outcome = checked(*ledger);
  CHECK(outcome.report.ok());
  CHECK(outcome.report.events == ledger->head()->value + 1);
  CHECK(outcome.report.root == status(*ledger)->root);
}

TEST_CASE("A service that checks a ledger with a wrong balance says which totals it touches") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(many_claims("many", 3));
  StoredState state(ledger->core().store());
  Keys& accounts = state.of(store::Family::kAccounts);
  const auto account = std::find_if(accounts.begin(), accounts.end(), [](const auto& one) {
    const auto key = projection::decode_key(one.first);
    return key.ok() && key->account.stage == Stage::kClaimed;
  });
  REQUIRE(account != accounts.end());
  put_behind(ledger->core().store(), store::Family::kAccounts, account->first,
             with_other_balance(account->second, 1));

  const auto outcome = checked(*ledger);
  CHECK_FALSE(outcome.report.ok());
  REQUIRE(outcome.report.fault.has_value());
  CHECK(outcome.report.fault->where == "accounts");
  CHECK_FALSE(outcome.report.fault->totals.empty());
}

TEST_CASE("A check that is asked to stop says so, and finds nothing") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(many_claims("many", 17'000));
  std::uint64_t asked = 0;
  VerifyOptions options;
  options.stop = [&] {
    ++asked;
    return true;
  };
  const auto report = verify(*ledger, options);
  REQUIRE(report.ok());
  CHECK(asked == 1);
  CHECK(report->stopped);
  CHECK_FALSE(report->ok());
  CHECK_FALSE(report->fault.has_value());
}

TEST_CASE("A check that is ended while it waits, or before it has begun, ends at once") {
  TestLedger ledger;
  ledger.append(base_lines());
  service::ReadingGate gate;
  { const service::SelfCheck never(gate); }
  service::SelfCheck check(gate);
  check.begin(*ledger, std::chrono::hours(24));
  CHECK(outcome_of(check).report.ok());
}

TEST_CASE("A check gives way to an erasure that waits for it") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(many_claims("many", 40'000));
  service::ReadingGate gate;
  service::SelfCheck check(gate);
  check.begin(*ledger, std::chrono::hours(24));
  while (check.running().second == 0 && !check.last()) std::this_thread::yield();
  CHECK(gate.close(std::chrono::seconds(60)));
  gate.open();
}

}  // namespace tally::testing
