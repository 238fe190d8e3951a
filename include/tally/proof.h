#pragma once

// Merkle proofs over a log of events (RFC 6962 section 2.1; checked as RFC 9162 sections 2.1.3.2
// and 2.1.4.2 say).  Pure functions over values: they need no ledger, and trust nothing that they
// are given.
//
//   const tally::Hash leaf = tally::leaf_hash(event_bytes);
//   auto held = tally::check_inclusion({tally::Sequence{5}, size, leaf, root, hashes});
//   if (!held.ok()) std::cerr << held.error().message << '\n';
//
// A checkpoint, which says who vouches for a root, is in tally/checkpoint.h; how a ledger makes
// proofs, in tally/integrity.h.

#include <string_view>
#include <vector>

#include "tally/hash.h"
#include "tally/result.h"
#include "tally/sequence.h"

namespace tally {

// Of an event's bytes as they are stored: SHA-256(0x00 ‖ bytes).
Hash leaf_hash(std::string_view bytes);

// That the leaf stands at an index of the tree of a size that has this root.
struct InclusionProof {
  Sequence index;
  LogSize size;
  Hash leaf;
  Hash root;
  std::vector<Hash> hashes;  // the leaf's sibling first, a child of the root last
};

// That the tree of size `to` begins with all leaves of the tree of size `from`.
struct ConsistencyProof {
  LogSize from;
  LogSize to;
  Hash from_root;
  Hash to_root;
  std::vector<Hash> hashes;  // in the order of RFC 6962 section 2.1.2
};

// Holds, or `refused`, naming what is wrong: an index beyond the tree, too few or too many hashes,
// another root.  Sizes lie below 2^63.
Result<void> check_inclusion(const InclusionProof& proof);

// The same; a tree of no leaves proves nothing and is refused.  Trees of one size need the same
// root and no hash.
Result<void> check_consistency(const ConsistencyProof& proof);

}  // namespace tally
