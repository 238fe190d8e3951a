#pragma once

// Signing keys that are the same on every run, so that signed texts are, too.

#include <string>

#include "base/check.h"
#include "merkle/base64.h"
#include "merkle/signing_key.h"

namespace tally::testing {

// One of many keys.  (PKCS#8 of an Ed25519 key is sixteen bytes that never change, and a seed.)
inline merkle::SigningKey fixed_key(char number) {
  const std::string prefix("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", 16);
  const auto key = merkle::SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\n" +
                                                merkle::base64(prefix + std::string(32, number)) +
                                                "\n-----END PRIVATE KEY-----\n");
  TALLY_CHECK(key.has_value());
  return *key;
}

}  // namespace tally::testing
