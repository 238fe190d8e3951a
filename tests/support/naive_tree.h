#pragma once

// The tree and the proofs of RFC 6962, written down as its sections 2.1, 2.1.1 and 2.1.2 define
// them, and what a proof leads to, by taking the same definitions apart.  Nothing is shared with
// the library but SHA-256.

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tally/hash.h"

namespace tally::testing {

class NaiveTree {
 public:
  explicit NaiveTree(std::vector<Hash> leaves) : leaves_(std::move(leaves)) {}
  // Of leaves `leaf 0`, `leaf 1`, …
  static NaiveTree numbered(std::uint64_t count);

  const std::vector<Hash>& leaves() const { return leaves_; }
  // MTH(D[size]), PATH(index, D[size]) and PROOF(from, D[to]); 1 ≤ from ≤ to.
  Hash root(std::uint64_t size) const { return mth(0, size); }
  std::vector<Hash> path(std::uint64_t index, std::uint64_t size) const;
  std::vector<Hash> proof(std::uint64_t from, std::uint64_t to) const;

 private:
  Hash mth(std::uint64_t begin, std::uint64_t end) const;
  std::vector<Hash> path(std::uint64_t index, std::uint64_t begin, std::uint64_t end) const;
  std::vector<Hash> subproof(std::uint64_t from, std::uint64_t begin, std::uint64_t end,
                             bool is_known) const;

  std::vector<Hash> leaves_;
  // So that proofs of many sizes do not hash the same leaves again and again.
  mutable std::map<std::pair<std::uint64_t, std::uint64_t>, Hash> known_;
};

// The bytes of the leaf of that number.
std::string numbered_leaf(std::uint64_t index);

// The root that a path leads to from a leaf; nothing where it has not the right number of hashes,
// or the tree no such leaf.
std::optional<Hash> root_of_path(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                 std::vector<Hash> hashes);

// The roots of the smaller and of the larger tree that a consistency proof leads to; nothing where
// it has not the right number of hashes, or there are no such trees.
std::optional<std::pair<Hash, Hash>> roots_of_proof(std::uint64_t from, std::uint64_t to,
                                                    const Hash& from_root,
                                                    std::vector<Hash> hashes);

}  // namespace tally::testing
