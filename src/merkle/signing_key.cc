#include "merkle/signing_key.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "merkle/sha256.h"

namespace tally::merkle {
namespace {

constexpr char kEd25519 = 0x01;  // the signature type of the signed-note format

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};

std::string_view view(const PublicKey& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

std::string key_id(std::string_view origin, const PublicKey& key) {
  const Hash hash = sha256({origin, "\n", std::string_view(&kEd25519, 1), view(key)});
  return hash.to_string().substr(0, 8);
}

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string encoded_key(const PublicKey& key) {
  return base64(std::string(1, kEd25519) + std::string(view(key)));
}

}  // namespace

NewKey generate_key() {
  const std::unique_ptr<EVP_PKEY, KeyDeleter> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  TALLY_CHECK(key != nullptr);
  NewKey fresh;
  std::size_t size = fresh.public_key.size();
  TALLY_CHECK(EVP_PKEY_get_raw_public_key(key.get(), fresh.public_key.data(), &size) == 1);
  TALLY_CHECK(size == fresh.public_key.size());
  const std::unique_ptr<BIO, BioDeleter> memory(BIO_new(BIO_s_mem()));
  TALLY_CHECK(memory != nullptr);
  TALLY_CHECK(PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) == 1);
  char* data = nullptr;
  const long length = BIO_get_mem_data(memory.get(), &data);
  fresh.private_pem.assign(data, static_cast<std::size_t>(length));
  return fresh;
}

std::string encode_vkey(std::string_view origin, const PublicKey& key) {
  return fmt::format("{}+{}+{}", origin, key_id(origin, key), encoded_key(key));
}

Result<VerifierKey> parse_vkey(std::string_view vkey) {
  const Error malformed{
      ErrorCode::kBadEntry,
      fmt::format("\"{}\" is not a verifier key: ORIGIN+HEX8+BASE64", vkey.substr(0, 200)),
      {},
      0,
      {}};
  const std::size_t first = vkey.find('+');
  if (first == std::string_view::npos || vkey.size() < first + 10) return malformed;
  const std::string_view encoded = vkey.substr(first + 10);
  // 33 bytes are 44 characters of base64 without padding.
  if (vkey[first + 9] != '+' || encoded.size() != 44) return malformed;
  std::array<unsigned char, 33> bytes{};
  if (EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(encoded.data()), 44) !=
      33) {
    return malformed;
  }
  VerifierKey parsed;
  parsed.origin = vkey.substr(0, first);
  std::copy(bytes.begin() + 1, bytes.end(), parsed.key.begin());
  if (encode_vkey(parsed.origin, parsed.key) != vkey) return malformed;
  return parsed;
}

Hash fingerprint(const PublicKey& key) { return sha256({view(key)}); }

void fill_random(std::uint8_t* bytes, std::size_t size) {
  TALLY_CHECK(RAND_bytes(bytes, static_cast<int>(size)) == 1);
}

}  // namespace tally::merkle
