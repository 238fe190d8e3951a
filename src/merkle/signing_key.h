#pragma once

// The log's Ed25519 key, and its public half as a C2SP signed-note verifier key (vkey):
// `ORIGIN+HEX8+BASE64(0x01 ‖ public key)` (spec "Integrity: Key").

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tally/hash.h"
#include "tally/result.h"

namespace tally::merkle {

using PublicKey = std::array<std::uint8_t, 32>;

struct NewKey {
  std::string private_pem;  // PKCS#8, to be kept with mode 0600
  PublicKey public_key;
};

// A fresh key.
NewKey generate_key();

// The public key as text, for a log of this origin.
std::string encode_vkey(std::string_view origin, const PublicKey& key);

// Reads a vkey; `bad-entry` where it is not of the form above, its key id included.
struct VerifierKey {
  std::string origin;
  PublicKey key;
};
Result<VerifierKey> parse_vkey(std::string_view vkey);

// SHA-256 of the 32 bytes of the public key.
Hash fingerprint(const PublicKey& key);

// Fills with bytes that nobody can foretell.
void fill_random(std::uint8_t* bytes, std::size_t size);

}  // namespace tally::merkle
