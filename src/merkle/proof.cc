#include "tally/proof.h"

#include <fmt/format.h>

#include <bit>

#include "base/try.h"
#include "merkle/refused.h"
#include "merkle/sha256.h"

namespace tally {
namespace {

using merkle::node_hash;
using merkle::refused;

constexpr std::uint64_t kSizeLimit = std::uint64_t{1} << 63;

Result<void> check_size(LogSize size) {
  if (size.count < kSizeLimit) return {};
  return refused(fmt::format("a log of {} events is larger than any", size.count));
}

Error wrong_length(std::size_t hashes, std::string_view kind) {
  return refused(fmt::format("a proof of {} hashes is too {}", hashes, kind));
}

}  // namespace

Hash leaf_hash(std::string_view bytes) { return merkle::leaf_hash(bytes); }

// RFC 9162, 2.1.3.2: fn and sn are the places of the leaf, and of the last leaf, on each level.
Result<void> check_inclusion(const InclusionProof& proof) {
  TALLY_TRY(check_size(proof.size));
  if (proof.index.value >= proof.size.count) {
    return refused(fmt::format("index {} does not lie in a log of {} events", proof.index.value,
                               proof.size.count));
  }
  std::uint64_t fn = proof.index.value;
  std::uint64_t sn = proof.size.count - 1;
  Hash node = proof.leaf;
  for (const Hash& hash : proof.hashes) {
    if (sn == 0) return wrong_length(proof.hashes.size(), "long");
    if ((fn & 1) == 1 || fn == sn) {
      node = node_hash(hash, node);
      // Levels on which the node stands alone at the right edge have no sibling.
      const int skipped = fn == 0 ? 0 : std::countr_zero(fn);
      fn >>= skipped;
      sn >>= skipped;
    } else {
      node = node_hash(node, hash);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0) return wrong_length(proof.hashes.size(), "short");
  if (node != proof.root) {
    return refused(fmt::format("the proof leads to the root {}, not to {}", node.to_string(),
                               proof.root.to_string()));
  }
  return {};
}

// RFC 9162, 2.1.4.2.
Result<void> check_consistency(const ConsistencyProof& proof) {
  TALLY_TRY(check_size(proof.to));
  const std::uint64_t from = proof.from.count;
  const std::uint64_t to = proof.to.count;
  if (from == 0) return refused("a log of no events is the beginning of any, and proves nothing");
  if (from > to) {
    return refused(fmt::format("a log of {} events does not extend one of {}", to, from));
  }
  if (from == to) {
    if (!proof.hashes.empty()) return wrong_length(proof.hashes.size(), "long");
    if (proof.from_root == proof.to_root) return {};
    return refused(fmt::format("two logs of {} events have the roots {} and {}", from,
                               proof.from_root.to_string(), proof.to_root.to_string()));
  }
  std::uint64_t fn = from - 1;
  std::uint64_t sn = to - 1;
  const int whole = std::countr_one(fn);
  fn >>= whole;
  sn >>= whole;
  auto next = proof.hashes.begin();
  // Where the smaller tree is one whole subtree of the larger, its root is where the proof begins.
  const bool begins_with_root = std::has_single_bit(from);
  if (!begins_with_root && next == proof.hashes.end()) return wrong_length(0, "short");
  Hash from_node = begins_with_root ? proof.from_root : *next++;
  Hash to_node = from_node;
  for (; next != proof.hashes.end(); ++next) {
    if (sn == 0) return wrong_length(proof.hashes.size(), "long");
    if ((fn & 1) == 1 || fn == sn) {
      from_node = node_hash(*next, from_node);
      to_node = node_hash(*next, to_node);
      const int skipped = fn == 0 ? 0 : std::countr_zero(fn);
      fn >>= skipped;
      sn >>= skipped;
    } else {
      to_node = node_hash(to_node, *next);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0) return wrong_length(proof.hashes.size(), "short");
  if (from_node != proof.from_root) {
    return refused(fmt::format("the proof leads to the root {} of {} events, not to {}",
                               from_node.to_string(), from, proof.from_root.to_string()));
  }
  if (to_node != proof.to_root) {
    return refused(fmt::format("the proof leads to the root {} of {} events, not to {}",
                               to_node.to_string(), to, proof.to_root.to_string()));
  }
  return {};
}

}  // namespace tally
