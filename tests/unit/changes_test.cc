// Derived state as commits write it and readers find it (projection/changes.h,
// projection/reader.h).

#include "projection/changes.h"

#include "projection/reader.h"
#include "store/keys.h"
#include "support/catch.h"
#include "support/events.h"
#include "support/memory_store.h"
#include "support/random.h"

namespace tally::projection {
namespace {

using store::Family;
using testing::MemoryStore;

const domain::Settings kSettings{YearStart{}, "GBP"};

// A ledger's events: claims of organisations 1 and 2 in turn, every fourth one corrected to move to
// the other, every third one verified.
std::vector<Event> events(std::uint64_t count) {
  std::vector<Event> all = testing::first_events();
  while (all.size() < count) {
    const std::uint64_t next = all.size();
    all.push_back(testing::event_of(next, "ann", testing::delivery(1 + next % 2, 3)));
    if (next % 4 == 0) {
      all.push_back(
          testing::correction_of(next + 1, "cy", next, testing::delivery(2 - next % 2, 5)));
    }
    if (next % 3 == 0) {
      all.push_back(testing::event_of(all.size(), "bob", testing::acceptance(next)));
    }
  }
  all.resize(count);
  return all;
}

// Folds events into a store, in commits of the sizes that `next_size` gives; what a commit holds
// may be absorbed from changes on top of it.
template <typename NextSize>
void fold(MemoryStore& store, const std::vector<Event>& all, NextSize next_size, bool layered) {
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t end = std::min<std::size_t>(all.size(), begin + next_size());
    const auto head = Head::read(store);
    REQUIRE(head.ok());
    Changes changes(store, *head);
    while (begin < end) {
      if (!layered) {
        REQUIRE(changes.apply(kSettings, all[begin++]).ok());
        continue;
      }
      // One that is dropped leaves nothing; one that is absorbed, everything.
      Changes dropped(&changes);
      REQUIRE(dropped.apply(kSettings, all[begin]).ok());
      Changes kept(&changes);
      for (std::size_t i = 0; i < 3 && begin < end; ++i) {
        REQUIRE(kept.apply(kSettings, all[begin++]).ok());
      }
      changes.absorb(std::move(kept));
    }
    REQUIRE(changes.write(store).ok());
    REQUIRE(store.came_in_order());
  }
}

// Families whose values do not depend on what was committed together.
constexpr Family kWhole[] = {Family::kState,    Family::kIds,   Family::kRecords,
                             Family::kAccounts, Family::kTimes, Family::kMeasures};

}  // namespace

TEST_CASE("What commits derive is the same whatever was committed together, or on top of what") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const std::vector<Event> all = events(700);
  MemoryStore whole;
  fold(
      whole, all, [&] { return all.size(); }, false);
  MemoryStore layered;
  fold(
      layered, all, [&] { return all.size(); }, true);
  CHECK(layered.families() == whole.families());
  MemoryStore single;
  fold(
      single, all, [] { return 1; }, false);
  MemoryStore mixed;
  fold(
      mixed, all, [&] { return random.below(90) + 1; }, true);
  for (const Family family : kWhole) {
    CAPTURE(static_cast<int>(family));
    CHECK(single.of(family) == whole.of(family));
    CHECK(mixed.of(family) == whole.of(family));
  }
  // Changes on top of nothing are all of derived state.
  Changes anew;
  for (const Event& event : all) REQUIRE(anew.apply(kSettings, event).ok());
  MemoryStore refolded;
  REQUIRE(anew.write(refolded).ok());
  CHECK(refolded.came_in_order());
  CHECK(refolded.families() == whole.families());
}

TEST_CASE("Changes that go on once they are written derive what new ones derive from the store") {
  const std::vector<Event> all = events(700);
  for (const std::size_t size : {1, 37, 350}) {
    MemoryStore anew;
    fold(
        anew, all, [&] { return size; }, false);
    MemoryStore store;
    Changes changes;
    for (std::size_t i = 0; i < all.size(); ++i) {
      REQUIRE(changes.apply(kSettings, all[i]).ok());
      if ((i + 1) % size != 0 && i + 1 != all.size()) continue;
      REQUIRE(changes.write(store).ok());
      changes.go_on(store);
    }
    CHECK(store.families() == anew.families());
  }
}

TEST_CASE("A balance as of any event is read from within any chunk") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const std::vector<Event> all = events(900);
  for (const bool large : {true, false}) {
    MemoryStore store;
    fold(
        store, all, [&] { return large ? all.size() : random.below(40) + 1; }, false);
    const auto reader = Reader::open(store.view());
    REQUIRE(reader.ok());
    std::size_t accounts = 0;
    const auto check_account = [&](const LevelKey& key, const AccountState& state) -> Result<bool> {
      ++accounts;
      std::vector<ChainPosting> chain;
      REQUIRE(reader
                  ->for_each_posting(key.level, state.number, Sequence{all.size()},
                                     [&](const ChainPosting& posting) -> Result<bool> {
                                       chain.push_back(posting);
                                       return true;
                                     })
                  .ok());
      CHECK(chain.size() == state.postings);
      CHECK(chain.front().sequence == state.first);
      std::optional<Quantity> expected;
      std::size_t next = 0;
      for (std::uint64_t as_of = 0; as_of < all.size(); ++as_of) {
        std::optional<Quantity> own;
        for (; next < chain.size() && chain[next].sequence.value == as_of; ++next) {
          own = chain[next].delta;
          expected = expected.value_or(Quantity{}).plus(chain[next].delta);
        }
        const auto balance = reader->balance_as_of(key.level, state, Sequence{as_of});
        REQUIRE(balance.ok());
        REQUIRE(*balance == expected);
        if (key.level != Level::kAccount) continue;
        const auto posting = reader->posting_of(key.level, state.number, Sequence{as_of});
        REQUIRE(posting.ok());
        REQUIRE(*posting == own);
      }
      CHECK(expected == state.balance);
      const auto key_of = reader->account_key(state.number);
      REQUIRE(key_of.ok());
      CHECK(*key_of == key);
      return true;
    };
    for (const Level level :
         {Level::kMeasure, Level::kProgramme, Level::kOrganisation, Level::kAccount}) {
      REQUIRE(reader->for_each_account(level_prefix(level), check_account).ok());
    }
    CHECK(accounts == reader->head().numbers);
    CHECK(accounts == 2 + 2 + 4 + 4);  // two stages: by measure, programme, and organisation
    std::size_t chunks = 0;
    for (const auto& [key, value] : store.of(Family::kPostings)) chunks += key.size() == 12 ? 1 : 0;
    CHECK(chunks > (large ? accounts : 100U));
  }
}

TEST_CASE("Postings are read up to an event, until the reader has seen enough") {
  MemoryStore store;
  const std::vector<Event> all = events(400);
  fold(
      store, all, [] { return 50; }, false);
  const auto reader = Reader::open(store.view());
  REQUIRE(reader.ok());
  const LevelKey key{Level::kMeasure, {Year{2022}, {Sequence{4}, {}, {}, {}}, Stage::kClaimed}};
  const auto state = reader->account(key);
  REQUIRE((state.ok() && *state));
  const auto read = [&](std::uint64_t as_of, std::size_t enough) {
    std::vector<std::uint64_t> sequences;
    REQUIRE(reader
                ->for_each_posting(Level::kMeasure, (*state)->number, Sequence{as_of},
                                   [&](const ChainPosting& posting) -> Result<bool> {
                                     sequences.push_back(posting.sequence.value);
                                     return sequences.size() < enough;
                                   })
                .ok());
    return sequences;
  };
  const std::vector<std::uint64_t> whole = read(UINT64_MAX, SIZE_MAX);
  CHECK(whole.size() == (*state)->postings);
  for (const std::uint64_t as_of : {0U, 6U, 7U, 49U, 50U, 51U, 99U, 100U, 399U}) {
    std::vector<std::uint64_t> until = whole;
    std::erase_if(until, [&](std::uint64_t sequence) { return sequence > as_of; });
    CHECK(read(as_of, SIZE_MAX) == until);
  }
  CHECK(read(399, 1).size() == 1);
  CHECK(read(399, 60).size() == 60);
}

TEST_CASE("Who refers to an entry is kept over commits, oldest first, each once") {
  const std::vector<Event> all = events(300);
  std::vector<std::uint64_t> expected = {6};  // the contract, whose buyer it is
  for (const Event& event : all) {
    const auto* body = std::get_if<Body>(&event.entry.content);
    const auto* correction = std::get_if<Correction>(&event.entry.content);
    if (correction != nullptr && correction->replacement) body = &correction->replacement->body;
    const auto* claim = body != nullptr ? std::get_if<Claim>(body) : nullptr;
    if (claim != nullptr && claim->organisation.sequence.value == 1) {
      expected.push_back(event.sequence.value);
    }
  }
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, all.size()}) {
    MemoryStore store;
    fold(
        store, all, [&] { return size; }, false);
    const auto reader = Reader::open(store.view());
    REQUIRE(reader.ok());
    const auto referrers = reader->referrers(Sequence{1});
    REQUIRE(referrers.ok());
    std::vector<std::uint64_t> found;
    for (const Sequence sequence : *referrers) found.push_back(sequence.value);
    CHECK(found == expected);
    CHECK(reader->referrers(Sequence{299})->empty());
  }
}

TEST_CASE("Corrupt derived state is damage to a reader") {
  MemoryStore sound;
  fold(
      sound, events(60), [] { return 20; }, false);
  struct Row {
    Family family;
    std::string key;
    std::string value;
  };
  const std::string bad = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
  const LevelKey level{Level::kMeasure, {Year{2022}, {Sequence{4}, {}, {}, {}}, Stage::kClaimed}};
  for (const Row& row : {
           Row{Family::kRecords, store::sequence_key(Sequence{1}), bad},
           Row{Family::kIds, "id-1", bad},
           Row{Family::kIds, "id-1", ""},
           Row{Family::kReferrers, store::pair_key(Sequence{1}, Sequence{7}), bad},
           Row{Family::kReferrers, store::sequence_key(Sequence{1}) + "x", "\1"},
           Row{Family::kTimes, store::time_key(Timestamp{0}), ""},
           Row{Family::kMeasures, store::pair_key(Sequence{4}, Sequence{4}), bad},
           Row{Family::kMeasures, "x", ""},
           Row{Family::kAccounts, encode_key(level), bad},
           Row{Family::kAccounts, store::number_key(0), bad},
           Row{Family::kPostings, store::chunk_key(0, Sequence{7}), bad},
           Row{Family::kPostings, store::chunk_key(0, Sequence{7}).substr(0, 11), "\1"},
       }) {
    MemoryStore store;
    store.families() = sound.families();
    store.of(row.family)[row.key] = row.value;
    const auto reader = Reader::open(store.view());
    REQUIRE(reader.ok());
    CAPTURE(static_cast<int>(row.family), row.key);
    std::vector<ErrorCode> codes;
    const auto note = [&](const auto& result) {
      if (!result.ok()) codes.push_back(result.error().code);
    };
    note(reader->record(Sequence{1}));
    note(reader->sequence_of("id-1"));
    note(reader->referrers(Sequence{1}));
    note(reader->last_at(Timestamp{5}));
    note(reader->measure_as_of(Sequence{4}, Sequence{9}));
    note(reader->measures_as_of(Sequence{9}));
    note(reader->account(level));
    note(reader->account_key(0));
    note(reader->for_each_posting(Level::kAccount, 0, Sequence{99},
                                  [](const ChainPosting&) -> Result<bool> { return true; }));
    CHECK_FALSE(codes.empty());
    for (const ErrorCode code : codes) CHECK(code == ErrorCode::kDamaged);
  }
  MemoryStore empty;
  const auto none = Reader::open(empty.view());
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().code == ErrorCode::kDamaged);
}

}  // namespace tally::projection
