#include "merkle/sha256.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace tally::merkle {
namespace {

const EVP_MD* digest() {
  static const EVP_MD* const kFetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  TALLY_CHECK(kFetched != nullptr);
  return kFetched;
}

class Context {
 public:
  Context() : context_(EVP_MD_CTX_new()) { TALLY_CHECK(context_ != nullptr); }
  ~Context() { EVP_MD_CTX_free(context_); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  EVP_MD_CTX* get() { return context_; }

 private:
  EVP_MD_CTX* context_;
};

std::string_view view(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()};
}

}  // namespace

Hash sha256(std::initializer_list<std::string_view> parts) {
  thread_local Context context;
  TALLY_CHECK(EVP_DigestInit_ex2(context.get(), digest(), nullptr) == 1);
  for (const std::string_view part : parts) {
    TALLY_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  }
  Hash hash;
  TALLY_CHECK(EVP_DigestFinal_ex(context.get(), hash.bytes.data(), nullptr) == 1);
  return hash;
}

struct Sha256::State {
  Context context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  TALLY_CHECK(EVP_DigestInit_ex2(state_->context.get(), digest(), nullptr) == 1);
}
Sha256::~Sha256() = default;

void Sha256::update(std::string_view part) {
  TALLY_CHECK(EVP_DigestUpdate(state_->context.get(), part.data(), part.size()) == 1);
}

Hash Sha256::finish() {
  Hash hash;
  TALLY_CHECK(EVP_DigestFinal_ex(state_->context.get(), hash.bytes.data(), nullptr) == 1);
  return hash;
}

Hash leaf_hash(std::string_view bytes) { return sha256({std::string_view("\0", 1), bytes}); }

Hash leaf_hash_prefixed(std::string_view prefixed) {
  TALLY_CHECK(!prefixed.empty() && prefixed.front() == '\0');
  return sha256({prefixed});
}

Hash node_hash(const Hash& left, const Hash& right) {
  return sha256({std::string_view("\1", 1), view(left), view(right)});
}

Hash empty_tree_hash() { return sha256({}); }

}  // namespace tally::merkle
