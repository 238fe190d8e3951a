#pragma once

// Hashes as they stand in checkpoints and proofs: base64 of their 32 bytes.

#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "merkle/base64.h"
#include "tally/hash.h"

namespace tally::merkle {

inline std::string hash_to_base64(const Hash& hash) {
  return base64({reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()});
}

// Nothing where the text is not exactly what `hash_to_base64` writes.
inline std::optional<Hash> hash_from_base64(std::string_view text) {
  Hash hash;
  if (text.size() != 44) return std::nullopt;
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() != hash.bytes.size()) return std::nullopt;
  std::memcpy(hash.bytes.data(), bytes->data(), bytes->size());
  return hash;
}

}  // namespace tally::merkle
