#include "projection/id_hash.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "merkle/signing_key.h"
#include "tally/limits.h"

namespace tally::projection {
namespace {

constexpr std::size_t kWords = limits::kIdentifierBytes / 4;

using Secrets = std::array<std::uint64_t, kWords + 1>;

Secrets make_secrets() {
  Secrets secrets{};
  merkle::fill_random(reinterpret_cast<std::uint8_t*>(secrets.data()), sizeof secrets);
  return secrets;
}

}  // namespace

// The upper half of a sum of products with secrets: two texts of the same length meet with the
// chance of one in 2^32, whoever chose them.
std::uint32_t id_hash(std::string_view id) {
  static const Secrets kSecrets = make_secrets();
  id = id.substr(0, limits::kIdentifierBytes);
  std::uint64_t sum = kSecrets[kWords] * (id.size() + 1);
  for (std::size_t at = 0; at < id.size(); at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, id.data() + at, std::min<std::size_t>(4, id.size() - at));
    sum += kSecrets[at / 4] * word;
  }
  return static_cast<std::uint32_t>(sum >> 32);
}

}  // namespace tally::projection
