#include "merkle/signing_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "base/check.h"

namespace tally::merkle {
namespace {

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
struct DigestDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using Digest = std::unique_ptr<EVP_MD_CTX, DigestDeleter>;

Digest new_digest() {
  Digest digest(EVP_MD_CTX_new());
  TALLY_CHECK(digest != nullptr);
  return digest;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// No key file asks for a password; without this, one that does would ask at the terminal.
int no_password(char*, int, int, void*) { return 0; }

}  // namespace

struct SigningKey::State {
  Key key;
};

SigningKey SigningKey::generate() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  TALLY_CHECK(key != nullptr);
  return SigningKey(std::make_shared<const State>(State{std::move(key)}));
}

std::optional<SigningKey> SigningKey::from_pem(std::string_view pem) {
  constexpr std::size_t kMostBytes = 4'096;
  if (pem.size() > kMostBytes) return std::nullopt;
  const std::unique_ptr<BIO, BioDeleter> memory(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  TALLY_CHECK(memory != nullptr);
  Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_password, nullptr));
  if (key == nullptr || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) return std::nullopt;
  SigningKey read(std::make_shared<const State>(State{std::move(key)}));
  if (read.to_pem() != pem) return std::nullopt;
  return read;
}

std::string SigningKey::to_pem() const {
  const std::unique_ptr<BIO, BioDeleter> memory(BIO_new(BIO_s_mem()));
  TALLY_CHECK(memory != nullptr);
  TALLY_CHECK(PEM_write_bio_PKCS8PrivateKey(memory.get(), state_->key.get(), nullptr, nullptr, 0,
                                            nullptr, nullptr) == 1);
  char* data = nullptr;
  const long length = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

PublicKey SigningKey::public_key() const {
  PublicKey key{};
  std::size_t size = key.size();
  TALLY_CHECK(EVP_PKEY_get_raw_public_key(state_->key.get(), key.data(), &size) == 1);
  TALLY_CHECK(size == key.size());
  return key;
}

Signature SigningKey::sign(std::string_view text) const {
  const Digest digest = new_digest();
  TALLY_CHECK(EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1);
  Signature signature{};
  std::size_t size = signature.size();
  TALLY_CHECK(EVP_DigestSign(digest.get(), signature.data(), &size, bytes_of(text), text.size()) ==
              1);
  TALLY_CHECK(size == signature.size());
  return signature;
}

bool is_signed_by(const PublicKey& key, std::string_view text, std::string_view signature) {
  const Key known(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  if (known == nullptr || signature.size() != kSignatureBytes) return false;
  const Digest digest = new_digest();
  return EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, known.get()) == 1 &&
         EVP_DigestVerify(digest.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

void fill_random(std::uint8_t* bytes, std::size_t size) {
  TALLY_CHECK(RAND_bytes(bytes, static_cast<int>(size)) == 1);
}

}  // namespace tally::merkle
