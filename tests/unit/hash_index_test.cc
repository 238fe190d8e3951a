// The index of ids and accounts (projection/hash_index.h, projection/id_hash.h).

#include "projection/hash_index.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "projection/id_hash.h"
#include "support/catch.h"
#include "support/random.h"
#include "tally/limits.h"

namespace tally::projection {

TEST_CASE("Whatever hashes the items have, each is found by its own key and no other is") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  // All hashes alike, few of them, all at the end of the table, and any.
  for (const std::uint32_t kinds : {1U, 7U, 2'000'000'000U}) {
    CAPTURE(kinds);
    const auto hash_of = [&](std::uint64_t key) {
      return UINT32_MAX - static_cast<std::uint32_t>(key * 2'654'435'761U % kinds);
    };
    HashIndex index;
    std::vector<std::uint64_t> items;
    const auto place_of = [&](std::uint64_t key) {
      return index.find(hash_of(key), [&](std::uint32_t place) { return items[place] == key; });
    };
    CHECK_FALSE(place_of(1));
    while (items.size() < 1'000) {
      const std::uint64_t key = random.below(1'500);
      const auto expected = std::find(items.begin(), items.end(), key);
      const auto found = place_of(key);
      REQUIRE(found.has_value() == (expected != items.end()));
      if (found) REQUIRE(*found == static_cast<std::size_t>(expected - items.begin()));
      if (found) continue;
      index.expect(hash_of(key));
      index.add(hash_of(key), items.size());
      items.push_back(key);
    }
  }
}

TEST_CASE("The hash of an id depends on each of its characters and on its length") {
  const std::string longest(limits::kIdentifierBytes, 'x');
  std::set<std::uint32_t> hashes;
  for (std::size_t size = 1; size <= longest.size(); ++size) {
    hashes.insert(id_hash(longest.substr(0, size)));
  }
  for (std::size_t at = 0; at < longest.size(); ++at) {
    std::string other = longest;
    other[at] = 'y';
    hashes.insert(id_hash(other));
  }
  // Two of these meet with a chance of one in a hundred thousand.
  CHECK(hashes.size() >= 2 * longest.size() - 1);
  CHECK(id_hash(longest) == id_hash(std::string(longest)));
  // What is too long to be an id has a hash all the same.
  CHECK_NOTHROW(id_hash(longest + longest));
}

}  // namespace tally::projection
