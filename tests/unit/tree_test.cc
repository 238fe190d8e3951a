// The tree over the log as it is stored in tiles, whatever the sizes of commits
// (projection/tree.h).

#include "projection/tree.h"

#include "merkle/sha256.h"
#include "store/keys.h"
#include "support/catch.h"
#include "support/memory_store.h"
#include "support/naive_ledger.h"
#include "support/random.h"

namespace tally::projection {
namespace {

using testing::MemoryStore;

std::string leaf(std::uint64_t index) { return "leaf " + std::to_string(index); }

std::vector<std::string> leaves(std::uint64_t count) {
  std::vector<std::string> all;
  for (std::uint64_t i = 0; i < count; ++i) all.push_back(leaf(i));
  return all;
}

// Appends as many leaves in one commit, some of them as changes on top of others.
void commit(MemoryStore& store, merkle::Frontier& frontier, std::uint64_t count,
            testing::Random& random) {
  TreeChanges changes(frontier);
  std::uint64_t next = frontier.size().count;
  const std::uint64_t end = next + count;
  while (next < end) {
    TreeChanges above = TreeChanges::on_top_of(changes);
    for (std::uint64_t some = random.below(end - next) + 1; some > 0; --some) {
      above.append(merkle::leaf_hash(leaf(next++)));
    }
    if (random.one_in(3)) {
      changes.absorb(std::move(above));
    } else {  // dropped, and appended once more below
      next = changes.frontier().size().count;
      changes.append(merkle::leaf_hash(leaf(next++)));
    }
  }
  REQUIRE(changes.write(store).ok());
  REQUIRE(store.came_in_order());
  frontier = changes.frontier();
}

// The hashes of a tile by their definition: roots of subtrees of 256^level leaves.
std::vector<Hash> naive_tile(const std::vector<std::string>& all, unsigned level,
                             std::uint64_t tile) {
  std::uint64_t width = 1;
  for (unsigned i = 0; i < level; ++i) width *= kTileWidth;
  std::vector<Hash> hashes;
  for (std::uint64_t i = tile * kTileWidth;
       i < (tile + 1) * kTileWidth && (i + 1) * width <= all.size(); ++i) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(i * width);
    hashes.push_back(testing::naive_tree({first, first + static_cast<std::ptrdiff_t>(width)}));
  }
  return hashes;
}

}  // namespace

TEST_CASE("Tiles hold what the naive tree holds, whatever was committed at once") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  MemoryStore store;
  merkle::Frontier frontier;
  for (int round = 0; round < 60; ++round) {
    commit(store, frontier, random.one_in(4) ? random.below(700) + 1 : random.below(9) + 1, random);
    if (round % 10 != 9) continue;
    const std::vector<std::string> all = leaves(frontier.size().count);
    CHECK(frontier.root() == testing::naive_tree(all));
    for (unsigned level = 0; level < 3; ++level) {
      for (std::uint64_t tile = 0; tile <= all.size() / kTileWidth; ++tile) {
        const auto hashes = read_tile(store, level, tile);
        REQUIRE(hashes.ok());
        CHECK(*hashes == naive_tile(all, level, tile));
        if (level > 0) break;
      }
    }
  }
}

TEST_CASE("The right edge is read back for every size that the tree has had") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  MemoryStore store;
  merkle::Frontier frontier;
  while (frontier.size().count < 600) commit(store, frontier, random.below(40) + 1, random);
  merkle::Frontier expected;
  for (std::uint64_t size = 0; size <= 600; ++size) {
    const auto read = TreeReader(store).frontier(LogSize{size});
    REQUIRE(read.ok());
    REQUIRE(read->size().count == size);
    REQUIRE(read->root() == expected.root());
    expected.append(merkle::leaf_hash(leaf(size)));
  }
}

TEST_CASE("The right edge is read back where tiles of the second level fill") {
  MemoryStore store;
  testing::Random random(testing::test_seed());
  merkle::Frontier frontier;
  commit(store, frontier, 65'000, random);
  commit(store, frontier, 1'000, random);
  const std::vector<std::string> all = leaves(66'000);
  for (const std::uint64_t size :
       {65'279U, 65'280U, 65'281U, 65'535U, 65'536U, 65'537U, 65'792U, 65'999U, 66'000U}) {
    CAPTURE(size);
    const auto read = TreeReader(store).frontier(LogSize{size});
    REQUIRE(read.ok());
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(size);
    CHECK(read->root() == testing::naive_tree({all.begin(), end}));
  }
  CHECK(read_tile(store, 2, 0)->size() == 1);
  CHECK(read_tile(store, 1, 1)->size() == 1);
}

TEST_CASE("A tile with a gap, a run out of place or of odd length is damage") {
  struct Row {
    const char* why;
    std::string key;
    std::string value;  // empty: taken away
  };
  const std::string hash(32, 'h');
  for (const Row& row : {
           Row{"its first run is missing", store::tile_key(0, 0, 0), ""},
           Row{"a run in the middle is missing", store::tile_key(0, 0, 4), ""},
           Row{"a run is short of a byte", store::tile_key(0, 0, 4), std::string(63, 'x')},
           Row{"a run is of one hash too many", store::tile_key(0, 0, 0),
               hash + hash + hash + hash + hash},
           Row{"a run is of one hash too few", store::tile_key(0, 0, 0), hash + hash + hash},
           Row{"a run goes beyond the tile", store::tile_key(0, 0, 6), std::string(32 * 251, 'x')},
           Row{"a key is too long", store::tile_key(0, 0, 3) + "x", hash},
       }) {
    CAPTURE(row.why);
    MemoryStore store;
    testing::Random random(1);
    merkle::Frontier frontier;
    for (const std::uint64_t count : {4U, 2U, 3U}) commit(store, frontier, count, random);
    REQUIRE(TreeReader(store).frontier(LogSize{9}).ok());
    if (row.value.empty()) {
      store.of(store::Family::kTree).erase(row.key);
    } else {
      store.of(store::Family::kTree)[row.key] = row.value;
    }
    const auto tile = read_tile(store, 0, 0);
    REQUIRE_FALSE(tile.ok());
    CHECK(tile.error().code == ErrorCode::kDamaged);
    CHECK_FALSE(TreeReader(store).frontier(LogSize{9}).ok());
  }
  MemoryStore empty;
  CHECK(TreeReader(empty).frontier(LogSize{0}).ok());
  for (const std::uint64_t size : std::vector<std::uint64_t>{1, 256, 1ULL << 40, UINT64_MAX}) {
    const auto missing = TreeReader(empty).frontier(LogSize{size});
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().code == ErrorCode::kDamaged);
  }
}

}  // namespace tally::projection
