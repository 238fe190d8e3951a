#pragma once

// The hash tree over the log, as tiles of height 8 (C2SP tlog-tiles): level 0 holds leaf hashes,
// level L the roots of complete subtrees of 256^L leaves.  Tiles are stored as runs, one for each
// commit that added to them, so that a commit of one event writes one hash and not a whole tile.

#include <array>
#include <utility>
#include <vector>

#include "merkle/frontier.h"
#include "store/store.h"
#include "tally/hash.h"
#include "tally/result.h"

namespace tally::projection {

inline constexpr unsigned kTileHeight = 8;
inline constexpr std::uint64_t kTileWidth = 1U << kTileHeight;
inline constexpr unsigned kTileLevels = 8;  // 64 bits of leaves

// The hashes of one tile that are there, from its first on; `damaged` where its runs leave a gap.
Result<std::vector<Hash>> read_tile(const store::View& view, unsigned level, std::uint64_t tile);

// The right edge of the tree of this size.
Result<merkle::Frontier> read_frontier(const store::View& view, LogSize size);

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
