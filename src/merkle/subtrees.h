#pragma once

// Which parts of a tree a proof is made of, by their places alone: pure arithmetic, no hashes.
// (RFC 6962 sections 2.1.1 and 2.1.2.)

#include <cstdint>
#include <vector>

#include "tally/sequence.h"

namespace tally::merkle {

// The leaves from `begin` to `end` − 1, as a tree of their own within a larger one.
struct LeafRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  friend bool operator==(const LeafRange&, const LeafRange&) = default;
};

// A complete subtree: the `index`-th of those of 2^height leaves.
struct Subtree {
  unsigned height = 0;
  std::uint64_t index = 0;
  friend bool operator==(const Subtree&, const Subtree&) = default;
};

// What the hashes of an inclusion proof are of, in their order.  The index lies below the size.
std::vector<LeafRange> inclusion_ranges(Sequence index, LogSize size);

// What the hashes of a consistency proof are of, in their order; 1 ≤ from ≤ to.
std::vector<LeafRange> consistency_ranges(LogSize from, LogSize to);

// The complete subtrees that a range of a proof, or a whole tree, is made of: largest first.
std::vector<Subtree> complete_subtrees(LeafRange range);

}  // namespace tally::merkle
