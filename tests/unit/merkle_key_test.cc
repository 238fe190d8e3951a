// Verifier keys as text (spec "Integrity: Key").

#include <string>

#include "merkle/signing_key.h"
#include "support/catch.h"

namespace tally::merkle {
namespace {

// The verifier key that the documentation of Go's package sumdb/note gives as its example.
constexpr std::string_view kPublished =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

}  // namespace

TEST_CASE("A published verifier key is read, and written back as it was") {
  const auto key = VerifierKey::parse(kPublished);
  REQUIRE(key.ok());
  CHECK(key->origin == "PeterNeumann");
  CHECK(key->to_string() == kPublished);
  CHECK(key->id() == 0xc74f20a3);
}

TEST_CASE("A fresh key is written and read back, and no two are alike") {
  const SigningKey one = SigningKey::generate();
  const SigningKey two = SigningKey::generate();
  CHECK(one.public_key() != two.public_key());
  CHECK(one.to_pem().starts_with("-----BEGIN PRIVATE KEY-----\n"));
  CHECK(one.to_pem().ends_with("-----END PRIVATE KEY-----\n"));
  for (const std::string origin : {"a", "ledger.example.gov.uk/social-value", "é"}) {
    const auto key = VerifierKey::parse(VerifierKey{origin, one.public_key()}.to_string());
    REQUIRE(key.ok());
    CHECK(key->origin == origin);
    CHECK(key->key == one.public_key());
  }
  CHECK(VerifierKey{"a", one.public_key()}.fingerprint() !=
        VerifierKey{"a", two.public_key()}.fingerprint());
  CHECK(VerifierKey{}.fingerprint().to_string() ==
        "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");  // of 32 zeros
}

TEST_CASE("A verifier key with any byte changed, added or missing is refused") {
  const std::string published(kPublished);
  for (std::size_t at = 0; at < published.size(); ++at) {
    std::string changed = published;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    CAPTURE(changed);
    REQUIRE_FALSE(VerifierKey::parse(changed).ok());
    CHECK(VerifierKey::parse(changed).error().code == ErrorCode::kBadEntry);
    CHECK_FALSE(VerifierKey::parse(published.substr(0, at)).ok());
    CHECK_FALSE(VerifierKey::parse(std::string(published).insert(at, "A")).ok());
  }
  for (const std::string& bad :
       {published + "A", published + "=", published + "\n", " " + published,
        std::string("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        std::string(1'000'000, '+'), std::string("+++"), std::string()}) {
    CAPTURE(bad.substr(0, 100));
    const auto key = VerifierKey::parse(bad);
    REQUIRE_FALSE(key.ok());
    CHECK(key.error().message.size() < 400);
  }
}

TEST_CASE("Random bytes are not the same twice") {
  PublicKey one{};
  PublicKey two{};
  fill_random(one.data(), one.size());
  fill_random(two.data(), two.size());
  CHECK(one != two);
}

}  // namespace tally::merkle
