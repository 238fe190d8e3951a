// Proofs of inclusion and consistency (tally/proof.h), and the parts that they are made of
// (merkle/subtrees.h, projection/tree.h), against RFC 6962's definitions written down naively.

#include "tally/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "merkle/subtrees.h"
#include "projection/tree.h"
#include "store/keys.h"
#include "support/catch.h"
#include "support/memory_store.h"
#include "support/naive_tree.h"
#include "support/random.h"

namespace tally {
namespace {

using projection::TreeReader;
using testing::MemoryStore;
using testing::NaiveTree;
using testing::Random;

constexpr std::uint64_t kMostEvents = (std::uint64_t{1} << 63) - 1;

// The tiles of a tree whose leaves came in commits of all sizes.
MemoryStore stored(const NaiveTree& tree, std::uint64_t most_at_once, Random& random) {
  MemoryStore store;
  merkle::Frontier frontier;
  const std::vector<Hash>& leaves = tree.leaves();
  for (std::uint64_t next = 0; next < leaves.size();) {
    projection::TreeChanges changes(frontier);
    const std::uint64_t end =
        std::min<std::uint64_t>(leaves.size(), next + 1 + random.below(most_at_once));
    for (; next < end; ++next) changes.append(leaves[next]);
    REQUIRE(changes.write(store).ok());
    frontier = changes.frontier();
  }
  return store;
}

InclusionProof inclusion(const NaiveTree& tree, std::uint64_t index, std::uint64_t size) {
  return {Sequence{index}, LogSize{size}, tree.leaves()[index], tree.root(size),
          tree.path(index, size)};
}

ConsistencyProof consistency(const NaiveTree& tree, std::uint64_t from, std::uint64_t to) {
  return {LogSize{from}, LogSize{to}, tree.root(from), tree.root(to), tree.proof(from, to)};
}

// What the definitions say of a proof, whatever it claims.
bool holds_naively(const InclusionProof& proof) {
  const auto root =
      testing::root_of_path(proof.index.value, proof.size.count, proof.leaf, proof.hashes);
  return root == proof.root;
}

bool holds_naively(const ConsistencyProof& proof) {
  const auto roots =
      testing::roots_of_proof(proof.from.count, proof.to.count, proof.from_root, proof.hashes);
  return roots == std::pair(proof.from_root, proof.to_root);
}

Result<void> check(const InclusionProof& proof) { return check_inclusion(proof); }
Result<void> check(const ConsistencyProof& proof) { return check_consistency(proof); }

template <typename Proof>
void require_refused(const Proof& proof) {
  const auto held = check(proof);
  REQUIRE_FALSE(held.ok());
  REQUIRE(held.error().code == ErrorCode::kRefused);
  REQUIRE(held.error().message.size() > 10);
}

Hash with_bit_turned(Hash hash, Random& random) {
  const std::uint64_t bit = random.below(256);
  hash.bytes[bit / 8] = static_cast<std::uint8_t>(hash.bytes[bit / 8] ^ (1U << (bit % 8)));
  return hash;
}

Hash random_hash(Random& random) {
  Hash hash;
  for (std::uint8_t& byte : hash.bytes) byte = static_cast<std::uint8_t>(random.below(256));
  return hash;
}

// Calls `visit` with every list of hashes that differs from this one in a single way.
void for_each_change(const std::vector<Hash>& hashes, const std::vector<Hash>& strangers,
                     Random& random, const std::function<void(std::vector<Hash>)>& visit) {
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    std::vector<Hash> changed = hashes;
    changed[i] = with_bit_turned(changed[i], random);
    visit(changed);
    changed = hashes;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    visit(changed);
    for (std::size_t j = i + 1; j < hashes.size(); ++j) {
      changed = hashes;
      std::swap(changed[i], changed[j]);
      visit(changed);
    }
  }
  for (std::size_t i = 0; i <= hashes.size(); ++i) {
    for (const Hash& stranger : strangers) {
      std::vector<Hash> changed = hashes;
      changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(i), stranger);
      visit(changed);
    }
    if (i == hashes.size()) break;
    std::vector<Hash> changed = hashes;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(i), hashes[i]);
    visit(changed);
  }
  if (!hashes.empty()) visit({});
}

// Every index of a small tree, some of a larger one: the edges, and those that chance picks.
std::vector<std::uint64_t> some_below(std::uint64_t size, std::uint64_t all_up_to, Random& random) {
  std::vector<std::uint64_t> some;
  if (size <= all_up_to) {
    for (std::uint64_t i = 0; i < size; ++i) some.push_back(i);
    return some;
  }
  some = {0, 1, size / 2, size - 2, size - 1};
  for (int i = 0; i < 6; ++i) some.push_back(random.below(size));
  return some;
}

}  // namespace

TEST_CASE("A tree of seven leaves has the proofs that RFC 6962 draws in section 2.1.3") {
  // By the letters of the drawing: a to f and j are the leaves' hashes, g to l those above them.
  const merkle::LeafRange a{0, 1}, b{1, 2}, c{2, 3}, d{3, 4}, e{4, 5}, f{5, 6}, j{6, 7};
  const merkle::LeafRange g{0, 2}, h{2, 4}, i{4, 6}, k{0, 4}, l{4, 7};
  using Ranges = std::vector<merkle::LeafRange>;
  CHECK(merkle::inclusion_ranges(Sequence{0}, LogSize{7}) == Ranges{b, h, l});
  CHECK(merkle::inclusion_ranges(Sequence{3}, LogSize{7}) == Ranges{c, g, l});
  CHECK(merkle::inclusion_ranges(Sequence{4}, LogSize{7}) == Ranges{f, j, k});
  CHECK(merkle::inclusion_ranges(Sequence{6}, LogSize{7}) == Ranges{i, k});
  CHECK(merkle::inclusion_ranges(Sequence{2}, LogSize{3}) == Ranges{g});
  CHECK(merkle::consistency_ranges(LogSize{3}, LogSize{7}) == Ranges{c, d, g, l});
  CHECK(merkle::consistency_ranges(LogSize{4}, LogSize{7}) == Ranges{l});
  CHECK(merkle::consistency_ranges(LogSize{6}, LogSize{7}) == Ranges{i, j, k});
  CHECK(merkle::consistency_ranges(LogSize{7}, LogSize{7}).empty());
  CHECK(merkle::inclusion_ranges(Sequence{0}, LogSize{1}).empty());
  CHECK(merkle::inclusion_ranges(Sequence{1}, LogSize{2}) == Ranges{a});
  CHECK(merkle::inclusion_ranges(Sequence{4}, LogSize{5}) == Ranges{k});
  CHECK(merkle::consistency_ranges(LogSize{5}, LogSize{7}) == Ranges{e, f, j, k});
}

TEST_CASE("Complete subtrees cover a range once, largest first, each at a multiple of its width") {
  std::vector<merkle::LeafRange> ranges = {{0, 0}, {0, kMostEvents}, {0, kMostEvents + 1}};
  for (std::uint64_t size = 1; size <= 130; ++size) {
    ranges.push_back({0, size});
    for (std::uint64_t index = 0; index < size; ++index) {
      for (const auto& range : merkle::inclusion_ranges(Sequence{index}, LogSize{size})) {
        ranges.push_back(range);
      }
    }
  }
  for (const merkle::LeafRange& range : ranges) {
    std::uint64_t next = range.begin;
    unsigned height = 64;
    for (const merkle::Subtree& part : merkle::complete_subtrees(range)) {
      REQUIRE(part.height < height);
      height = part.height;
      REQUIRE(part.index << height == next);
      next += std::uint64_t{1} << height;
    }
    REQUIRE(next == range.end);
  }
}

TEST_CASE("A leaf is proven in every tree that it stands in, by the hashes of the definition") {
  Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const NaiveTree tree = NaiveTree::numbered(600);
  const MemoryStore store = stored(tree, 40, random);
  TreeReader reader(store);
  for (std::uint64_t size = 1; size <= 600; ++size) {
    const auto root = reader.root(LogSize{size});
    REQUIRE(root.ok());
    REQUIRE(*root == tree.root(size));
    for (const std::uint64_t index : some_below(size, 140, random)) {
      INFO("index " << index << " of " << size);
      const InclusionProof proof = inclusion(tree, index, size);
      const auto hashes = reader.inclusion(Sequence{index}, LogSize{size});
      REQUIRE(hashes.ok());
      REQUIRE(*hashes == proof.hashes);
      REQUIRE(holds_naively(proof));
      REQUIRE(check_inclusion(proof).ok());
    }
  }
}

TEST_CASE("A tree is proven to begin with every smaller one, by the hashes of the definition") {
  Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const NaiveTree tree = NaiveTree::numbered(600);
  const MemoryStore store = stored(tree, 300, random);
  TreeReader reader(store);
  for (std::uint64_t to = 1; to <= 600; ++to) {
    for (const std::uint64_t before : some_below(to, 132, random)) {
      const std::uint64_t from = before + 1;
      INFO("from " << from << " to " << to);
      const ConsistencyProof proof = consistency(tree, from, to);
      const auto hashes = reader.consistency(LogSize{from}, LogSize{to});
      REQUIRE(hashes.ok());
      REQUIRE(*hashes == proof.hashes);
      REQUIRE(holds_naively(proof));
      REQUIRE(check_consistency(proof).ok());
    }
  }
}

TEST_CASE("Proofs hold in trees of up to 100,000 leaves, in which tiles stand on tiles") {
  Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  constexpr std::uint64_t kLeaves = 100'000;
  const NaiveTree tree = NaiveTree::numbered(kLeaves);
  const MemoryStore store = stored(tree, 20'000, random);
  TreeReader reader(store);
  std::vector<std::uint64_t> sizes = {1, 255, 256, 257, 65'535, 65'536, 65'537, 65'792, kLeaves};
  for (int i = 0; i < 200; ++i) sizes.push_back(1 + random.below(kLeaves));
  for (const std::uint64_t size : sizes) {
    const std::uint64_t index = random.below(size);
    const std::uint64_t from = 1 + random.below(size);
    INFO("index " << index << " and from " << from << " of " << size);
    REQUIRE(*reader.root(LogSize{size}) == tree.root(size));
    REQUIRE(*reader.inclusion(Sequence{index}, LogSize{size}) == tree.path(index, size));
    REQUIRE(*reader.consistency(LogSize{from}, LogSize{size}) == tree.proof(from, size));
    REQUIRE(check_inclusion(inclusion(tree, index, size)).ok());
    REQUIRE(check_consistency(consistency(tree, from, size)).ok());
    for_each_change(tree.path(index, size), {random_hash(random)}, random,
                    [&](std::vector<Hash> hashes) {
                      InclusionProof changed = inclusion(tree, index, size);
                      changed.hashes = std::move(hashes);
                      require_refused(changed);
                    });
    for_each_change(tree.proof(from, size), {random_hash(random)}, random,
                    [&](std::vector<Hash> hashes) {
                      ConsistencyProof changed = consistency(tree, from, size);
                      changed.hashes = std::move(hashes);
                      require_refused(changed);
                    });
  }
}

TEST_CASE("A proof of inclusion of which anything is changed is refused") {
  Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const NaiveTree tree = NaiveTree::numbered(601);
  for (std::uint64_t size = 1; size <= 600; size += size < 40 ? 1 : 1 + random.below(40)) {
    for (const std::uint64_t index : some_below(size, 40, random)) {
      INFO("index " << index << " of " << size);
      const InclusionProof proof = inclusion(tree, index, size);
      for_each_change(proof.hashes, {proof.root, proof.leaf, random_hash(random)}, random,
                      [&](std::vector<Hash> hashes) {
                        InclusionProof changed = proof;
                        changed.hashes = std::move(hashes);
                        require_refused(changed);
                      });
      InclusionProof changed = proof;
      changed.leaf = with_bit_turned(proof.leaf, random);
      require_refused(changed);
      changed = proof;
      changed.root = with_bit_turned(proof.root, random);
      require_refused(changed);
      changed.root = tree.root(size + 1);
      require_refused(changed);
      changed.root = tree.root(size - 1);
      require_refused(changed);
      changed = proof;
      ++changed.index.value;
      require_refused(changed);
      changed.index.value -= 2;  // of index 0: the largest number there is
      require_refused(changed);
    }
  }
}

TEST_CASE("A proof of consistency of which anything is changed is refused") {
  Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const NaiveTree tree = NaiveTree::numbered(601);
  for (std::uint64_t to = 1; to <= 600; to += to < 40 ? 1 : 1 + random.below(40)) {
    for (const std::uint64_t before : some_below(to, 40, random)) {
      const std::uint64_t from = before + 1;
      INFO("from " << from << " to " << to);
      const ConsistencyProof proof = consistency(tree, from, to);
      for_each_change(proof.hashes, {proof.from_root, proof.to_root, random_hash(random)}, random,
                      [&](std::vector<Hash> hashes) {
                        ConsistencyProof changed = proof;
                        changed.hashes = std::move(hashes);
                        require_refused(changed);
                      });
      ConsistencyProof changed = proof;
      changed.from_root = with_bit_turned(proof.from_root, random);
      require_refused(changed);
      changed = proof;
      changed.to_root = with_bit_turned(proof.to_root, random);
      require_refused(changed);
      changed.to_root = tree.root(to + 1);
      require_refused(changed);
      changed = proof;
      changed.from_root = tree.root(from - 1);
      require_refused(changed);
      if (from == to) continue;
      changed = proof;
      std::swap(changed.from_root, changed.to_root);
      require_refused(changed);
      changed = proof;
      std::swap(changed.from, changed.to);
      require_refused(changed);
    }
  }
}

// A bare proof vouches for a root, not for a size: where trees of two sizes have the same shape
// along the path, it holds for both.  That the size is the root's is what a checkpoint signs.
TEST_CASE("A proof with another size holds exactly where the definition gives the same shape") {
  Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const NaiveTree tree = NaiveTree::numbered(140);
  std::uint64_t held = 0;
  std::uint64_t refused = 0;
  const auto compare = [&](const auto& proof) {
    const bool expected = holds_naively(proof);
    ++(expected ? held : refused);
    REQUIRE(check(proof).ok() == expected);
    if (!expected) require_refused(proof);
  };
  for (std::uint64_t size = 1; size <= 140; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      InclusionProof proof = inclusion(tree, index, size);
      for (const std::uint64_t other : {size - 1, size + 1, size / 2, size * 2, size ^ 2}) {
        INFO("index " << index << " of " << size << " as of " << other);
        proof.size.count = other;
        compare(proof);
      }
    }
    for (const std::uint64_t before : some_below(size, 40, random)) {
      const std::uint64_t from = before + 1;
      for (const std::uint64_t other : {size - 1, size + 1, size / 2, size * 2}) {
        INFO("from " << from << " to " << size << " as to " << other);
        ConsistencyProof proof = consistency(tree, from, size);
        proof.to.count = other;
        compare(proof);
      }
      for (const std::uint64_t other : {from - 1, from + 1, from ^ 2}) {
        INFO("from " << from << " to " << size << " as from " << other);
        ConsistencyProof proof = consistency(tree, from, size);
        proof.from.count = other;
        compare(proof);
      }
    }
  }
  CHECK(held > 1'000);
  CHECK(refused > 10'000);
}

TEST_CASE("A log may have up to 2^63 − 1 events, and a leaf any place in it") {
  Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const Hash leaf = random_hash(random);
  for (const std::uint64_t size : {kMostEvents, kMostEvents - 1, (kMostEvents >> 1) + 2}) {
    for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, kMostEvents / 2,
                                      kMostEvents / 2 + 1, size - 2, size - 1}) {
      INFO("index " << index << " of " << size);
      InclusionProof proof{Sequence{index}, LogSize{size}, leaf, {}, {}};
      const std::size_t hashes = merkle::inclusion_ranges(proof.index, proof.size).size();
      CHECK(hashes <= 63);
      while (proof.hashes.size() < hashes) proof.hashes.push_back(random_hash(random));
      const auto root = testing::root_of_path(index, size, leaf, proof.hashes);
      REQUIRE(root);
      proof.root = *root;
      CHECK(check_inclusion(proof).ok());
      proof.hashes.push_back(random_hash(random));
      require_refused(proof);
      proof.hashes.pop_back();
      ++proof.size.count;
      if (proof.size.count > kMostEvents) require_refused(proof);
    }
    for (const std::uint64_t from : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3},
                                     kMostEvents / 2 + 1, kMostEvents / 2 + 2, size - 1}) {
      INFO("from " << from << " to " << size);
      ConsistencyProof proof{LogSize{from}, LogSize{size}, random_hash(random), {}, {}};
      const std::size_t hashes = merkle::consistency_ranges(proof.from, proof.to).size();
      while (proof.hashes.size() < hashes) proof.hashes.push_back(random_hash(random));
      const auto roots = testing::roots_of_proof(from, size, proof.from_root, proof.hashes);
      REQUIRE(roots);
      std::tie(proof.from_root, proof.to_root) = *roots;
      CHECK(check_consistency(proof).ok());
      if (from == size) {
        proof.hashes.push_back(random_hash(random));
      } else {
        proof.hashes.pop_back();
      }
      require_refused(proof);
    }
  }
}

TEST_CASE("What is no place in a log, and no two sizes of one, is refused") {
  const Hash hash = testing::NaiveTree::numbered(1).root(1);
  const std::vector<Hash> none;
  const std::vector<Hash> one = {hash};
  struct Place {
    std::uint64_t index;
    std::uint64_t size;
    std::vector<Hash> hashes;
    std::string_view message;  // empty: it holds
  };
  for (const Place& row : {
           Place{0, 1, none, ""},
           Place{0, 0, none, "index 0 does not lie in a log of 0 events"},
           Place{1, 1, none, "index 1 does not lie in a log of 1 events"},
           Place{2, 1, none, "index 2 does not lie in a log of 1 events"},
           Place{UINT64_MAX, 1, none, "does not lie in a log of 1 events"},
           Place{7, 7, one, "index 7 does not lie in a log of 7 events"},
           Place{0, 1, one, "a proof of 1 hashes is too long"},
           Place{0, 2, none, "a proof of 0 hashes is too short"},
           Place{0, kMostEvents, none, "a proof of 0 hashes is too short"},
           Place{0, kMostEvents + 1, none, "a log of 9223372036854775808 events is larger than"},
           Place{0, UINT64_MAX, none, "a log of 18446744073709551615 events is larger than"},
           Place{UINT64_MAX, UINT64_MAX, none, "is larger than"},
       }) {
    const auto held =
        check_inclusion({Sequence{row.index}, LogSize{row.size}, hash, hash, row.hashes});
    CAPTURE(row.index, row.size, held.ok() ? "" : held.error().message);
    CHECK(held.ok() == row.message.empty());
    if (held.ok()) continue;
    CHECK(held.error().code == ErrorCode::kRefused);
    CHECK(held.error().message.find(row.message) != std::string::npos);
  }
  struct Growth {
    std::uint64_t from;
    std::uint64_t to;
    std::vector<Hash> hashes;
    std::string_view message;
  };
  for (const Growth& row : {
           Growth{1, 1, none, ""},
           Growth{7, 7, none, ""},
           Growth{kMostEvents, kMostEvents, none, ""},
           Growth{1, 1, one, "a proof of 1 hashes is too long"},
           Growth{kMostEvents, kMostEvents, one, "a proof of 1 hashes is too long"},
           Growth{0, 0, none, "a log of no events"},
           Growth{0, 1, none, "a log of no events"},
           Growth{0, 1, one, "a log of no events"},
           Growth{2, 1, none, "a log of 1 events does not extend one of 2"},
           Growth{2, 1, one, "a log of 1 events does not extend one of 2"},
           Growth{1, 0, none, "a log of 0 events does not extend one of 1"},
           Growth{1, 2, none, "a proof of 0 hashes is too short"},
           Growth{3, 4, none, "a proof of 0 hashes is too short"},
           Growth{1, kMostEvents + 1, one, "is larger than"},
           Growth{kMostEvents + 1, kMostEvents + 1, none, "is larger than"},
           Growth{UINT64_MAX, 1, none, "a log of 1 events does not extend one of 184467440737095"},
           Growth{UINT64_MAX, UINT64_MAX, none, "is larger than"},
       }) {
    const auto held =
        check_consistency({LogSize{row.from}, LogSize{row.to}, hash, hash, row.hashes});
    CAPTURE(row.from, row.to, held.ok() ? "" : held.error().message);
    CHECK(held.ok() == row.message.empty());
    if (held.ok()) continue;
    CHECK(held.error().code == ErrorCode::kRefused);
    CHECK(held.error().message.find(row.message) != std::string::npos);
  }
}

TEST_CASE("A refusal names both roots where the hashes lead elsewhere") {
  const NaiveTree tree = NaiveTree::numbered(7);
  InclusionProof leaf = inclusion(tree, 3, 7);
  leaf.root = tree.root(6);
  const std::string of_leaf = check_inclusion(leaf).error().message;
  CHECK(of_leaf.find(tree.root(7).to_string()) != std::string::npos);
  CHECK(of_leaf.find(tree.root(6).to_string()) != std::string::npos);

  ConsistencyProof growth = consistency(tree, 3, 7);
  growth.from_root = tree.root(2);
  const std::string of_old = check_consistency(growth).error().message;
  CHECK(of_old.find(tree.root(3).to_string() + " of 3 events") != std::string::npos);
  CHECK(of_old.find(tree.root(2).to_string()) != std::string::npos);
  growth = consistency(tree, 3, 7);
  growth.to_root = tree.root(2);
  const std::string of_new = check_consistency(growth).error().message;
  CHECK(of_new.find(tree.root(7).to_string() + " of 7 events") != std::string::npos);
  CHECK(of_new.find(tree.root(2).to_string()) != std::string::npos);

  const ConsistencyProof fork{LogSize{7}, LogSize{7}, tree.root(7), tree.root(6), {}};
  const std::string of_fork = check_consistency(fork).error().message;
  CHECK(of_fork.find(tree.root(7).to_string()) != std::string::npos);
  CHECK(of_fork.find(tree.root(6).to_string()) != std::string::npos);
}

TEST_CASE("No proof is made from a tree of which a tile is missing") {
  Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const NaiveTree tree = NaiveTree::numbered(700);
  MemoryStore store = stored(tree, 700, random);
  auto& tiles = store.of(store::Family::kTree);
  for (auto key = tiles.begin(); key != tiles.end();) {
    key = key->first.starts_with(store::tile_key(0, 1, 0).substr(0, 9)) ? tiles.erase(key) : ++key;
  }
  TreeReader reader(store);
  for (const std::uint64_t index : {256U, 300U, 511U}) {
    const auto hashes = reader.inclusion(Sequence{index}, LogSize{700});
    REQUIRE_FALSE(hashes.ok());
    CHECK(hashes.error().code == ErrorCode::kDamaged);
    CHECK(hashes.error().message == "tile 1 of level 0 of the hash tree is damaged");
  }
  CHECK_FALSE(reader.consistency(LogSize{300}, LogSize{700}).ok());
  CHECK_FALSE(reader.root(LogSize{300}).ok());
  // What does not need it is proven as before.
  CHECK(*reader.inclusion(Sequence{5}, LogSize{256}) == tree.path(5, 256));
  CHECK(*reader.inclusion(Sequence{600}, LogSize{700}) == tree.path(600, 700));
  CHECK(*reader.consistency(LogSize{512}, LogSize{700}) == tree.proof(512, 700));
}

}  // namespace tally
