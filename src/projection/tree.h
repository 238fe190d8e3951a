#pragma once

// The hash tree over the log, as tiles of height 8 (C2SP tlog-tiles): level 0 holds leaf hashes,
// level L the roots of complete subtrees of 256^L leaves.  Tiles are stored as runs, one for each
// commit that added to them, so that a commit of one event writes one hash and not a whole tile.

#include <array>
#include <map>
#include <utility>
#include <vector>

#include "merkle/frontier.h"
#include "merkle/subtrees.h"
#include "merkle/tile_path.h"
#include "store/store.h"
#include "tally/hash.h"
#include "tally/result.h"

namespace tally::projection {

using merkle::kTileHeight;
using merkle::kTileWidth;
inline constexpr unsigned kTileLevels = 8;  // 64 bits of leaves

// The hashes of one tile that are there, from its first on; `damaged` where its runs leave a gap.
Result<std::vector<Hash>> read_tile(const store::View& view, unsigned level, std::uint64_t tile);

// Reads roots and proofs of any size that the tree has had.  Keeps the tiles that it met, with all
// hashes within them, so that many proofs of one size cost little more than one.  Not for several
// threads at once.  Errors: `damaged` where a tile that is needed is missing or unreadable.
class TreeReader {
 public:
  explicit TreeReader(const store::View& view) : view_(view) {}

  // The right edge of the tree of this size.
  Result<merkle::Frontier> frontier(LogSize size);
  Result<Hash> root(LogSize size);
  // The hashes of a proof; the index lies below the size, 1 ≤ from ≤ to.
  Result<std::vector<Hash>> inclusion(Sequence index, LogSize size);
  Result<std::vector<Hash>> consistency(LogSize from, LogSize to);

 private:
  // All hashes within a tile by height: those that are stored, and above them those of each two.
  using Tile = std::array<std::vector<Hash>, kTileHeight + 1>;

  Result<const Tile*> tile(unsigned level, std::uint64_t index);
  Result<Hash> subtree(merkle::Subtree subtree);
  Result<Hash> hash_of(merkle::LeafRange range);
  Result<std::vector<Hash>> hashes_of(const std::vector<merkle::LeafRange>& ranges);

  const store::View& view_;
  std::map<std::pair<unsigned, std::uint64_t>, Tile> tiles_;
};

// What a commit adds to the tree, kept in memory until it is written.
class TreeChanges {
 public:
  explicit TreeChanges(merkle::Frontier frontier);
  // On top of others, as projection/changes.h has it.
  static TreeChanges on_top_of(const TreeChanges& below) { return TreeChanges(below.frontier_); }

  void append(const Hash& leaf);
  void absorb(TreeChanges&& above);
  // Writes the runs, in ascending order of their keys.
  Result<void> write(store::Batch& batch) const;

  const merkle::Frontier& frontier() const { return frontier_; }

 private:
  struct Run {
    std::uint64_t first = 0;  // index within the level
    std::vector<Hash> hashes;
  };

  merkle::Frontier frontier_;
  std::array<Run, kTileLevels> levels_;
};

}  // namespace tally::projection
