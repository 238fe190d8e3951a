// A view with a batch over it (store/overlay_view.h).

#include "store/overlay_view.h"

#include <map>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/memory_store.h"
#include "support/random.h"

namespace tally::store {
namespace {

using Keys = std::map<std::string, std::string>;

std::string some_key(testing::Random& random) {
  return std::string(1 + random.below(2), static_cast<char>('a' + random.below(6))) +
         static_cast<char>('a' + random.below(6));
}

// What a walk sees, as text.
std::string shown(const Cursor& cursor) {
  return cursor.valid() ? std::string(cursor.key()) + "=" + std::string(cursor.value()) : "end";
}
std::string shown(const Keys& keys, Keys::const_iterator at) {
  return at == keys.end() ? "end" : at->first + "=" + at->second;
}

}  // namespace

TEST_CASE("A view with a batch over it reads as the store does once the batch is committed") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  for (int round = 0; round < 200; ++round) {
    testing::MemoryStore below;
    Overlay overlay;
    Keys merged;
    for (std::uint64_t i = random.below(12); i > 0; --i) {
      const std::string key = some_key(random);
      REQUIRE(below.put(Family::kIds, key, "old").ok());
      merged[key] = "old";
    }
    for (std::uint64_t i = random.below(12); i > 0; --i) {
      const std::string key = some_key(random);
      REQUIRE(overlay.put(Family::kIds, key, "new").ok());
      merged[key] = "new";
    }
    const auto view = overlay.over(below);
    const auto cursor = view->cursor(Family::kIds, Reading::kSeeks);
    Keys::const_iterator at = merged.end();
    for (int step = 0; step < 60; ++step) {
      const std::string key = some_key(random);
      switch (random.below(5)) {
        case 0:
          cursor->seek(key);
          at = merged.lower_bound(key);
          break;
        case 1:
          cursor->seek_for_previous(key);
          at = merged.upper_bound(key);
          at = at == merged.begin() ? merged.end() : std::prev(at);
          break;
        case 2:
          cursor->seek_to_first();
          at = merged.begin();
          break;
        case 3:
          if (at == merged.end()) continue;
          cursor->next();
          ++at;
          break;
        default:
          if (at == merged.end()) continue;
          cursor->previous();
          at = at == merged.begin() ? merged.end() : std::prev(at);
          break;
      }
      REQUIRE(shown(*cursor) == shown(merged, at));
      REQUIRE(cursor->status().ok());
      const auto found = view->get(Family::kIds, key);
      REQUIRE(found.ok());
      CHECK(found->has_value() == merged.contains(key));
      if (*found) CHECK(**found == merged[key]);
    }
    CHECK_FALSE(view->get(Family::kRecords, "a")->has_value());
  }
}

}  // namespace tally::store
