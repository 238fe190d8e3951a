// Folding a log anew, with what its events post added at once, beside or before (ledger/refold.h).

#include "ledger/refold.h"

#include <algorithm>

#include "merkle/signing_key.h"
#include "support/catch.h"
#include "support/events.h"
#include "support/memory_store.h"

namespace tally::ledger {
namespace {

// More than are handed over at a time.
constexpr std::uint64_t kMany = 6'000;
// Two of these leave the range of a total.
constexpr std::int64_t kMost = 5'000'000'000'000;

// Claims of one thing each, but that those at the places given are of as much as there may be.
std::vector<Event> events(const std::vector<std::uint64_t>& large) {
  std::vector<Event> all = testing::first_events();
  auto& opened = std::get<LedgerOpened>(all.front().entry.content);
  opened.vkey = VerifierKey{opened.origin, merkle::SigningKey::generate().public_key()}.to_string();
  while (all.size() < kMany) {
    const std::uint64_t next = all.size();
    const bool is_large = std::find(large.begin(), large.end(), next) != large.end();
    all.push_back(testing::event_of(next, "ann", testing::delivery(1, is_large ? kMost : 1)));
  }
  return all;
}

// Adds events until one is refused; finishes where none is.
Result<void> add_all(Refold& refold, std::vector<Event> all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i + Refold::kAhead < all.size()) refold.expect(all[i + Refold::kAhead]);
    auto added = refold.add(all[i]);
    if (!added.ok()) return added;
  }
  return refold.finish();
}

}  // namespace

TEST_CASE("A log folds to the same whenever what it posts is added to the accounts") {
  const std::vector<Event> all = events({});
  testing::MemoryStore at_once;
  Refold first;
  REQUIRE(add_all(first, all).ok());
  REQUIRE(first.changes().write(at_once).ok());
  for (const auto posting : {Refold::Posting::kBeside, Refold::Posting::kBefore}) {
    testing::MemoryStore store;
    Refold refold(posting);
    REQUIRE(add_all(refold, all).ok());
    REQUIRE(refold.changes().write(store).ok());
    CHECK(store.families() == at_once.families());
  }
}

TEST_CASE("The event that takes a total out of its range is named, however late that is found") {
  const auto posting =
      GENERATE(Refold::Posting::kAtOnce, Refold::Posting::kBeside, Refold::Posting::kBefore);
  const std::uint64_t second = GENERATE(8ULL, 2'000ULL, kMany - 1);
  Refold refold(posting);
  const auto added = add_all(refold, events({7, second}));
  REQUIRE_FALSE(added.ok());
  CHECK(added.error().code == ErrorCode::kOverflow);
  CHECK(refold.refused() == Sequence{second});
}

}  // namespace tally::ledger
