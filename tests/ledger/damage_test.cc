// What was changed behind the ledger's back: `verify` names the place, and whatever reads it meets
// an error with a name, never a crash.

#include "base/bytes.h"
#include "ledger/core.h"
#include "projection/head.h"
#include "store/keys.h"
#include "support/catch.h"
#include "support/lines.h"
#include "support/random.h"
#include "support/stored_state.h"
#include "support/test_ledger.h"
#include "tally/totals.h"
#include "tally/trace.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

using store::Family;

// Entries of every type with what they leave in every family.
void fill(TestLedger& ledger) {
  ledger.append(base_lines());
  const std::string evidence =
      "[{'sha256':'" + std::string(64, 'a') + "','title':'Payroll','uri':'https://example.org'}]";
  ledger.world().move_clock(1'000);
  ledger.append(std::vector<std::string>{
      claim("l-1").raw("evidence", evidence).set("note", "first"), verification("v-1", "l-1"),
      claim("l-2").set("measure", "m-proxy").set("contract", "con-1").raw("evidence", evidence),
      verification("v-2", "l-2").set("outcome", "partial").set("quantity", "0.5")});
  ledger.world().move_clock(1'000);
  ledger.append(std::vector<std::string>{
      correction("x-1", "l-1").set("note", "second").replacement(claim("").set("quantity", "9")),
      correction("x-2", "m-proxy").replacement(proxy_measure("").set("proxy", "600")),
      correction("x-3", "claim-1"), commitment("k-1").set("organisation", "org-3"),
      publication("pub-1").set("note", "third"), erasure("er-1", 16)});
}

// With little memory, `verify` says the same.
void check_with_little_memory(const Ledger& ledger, const Result<VerifyReport>& report) {
  VerifyOptions with_little;
  with_little.memory_bytes = 1;
  const auto from_scratch = verify(ledger, with_little);
  REQUIRE(from_scratch.ok() == report.ok());
  if (!report.ok()) {
    CHECK(from_scratch.error().message == report.error().message);
    return;
  }
  CHECK(from_scratch->digest == report->digest);
  REQUIRE(from_scratch->ok() == report->ok());
  if (report->ok()) return;
  CHECK(from_scratch->fault->where == report->fault->where);
  CHECK(from_scratch->fault->message == report->fault->message);
  CHECK(from_scratch->fault->totals == report->fault->totals);
}

// What `verify` says: `sound`, or where the fault is, or the code of an error.
std::string verdict(const Ledger& ledger) {
  constexpr int kTriedWithLittle = 40;  // one in so many: a scratch store takes its time
  static int asked = 0;
  const auto report = verify(ledger);
  if (asked++ % kTriedWithLittle == 0) check_with_little_memory(ledger, report);
  if (!report.ok()) return std::string(code_name(report.error().code));
  if (report->ok()) return "sound";
  CHECK(report->fault->message.size() > 10);
  return report->fault->where;
}

// Asks for everything that can be asked for; the answers may be anything that is an answer.
void ask_all(const Ledger& ledger) {
  const auto check = [](const auto& result) {
    if (result.ok()) return;
    CAPTURE(result.error().message);
    const bool named = result.error().code == ErrorCode::kDamaged ||
                       result.error().code == ErrorCode::kNewerFormat ||
                       result.error().code == ErrorCode::kUnknownReference ||
                       result.error().code == ErrorCode::kWrongType ||
                       result.error().code == ErrorCode::kBadEntry;
    CHECK(named);
  };
  check(status(ledger));
  TotalsQuery query;
  query.by = {Dimension::kProgramme, Dimension::kContract};
  query.with_roots = true;
  check(totals(ledger, query));
  query.as_of = Sequence{17};
  check(totals(ledger, query));
  check(account_lines(ledger, query));
  for (const std::string_view text :
       {"2022-23:m-count:pending", "2022-23:m-proxy:verified:contract=con-1",
        "2022-23:m-ratio:claimed", "2022-23:m-count:claimed:organisation=org-2@18"}) {
    const auto reference = FigureReference::parse(text, YearStart{});
    REQUIRE(reference.ok());
    check(figure(ledger, *reference));
    check(trace(ledger, *reference));
  }
  for (std::uint64_t sequence = 0; sequence < 24; sequence += 3) {
    check(history(ledger, Sequence{sequence}));
  }
  EventQuery events;
  check(ledger.for_each_event(
      events, [](const Event& event) { return !to_json(event, YearStart{}).empty(); }));
  events.reverse = true;
  check(ledger.for_each_event(events, [](const Event&) { return true; }));
  check(ledger.resolve_as_of("2023-11-14T22:13:20.001500Z"));
  check(ledger.sequence_of("l-1"));
  check(ledger.head());
}

struct Place {
  Family family;
  std::vector<std::string_view> verdicts;
};

const std::vector<Place>& places() {
  // An event's bytes are part of the log and the leaf of the tree: either may be named.  Where a
  // measure or a head cannot be read at all, no state can be had.
  static const std::vector<Place> kPlaces = {
      {Family::kLog, {"log", "tree"}},
      {Family::kDetails, {"log"}},
      {Family::kTree, {"tree"}},
      {Family::kIds, {"ids"}},
      {Family::kRecords, {"records"}},
      {Family::kReferrers, {"referrers"}},
      {Family::kAccounts, {"accounts"}},
      {Family::kPostings, {"postings"}},
      {Family::kTimes, {"times"}},
      {Family::kMeasures, {"measures"}},
      {Family::kPublications, {"publications"}},
  };
  return kPlaces;
}

bool one_of(const std::vector<std::string_view>& verdicts, const std::string& verdict) {
  return std::find(verdicts.begin(), verdicts.end(), verdict) != verdicts.end();
}

}  // namespace

TEST_CASE("A bit that flips anywhere in the store is found, and does no harm to who reads it") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  TestLedger ledger;
  fill(ledger);
  REQUIRE(verdict(*ledger) == "sound");
  store::Store& store = ledger->core().store();
  StoredState state(store);
  for (const Place& place : places()) {
    for (const auto& [key, value] : state.of(place.family)) {
      REQUIRE_FALSE(value.empty());
      // Of short values every bit; of long ones, the log's blocks, some in several places.
      const bool is_short = value.size() <= 2;
      for (std::size_t i = 0; i < (is_short ? 8 * value.size() : 1 + value.size() / 64); ++i) {
        const std::size_t bit = is_short ? i : random.below(8 * value.size());
        std::string flipped = value;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        put_behind(store, place.family, key, flipped);
        const std::string found = verdict(*ledger);
        CAPTURE(place.verdicts[0], key, bit, found);
        CHECK(one_of(place.verdicts, found));
        ask_all(*ledger);
      }
      put_behind(store, place.family, key, value);
    }
  }
  CHECK(verdict(*ledger) == "sound");
}

TEST_CASE("A value cut short or made longer is found") {
  TestLedger ledger;
  fill(ledger);
  store::Store& store = ledger->core().store();
  StoredState state(store);
  for (const Place& place : places()) {
    const auto& [key, value] = *state.of(place.family).rbegin();
    for (const std::string& changed :
         {std::string(), value.substr(0, value.size() - 1), value + '\0', value + value}) {
      put_behind(store, place.family, key, changed);
      const std::string found = verdict(*ledger);
      CAPTURE(place.verdicts[0], changed.size(), value.size(), found);
      CHECK(one_of(place.verdicts, found));
      ask_all(*ledger);
    }
    put_behind(store, place.family, key, value);
  }
  CHECK(verdict(*ledger) == "sound");
}

TEST_CASE("What no event gives is found wherever it is added") {
  TestLedger ledger;
  fill(ledger);
  ledger.close();
  struct Row {
    Family family;
    std::string key;
    std::string value;
    std::string_view where;
  };
  const Sequence beyond{99};
  const std::string account(37, '\1');
  for (const Row& row : {
           Row{Family::kTree, store::tile_key(0, 0, 200), std::string(32, 'x'), "tree"},
           Row{Family::kTree, store::tile_key(1, 0, 0), std::string(32, 'x'), "tree"},
           Row{Family::kIds, "zzz", "\1", "ids"},
           Row{Family::kIds, "", "\1", "ids"},
           Row{Family::kRecords, store::sequence_key(beyond), "\2", "records"},
           Row{Family::kRecords, store::sequence_key(Sequence{0}), "\2", "records"},
           Row{Family::kReferrers, store::pair_key(Sequence{1}, beyond), std::string(1, '\0'),
               "referrers"},
           Row{Family::kReferrers, "x", "x", "referrers"},
           Row{Family::kAccounts, "a" + account, std::string(4, '\1'), "accounts"},
           Row{Family::kAccounts, store::number_key(999), "a" + account, "accounts"},
           Row{Family::kAccounts, "zzz", "x", "accounts"},
           Row{Family::kPostings, store::chunk_key(999, Sequence{5}), std::string(3, '\0'),
               "postings"},
           Row{Family::kPostings, store::chunk_key(0, Sequence{23}), std::string(4, '\0'),
               "postings"},
           Row{Family::kPostings, "x", "x", "postings"},
           Row{Family::kTimes, store::time_key(Timestamp{1}), "\1", "times"},
           Row{Family::kMeasures, store::pair_key(Sequence{1}, beyond), "x", "measures"},
           Row{Family::kMeasures, "x", "x", "measures"},
           Row{Family::kDetails, store::sequence_key(Sequence{3}), std::string(40, 'x'), "log"},
           Row{Family::kDetails, store::sequence_key(beyond), std::string(40, 'x'), "log"},
           Row{Family::kLog, store::sequence_key(Sequence{3}), std::string(16, '\0'), "log"},
           Row{Family::kLog, store::sequence_key(beyond), std::string(16, '\0'), "log"},
       }) {
    TestLedger copy(ledger.path());
    put_behind(copy->core().store(), row.family, row.key, row.value);
    CAPTURE(row.where, row.key);
    CHECK(verdict(*copy) == row.where);
    ask_all(*copy);
  }
}

TEST_CASE("What is missing is found wherever it was") {
  TestLedger ledger;
  fill(ledger);
  StoredState state(ledger->core().store());
  ledger.close();
  for (const Place& place : places()) {
    const std::size_t count = state.of(place.family).size();
    for (const std::size_t at : {std::size_t{0}, count / 2, count - 1}) {
      StoredState missing = state;
      auto gone = missing.of(place.family).begin();
      std::advance(gone, at);
      CAPTURE(place.verdicts[0], at, gone->first);
      missing.of(place.family).erase(gone);
      missing.replace(ledger.path() / "db");
      const auto opened = Ledger::open(ledger.path(), Ledger::Access::kRead);
      if (!opened.ok()) {
        // Without its first event, a ledger cannot say whose it is.
        CHECK(place.family == Family::kLog);
        CHECK(opened.error().code == ErrorCode::kDamaged);
        continue;
      }
      CHECK(one_of(place.verdicts, verdict(**opened)));
      ask_all(**opened);
      if (count == 1) break;
    }
  }
}

TEST_CASE("A fault is told with its event, however far into the log it lies") {
  TestLedger ledger;
  ledger.append(base_lines());
  const std::uint64_t first = ledger->head()->value + 1;
  std::vector<std::string> many;
  for (int i = 0; i < 60; ++i) {
    ledger.append(claim("l-" + std::to_string(i)).set("note", "n").json());
  }
  for (int i = 0; i < 400; ++i) many.push_back(programme("p-" + std::to_string(i)));
  ledger.append(many);
  store::Store& store = ledger->core().store();
  StoredState state(store);
  const auto fault_of = [&](Family family, Sequence key, std::size_t at, char turned) {
    std::string value = state.of(family).at(store::sequence_key(key));
    const std::string sound = value;
    value[at] = static_cast<char>(value[at] ^ turned);
    put_behind(store, family, store::sequence_key(key), value);
    const auto report = verify(*ledger);
    put_behind(store, family, store::sequence_key(key), sound);
    REQUIRE(report.ok());
    REQUIRE(report->fault);
    return *report->fault;
  };
  for (const std::uint64_t sequence : {first, first + 1, first + 30, first + 59, first + 60}) {
    CAPTURE(sequence);
    const Sequence key{sequence};
    // The zeros before an event; a text within it; its record.
    const Fault frame = fault_of(Family::kLog, key, 5, 1);
    CHECK(frame.where == "log");
    CHECK(frame.sequence == key);
    const std::string& block = state.of(Family::kLog).at(store::sequence_key(key));
    const Fault text = fault_of(Family::kLog, key, block.find("staff-1"), 2);
    CHECK(text.where == "tree");
    CHECK(text.sequence == key);
    const Fault record = fault_of(Family::kRecords, key, 1, 1);
    CHECK(record.where == "records");
    CHECK(record.sequence == key);
    if (sequence == first + 60) continue;
    const Fault details = fault_of(Family::kDetails, key, 40, 1);
    CHECK(details.where == "log");
    CHECK(details.sequence == key);
  }
  // The last of a block of many.
  const Sequence last{first + 60 + 255};
  const std::string& block = state.of(Family::kLog).at(store::sequence_key(Sequence{first + 60}));
  const Fault text = fault_of(Family::kLog, Sequence{first + 60}, block.rfind("staff-1"), 2);
  CHECK(text.where == "tree");
  CHECK(text.sequence == last);
  CHECK(verdict(*ledger) == "sound");
}

TEST_CASE("A head that does not fit the log is damage at once") {
  TestLedger ledger;
  fill(ledger);
  StoredState state(ledger->core().store());
  ledger.close();
  const std::string log = state.of(Family::kMeta).at("log");
  const std::string head = state.of(Family::kState).at("head");
  struct Row {
    const char* key;
    std::string value;
    std::string_view code;
  };
  for (const Row& row : {
           Row{"log", "", "damaged"},
           Row{"log", log.substr(1), "damaged"},
           Row{"log", log + "x", "damaged"},
           Row{"log", static_cast<char>(log[0] + 1) + log.substr(1), "damaged"},
           Row{"head", "", "damaged"},
           Row{"head", head.substr(0, head.size() - 1), "damaged"},
           Row{"head", head + '\0', "damaged"},
           Row{"head", static_cast<char>(head[0] + 1) + head.substr(1), "newer-format"},
           Row{"head", head.substr(0, 1) + static_cast<char>(head[1] + 1) + head.substr(2),
               "newer-format"},
           Row{"head", static_cast<char>(head[0] - 1) + head.substr(1), "damaged"},
           Row{"head", head.substr(0, 2) + static_cast<char>(head[2] - 1) + head.substr(3),
               "damaged"},
           Row{"head", head.substr(0, 2) + '\0' + head.substr(3), "damaged"},
       }) {
    StoredState changed = state;
    changed.of(row.key == std::string_view("log") ? Family::kMeta : Family::kState)[row.key] =
        row.value;
    changed.replace(ledger.path() / "db");
    for (const auto access : {Ledger::Access::kRead, Ledger::Access::kWrite}) {
      CAPTURE(row.key, row.value.size());
      CHECK(code_of(Ledger::open(ledger.path(), access)) == row.code);
    }
  }
  // Counts and the root are found by verify, and a wrong root stops the writer.
  StoredState changed = state;
  changed.of(Family::kState)["head"][6] = static_cast<char>(head[6] ^ 1);
  changed.replace(ledger.path() / "db");
  ledger.open();
  CHECK(verdict(*ledger) == "head");
  CHECK(code_of(ledger->append(programme("late").json())) == "damaged");
  CHECK(*ledger->head() == Sequence{25});
}

TEST_CASE("A ledger whose tree does not extend its newest checkpoint is not opened for writing") {
  TestLedger ledger;
  fill(ledger);
  StoredState state(ledger->core().store());
  ledger.close();
  std::string& run = state.of(Family::kTree).begin()->second;
  run[3] = static_cast<char>(run[3] ^ 1);
  state.replace(ledger.path() / "db");
  CHECK(code_of(Ledger::open(ledger.path(), Ledger::Access::kWrite)) == "damaged");
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  CHECK(verdict(**reader) == "tree");
}

TEST_CASE("A verifier key that is not the log's is found") {
  TestLedger ledger;
  fill(ledger);
  const std::filesystem::path vkey = ledger.path() / "log.vkey";
  const std::string own = ledger->identity().vkey;
  const auto with = [&](const std::string& text) {
    std::filesystem::remove(vkey);
    REQUIRE(store::Directory(ledger.path()).write_new_file("log.vkey", text, false).ok());
    return verdict(*ledger);
  };
  CHECK(with(own + "\n") == "sound");
  CHECK(with(own) == "key");
  CHECK(with("") == "key");
  CHECK(with(own.substr(1) + "\n") == "key");
  std::filesystem::remove(vkey);
  CHECK(verdict(*ledger) == "key");
}

}  // namespace tally::testing
