#pragma once

// SHA-256, and the two hashes of an RFC 6962 tree.  The digest is fetched from OpenSSL once and the
// context of each thread is used again: a lookup per call would cost more than a short event's
// hash.

#include <initializer_list>
#include <memory>
#include <string_view>

#include "tally/hash.h"

namespace tally::merkle {

// SHA-256 of the parts, one after the other.
Hash sha256(std::initializer_list<std::string_view> parts);

// SHA-256 of a long text that comes in parts.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view part);
  // The digest of all parts.  Nothing may follow.
  Hash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Of a leaf: SHA-256(0x00 ‖ bytes).
Hash leaf_hash(std::string_view bytes);

// Of a leaf whose bytes already stand behind a 0x00: `prefixed` holds both.
Hash leaf_hash_prefixed(std::string_view prefixed);

// Of an inner node: SHA-256(0x01 ‖ left ‖ right).
Hash node_hash(const Hash& left, const Hash& right);

// Of a tree without leaves: SHA-256 of nothing.
Hash empty_tree_hash();

}  // namespace tally::merkle
