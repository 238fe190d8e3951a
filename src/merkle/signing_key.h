#pragma once

// The log's Ed25519 key, its private half, and whether a signature is one's (RFC 8032).

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tally/checkpoint.h"

namespace tally::merkle {

inline constexpr std::size_t kSignatureBytes = 64;
using Signature = std::array<std::uint8_t, kSignatureBytes>;

// A private key.  Copies share it; any thread may sign.
class SigningKey {
 public:
  static SigningKey generate();
  // Reads what `to_pem` wrote, and nothing else: where any byte differs there is no key.
  static std::optional<SigningKey> from_pem(std::string_view pem);

  // PKCS#8, to be kept with mode 0600.
  std::string to_pem() const;
  PublicKey public_key() const;
  Signature sign(std::string_view text) const;

 private:
  struct State;
  explicit SigningKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

// Whether `signature` is this key's over the text.
bool is_signed_by(const PublicKey& key, std::string_view text, std::string_view signature);

// Fills with bytes that nobody can foretell.
void fill_random(std::uint8_t* bytes, std::size_t size);

}  // namespace tally::merkle
