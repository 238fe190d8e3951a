// The doctor names what is wrong, the figures that it touches and the ways out, for whatever is
// done to a ledger's folder, and changes nothing.

#include "tally/doctor.h"

#include <functional>

#include "ledger/core.h"
#include "projection/balances.h"
#include "support/catch.h"
#include "support/files.h"
#include "support/lines.h"
#include "support/stored_state.h"
#include "support/temp_folder.h"
#include "support/test_ledger.h"
#include "support/vouching.h"

namespace tally::testing {
namespace {

namespace fs = std::filesystem;
using store::Family;

Diagnosis must_diagnose(const fs::path& folder) {
  auto diagnosis = diagnose(folder);
  INFO((diagnosis.ok() ? std::string() : diagnosis.error().message));
  REQUIRE(diagnosis.ok());
  return std::move(*diagnosis);
}

// The store's one sorted file or log of a kind.
fs::path file_of(const fs::path& folder, std::string_view kind) {
  for (const auto& entry : fs::directory_iterator(folder / "db")) {
    if (entry.path().filename().string().find(kind) != std::string::npos) return entry.path();
  }
  FAIL("no such file: " + std::string(kind));
  return {};
}

// Takes the store apart, changes it, and puts it back.
void change_store(TestLedger& ledger, const std::function<void(StoredState&)>& change) {
  ledger.open();
  StoredState state(ledger->core().store());
  ledger.close();
  change(state);
  state.replace(ledger.path() / "db");
}

void fill(TestLedger& ledger) {
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{claim("l-1"), verification("v-1", "l-1")});
}

struct Harm {
  std::string what;
  std::function<void(TestLedger&)> done;
  std::string where;   // that is found
  bool log_is_whole;   // as the doctor sees it
  std::string action;  // the first way out begins with this
};

}  // namespace

TEST_CASE("A sound ledger is well") {
  TestLedger ledger;
  fill(ledger);
  const Diagnosis open = must_diagnose(ledger.path());
  CHECK(open.findings.empty());
  CHECK(open.log_is_whole);
  CHECK(open.events == ledger->head()->value + 1);
  ledger.close();
  CHECK(must_diagnose(ledger.path()).findings.empty());
}

TEST_CASE("Each harm is named with its way out, and nothing is changed by looking") {
  const std::vector<Harm> harms = {
      {"the format file says something else",
       [](TestLedger& ledger) { write_file(ledger.path() / "format", "a ledger"); }, "format",
       false, "tally restore"},
      {"the key is gone", [](TestLedger& ledger) { fs::remove(ledger.path() / "signing-key.pem"); },
       "key", false, "put a copy"},
      {"the kept checkpoint is gone",
       [](TestLedger& ledger) { fs::remove(ledger.path() / "checkpoint"); }, "checkpoint", false,
       "tally verify"},
      {"derived state is gone",
       [](TestLedger& ledger) {
         change_store(ledger, [](StoredState& state) { state.of(Family::kState).clear(); });
       },
       "head", true, "tally replay"},
      {"a balance is wrong",
       [](TestLedger& ledger) {
         change_store(ledger, [](StoredState& state) {
           for (auto& [key, value] : state.of(Family::kAccounts)) {
             if (!key.starts_with('a')) continue;
             value = with_other_balance(value, 1);
             return;
           }
         });
       },
       "accounts", true, "tally replay"},
      {"an event is gone",
       [](TestLedger& ledger) {
         change_store(ledger, [](StoredState& state) {
           state.of(Family::kLog).erase(std::prev(state.of(Family::kLog).end()));
         });
       },
       "log", false, "tally restore"},
      {"a byte of an event is another",
       [](TestLedger& ledger) {
         change_store(ledger, [](StoredState& state) {
           std::string& block = std::prev(state.of(Family::kLog).end())->second;
           block[block.size() / 2] = static_cast<char>(block[block.size() / 2] ^ 4);
         });
       },
       "log", false, "tally restore"},
      {"the list of the store's files is gone",
       [](TestLedger& ledger) { fs::remove(ledger.path() / "db" / "CURRENT"); }, "store", false,
       "tally restore"},
      {"the store's manifest is cut",
       [](TestLedger& ledger) { write_file(file_of(ledger.path(), "MANIFEST"), ""); }, "store",
       false, "tally restore"},
  };
  for (const Harm& harm : harms) {
    CAPTURE(harm.what);
    TestLedger ledger;
    fill(ledger);
    ledger.close();
    harm.done(ledger);
    TempFolder before;
    copy_folder(ledger.path(), before / "copy");
    const Diagnosis found = must_diagnose(ledger.path());
    REQUIRE_FALSE(found.findings.empty());
    const Damage& first = found.findings.front();
    CAPTURE(first.message);
    CHECK(first.where == harm.where);
    CHECK(found.log_is_whole == harm.log_is_whole);
    REQUIRE_FALSE(first.ways_out.empty());
    CHECK(first.ways_out.front().action.starts_with(harm.action));
    for (const auto& entry : fs::recursive_directory_iterator(before / "copy")) {
      if (!entry.is_regular_file()) continue;
      const fs::path name = fs::relative(entry.path(), before / "copy");
      CAPTURE(name);
      CHECK(read_file(ledger.path() / name) == read_file(entry.path()));
    }
  }
}

TEST_CASE("The figures that a wrong balance touches are told") {
  TestLedger ledger;
  fill(ledger);
  ledger.close();
  change_store(ledger, [](StoredState& state) {
    for (auto& [key, value] : state.of(Family::kAccounts)) {
      if (!key.starts_with('a')) continue;
      const auto decoded = projection::decode_key(key);
      if (decoded->account.stage != Stage::kVerified) continue;
      value = with_other_balance(value, 1);
      return;
    }
  });
  const Diagnosis found = must_diagnose(ledger.path());
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings[0].totals == std::vector<std::string>{"2022-23:m-count:verified"});
  CHECK_FALSE(found.findings[0].totals_unknown);
}

TEST_CASE("A ledger that lies behind its checkpoint can be gone on with") {
  TestLedger ledger;
  fill(ledger);
  ledger.close();
  TempFolder folder;
  copy_folder(ledger.path(), folder / "older");
  ledger.open();
  ledger.append(std::vector<std::string>{claim("l-2")});
  ledger.close();
  fs::copy_file(ledger.path() / "checkpoint", folder / "older" / "checkpoint",
                fs::copy_options::overwrite_existing);
  const Diagnosis found = must_diagnose(folder / "older");
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings[0].where == "checkpoint");
  const auto& ways = found.findings[0].ways_out;
  CHECK(std::any_of(ways.begin(), ways.end(),
                    [](const WayOut& way) { return way.action.starts_with("tally go-on"); }));
}

TEST_CASE("Where no ledger is, there is nothing to examine") {
  TempFolder folder;
  CHECK(code_of(diagnose(folder / "nowhere")) == "no-ledger");
  TestLedger ledger;
  ledger.close();
  write_file(ledger.path() / "format", "tallystick ledger, format 2\n");
  CHECK(code_of(diagnose(ledger.path())) == "newer-format");
}

}  // namespace tally::testing
