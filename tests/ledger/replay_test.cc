// Everything derived from the events can be dropped and comes back the same, while the ledger is
// read and written, and whatever happens in between.

#include "tally/replay.h"

#include <atomic>
#include <thread>

#include "ledger/core.h"
#include "projection/balances.h"
#include "store/keys.h"
#include "support/catch.h"
#include "support/lines.h"
#include "support/stored_state.h"
#include "support/test_ledger.h"
#include "support/vouching.h"
#include "tally/publication.h"
#include "tally/totals.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

using store::Family;

void fill(TestLedger& ledger) {
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{
      claim("l-1").set("quantity", "7").set("note", "first"), verification("v-1", "l-1"),
      claim("l-2").set("measure", "m-proxy").set("contract", "con-1"), verification("v-2", "l-2"),
      publication("pub-1")});
  ledger.append(std::vector<std::string>{
      correction("x-1", "l-1").replacement(claim("").set("quantity", "9")),
      correction("x-2", "m-proxy").replacement(proxy_measure("").set("proxy", "600")),
      erasure("er-1", 16)});
}

Hash digest_by_verify(const Ledger& ledger) {
  const auto report = verify(ledger);
  REQUIRE(report.ok());
  INFO((report->fault ? report->fault->message : std::string()));
  REQUIRE(report->ok());
  return report->digest;
}

ReplayReport must_replay(const Ledger& ledger, const ReplayOptions& options = {}) {
  auto report = replay(ledger, options);
  INFO((report.ok() ? std::string() : report.error().message));
  REQUIRE(report.ok());
  return std::move(*report);
}

// The stored key and value of an account of the finest level of claimed m-count with no contract.
std::pair<std::string, std::string> some_account(TestLedger& ledger) {
  StoredState state(ledger->core().store());
  for (const auto& [key, value] : state.of(Family::kAccounts)) {
    if (!key.starts_with('a')) continue;
    const auto decoded = projection::decode_key(key);
    REQUIRE(decoded.ok());
    const bool wanted = decoded->level == projection::Level::kAccount &&
                        decoded->account.stage == Stage::kClaimed &&
                        decoded->account.dimensions.contract.value == 0;
    if (wanted) return {key, value};
  }
  FAIL("no account");
  return {};
}

// Changes that account's balance behind the ledger's back, by 1; answers its key.
void damage_balance(TestLedger& ledger) {
  const auto [key, value] = some_account(ledger);
  put_behind(ledger->core().store(), Family::kAccounts, key, with_other_balance(value, 1'000'000));
}

}  // namespace

TEST_CASE("A replay brings back the same state, whatever submissions and threads it came from") {
  TestLedger ledger;
  fill(ledger);
  ledger.append(many_claims("many", 300));
  const std::string before = portrait(*ledger);
  const Hash digest = digest_by_verify(*ledger);
  for (const unsigned threads : {1U, 2U, 4U}) {
    ReplayOptions options;
    options.threads = threads;
    const ReplayReport report = must_replay(*ledger, options);
    CHECK_FALSE(report.stopped);
    CHECK_FALSE(report.why);
    CHECK(report.events == ledger->head()->value + 1);
    CHECK(report.differences.empty());
    CHECK(report.digest == digest);
    CHECK(portrait(*ledger) == before);
    CHECK(digest_by_verify(*ledger) == digest);
  }
  ledger.append(many_claims("more", 3));
  ledger.reopen();
  CHECK(digest_by_verify(*ledger) == must_replay(*ledger).digest);
}

TEST_CASE("A replay tells each balance that comes out different, and the events behind it") {
  TestLedger ledger;
  fill(ledger);
  const Hash digest = digest_by_verify(*ledger);

  SECTION("only the balance was wrong") {
    damage_balance(ledger);
    REQUIRE(verdict(*ledger) == "accounts");
    const ReplayReport report = must_replay(*ledger);
    REQUIRE(report.differences.size() == 1);
    const BalanceDifference& one = report.differences[0];
    CHECK(one.measure == "m-count");
    CHECK(one.stage == Stage::kClaimed);
    CHECK(one.programme.has_value());
    CHECK(one.organisation.has_value());
    CHECK(one.contract == std::string());
    CHECK(one.was == *one.is.plus(*Quantity::from_millionths(1'000'000)));
    CHECK(one.events.empty());
    CHECK(report.digest == digest);
  }
  SECTION("its postings were wrong too") {
    const auto [key, value] = some_account(ledger);
    const auto account = projection::AccountState::decode(value);
    StoredState state(ledger->core().store());
    Keys& postings = state.of(Family::kPostings);
    const auto chunk = postings.lower_bound(store::chunk_key(account->number, Sequence{0}));
    REQUIRE(chunk != postings.end());
    const Sequence event = store::sequence_at(chunk->first, 4);
    const projection::ChainPosting lie{event, account->number,
                                       *Quantity::from_millionths(5'000'000)};
    put_behind(ledger->core().store(), Family::kPostings, chunk->first,
               projection::encode_chunk(Quantity(), &lie, 1, false));
    damage_balance(ledger);
    const ReplayReport report = must_replay(*ledger);
    REQUIRE(report.differences.size() == 1);
    CHECK(report.differences[0].events_count >= 1);
    CHECK(report.differences[0].events.front() == event);
  }
  SECTION("a rolled-up balance was wrong") {
    StoredState state(ledger->core().store());
    for (const auto& [key, value] : state.of(Family::kAccounts)) {
      const auto decoded = projection::decode_key(key);
      if (!key.starts_with('a') || decoded->level != projection::Level::kMeasure) continue;
      auto account = projection::AccountState::decode(value);
      account->balance = Quantity();
      put_behind(ledger->core().store(), Family::kAccounts, key, account->encode());
      break;
    }
    const ReplayReport report = must_replay(*ledger);
    REQUIRE(report.differences.size() == 1);
    CHECK_FALSE(report.differences[0].programme);
    CHECK_FALSE(report.differences[0].organisation);
    CHECK_FALSE(report.differences[0].contract);
    CHECK(report.differences[0].was == Quantity());
  }
  CHECK(digest_by_verify(*ledger) == digest);
}

TEST_CASE(
    "A replay that is stopped leaves the ledger as it was, and goes on when it is run again") {
  TestLedger ledger;
  fill(ledger);
  ledger.append(many_claims("many", 40'000));
  const std::string before = portrait(*ledger);
  ReplayOptions options;
  std::uint64_t asked = 0;
  options.stop = [&] { return ++asked >= 2; };
  const ReplayReport stopped = must_replay(*ledger, options);
  CHECK(stopped.stopped);
  CHECK(status(*ledger)->replay_unfinished);
  CHECK(stopped.events >= 16'000);
  CHECK(stopped.events < 40'000);
  CHECK(portrait(*ledger) == before);
  CHECK(verdict(*ledger) == "sound");
  ledger.reopen();
  ledger.append(claim("meanwhile").json());
  std::uint64_t first_told = 0;
  ReplayOptions again;
  again.progress = [&](std::uint64_t done, std::uint64_t) {
    if (first_told == 0) first_told = done;
  };
  const ReplayReport report = must_replay(*ledger, again);
  CHECK_FALSE(report.stopped);
  CHECK(report.events == ledger->head()->value + 1);
  CHECK(first_told > stopped.events);
  CHECK_FALSE(status(*ledger)->replay_unfinished);
  CHECK(report.digest == digest_by_verify(*ledger));
}

TEST_CASE("Appends and reads go on while a replay runs, and none of them is lost") {
  TestLedger ledger;
  fill(ledger);
  ledger.append(many_claims("many", 20'000));
  std::atomic<bool> over{false};
  std::atomic<std::uint64_t> appended{0};
  std::atomic<std::uint64_t> read{0};
  // Assertions are for one thread: what the others were refused is looked at once they have ended.
  std::string append_refused;
  std::string read_refused;
  std::thread writer([&] {
    while (!over && append_refused.empty()) {
      const auto receipt = ledger->append(claim("live-" + std::to_string(appended)).json());
      if (!receipt.ok()) append_refused = receipt.error().message;
      if (receipt.ok()) ++appended;
    }
  });
  std::thread reader([&] {
    while (!over && read_refused.empty()) {
      const auto answer = totals(*ledger, {});
      if (!answer.ok()) read_refused = answer.error().message;
      if (answer.ok()) ++read;
    }
  });
  for (int round = 0; round < 3; ++round) {
    const std::uint64_t appended_before = appended;
    const ReplayReport report = must_replay(*ledger);
    CHECK(report.differences.empty());
    CHECK(appended > appended_before);
  }
  over = true;
  writer.join();
  reader.join();
  CHECK(append_refused == "");
  CHECK(read_refused == "");
  CHECK(read > 0);
  for (std::uint64_t i = 0; i < appended; ++i) {
    CHECK(ledger->sequence_of("live-" + std::to_string(i)).ok());
  }
  CHECK(must_replay(*ledger).digest == digest_by_verify(*ledger));
}

TEST_CASE("What was being read when a replay ended goes on showing what it showed") {
  TestLedger ledger;
  fill(ledger);
  auto before = ledger->core().reader();
  REQUIRE(before.ok());
  must_replay(*ledger);
  ledger.append(claim("later").json());
  std::uint64_t records = 0;
  const auto counted =
      before->for_each_record([&](Sequence, const domain::Record&) -> Result<void> {
        ++records;
        return {};
      });
  CHECK(counted.ok());
  CHECK(records > 10);
  CHECK(before->sequence_of("l-1")->has_value());
  CHECK_FALSE(before->sequence_of("later")->has_value());
}

TEST_CASE("A reader beside the writer sees what a replay put in force once it refreshes") {
  TestLedger ledger;
  fill(ledger);
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  damage_balance(ledger);
  for (int round = 0; round < 3; ++round) {
    must_replay(*ledger);
    ledger.append(claim("round-" + std::to_string(round)).json());
    REQUIRE((*reader)->refresh().ok());
    CHECK(portrait(**reader) == portrait(*ledger));
    CHECK(verdict(**reader) == "sound");
    const auto opened = Ledger::open(ledger.path(), Ledger::Access::kRead);
    REQUIRE(opened.ok());
    CHECK(portrait(**opened) == portrait(*ledger));
  }
}

TEST_CASE("The space of what a replay replaces is given back") {
  TestLedger ledger;
  fill(ledger);
  ledger.append(many_claims("many", 30'000));
  must_replay(*ledger);
  ledger.reopen();
  const std::uint64_t once = status(*ledger)->bytes;
  for (int round = 0; round < 4; ++round) must_replay(*ledger);
  ledger.reopen();
  CHECK(status(*ledger)->bytes < once * 3 / 2);
}

TEST_CASE("A ledger whose derived state is missing or older says so, and a replay builds it anew") {
  TestLedger ledger;
  fill(ledger);
  const std::string before = portrait(*ledger);
  const Hash digest = digest_by_verify(*ledger);
  StoredState state(ledger->core().store());
  ledger.close();
  struct Row {
    const char* what;
    const char* told;
    void (*damage)(StoredState&);
  };
  const Row rows[] = {
      {"older records", "are of version",
       [](StoredState& one) {
         std::string& head = one.of(Family::kState)["head"];
         head[0] = static_cast<char>(head[0] - 1);
       }},
      {"older totals", "yearly_totals",
       [](StoredState& one) {
         std::string& head = one.of(Family::kState)["head"];
         head[1] = static_cast<char>(head[1] - 1);
       }},
      {"nothing derived", "missing",
       [](StoredState& one) {
         for (std::size_t i = 0; i < store::kFamilies; ++i) {
           const auto family = static_cast<Family>(i);
           if (store::is_derived(family)) one.of(family).clear();
         }
       }},
      {"an unreadable head", "unreadable",
       [](StoredState& one) { one.of(Family::kState)["head"].resize(5); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    for (const bool on_open : {false, true}) {
      StoredState changed = state;
      row.damage(changed);
      changed.replace(ledger.path() / "db");
      for (const auto access : {Ledger::Access::kRead, Ledger::Access::kWrite}) {
        const auto refused = Ledger::open(ledger.path(), access);
        REQUIRE(code_of(refused) == "damaged");
        CHECK(refused.error().message.find(row.told) != std::string::npos);
      }
      if (on_open) {
        CHECK(Ledger::open_rebuilding(ledger.path(), {}).ok());
      } else {
        const auto report = replay(ledger.path());
        INFO((report.ok() ? std::string() : report.error().message));
        REQUIRE(report.ok());
        CHECK(report->why.has_value());
        CHECK(report->digest == digest);
      }
      ledger.open();
      CHECK(portrait(*ledger) == before);
      CHECK(digest_by_verify(*ledger) == digest);
      ledger.close();
    }
  }
}

TEST_CASE("A replay does not put in force what a changed log gives") {
  TestLedger ledger;
  fill(ledger);
  REQUIRE(must_issue(*ledger).size() > 10);
  const std::string before = portrait(*ledger);
  // The quantity of a claim, somewhere in its bytes: whatever bit it is, the leaf is another.
  StoredState state(ledger->core().store());
  Keys& log = state.of(Family::kLog);
  std::string block = log.rbegin()->second;
  std::uint64_t refused = 0;
  for (std::size_t at = 8; at < block.size(); at += 7) {
    std::string changed = block;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    put_behind(ledger->core().store(), Family::kLog, log.rbegin()->first, changed);
    const auto report = replay(*ledger);
    REQUIRE_FALSE(report.ok());
    CHECK(report.error().code == ErrorCode::kDamaged);
    ++refused;
    put_behind(ledger->core().store(), Family::kLog, log.rbegin()->first, block);
    CHECK(portrait(*ledger) == before);
  }
  CHECK(refused > 20);
  // What was built of the changed log is not gone on with.
  CHECK(must_replay(*ledger).digest == digest_by_verify(*ledger));
}

TEST_CASE("A ledger that is open for reading is not replayed") {
  TestLedger ledger;
  ledger.close();
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  CHECK(code_of(replay(**reader)) == "usage");
}

}  // namespace tally::testing
