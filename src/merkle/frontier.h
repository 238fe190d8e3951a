#pragma once

// The right edge of an RFC 6962 tree: all that is needed to append leaves and to tell the root.

#include <cstdint>
#include <optional>
#include <vector>

#include "tally/hash.h"
#include "tally/sequence.h"

namespace tally::merkle {

// A value: copying it gives an independent tree that begins with the same leaves.
class Frontier {
 public:
  // Appends a leaf by its hash.  Where this completes subtrees, `completed(height, hash)` is called
  // for each, lowest first, from height 1 on.
  template <typename Completed>
  void append(const Hash& leaf, Completed completed) {
    Hash node = leaf;
    unsigned height = 0;
    for (; (size_.count >> height) & 1; ++height) {
      node = merge(peaks_.back(), node);
      peaks_.pop_back();
      completed(height + 1, node);
    }
    peaks_.push_back(node);
    ++size_.count;
  }
  void append(const Hash& leaf) {
    append(leaf, [](unsigned, const Hash&) {});
  }

  LogSize size() const { return size_; }
  // The tree's root hash; SHA-256 of nothing for no leaves.
  Hash root() const;

  // The frontier of a tree of this size from the roots of its complete subtrees, largest first: one
  // for each bit set in `size`.
  static std::optional<Frontier> from_peaks(LogSize size, std::vector<Hash> peaks);

 private:
  static Hash merge(const Hash& left, const Hash& right);

  LogSize size_;
  std::vector<Hash> peaks_;  // largest subtree first
};

}  // namespace tally::merkle
