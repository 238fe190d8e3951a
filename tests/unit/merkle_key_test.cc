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
  const auto key = parse_vkey(kPublished);
  REQUIRE(key.ok());
  CHECK(key->origin == "PeterNeumann");
  CHECK(encode_vkey(key->origin, key->key) == kPublished);
}

TEST_CASE("A fresh key is written and read back, and no two are alike") {
  const NewKey one = generate_key();
  const NewKey two = generate_key();
  CHECK(one.public_key != two.public_key);
  CHECK(one.private_pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
  CHECK(one.private_pem.ends_with("-----END PRIVATE KEY-----\n"));
  for (const std::string_view origin : {"a", "ledger.example.gov.uk/social-value", "é"}) {
    const auto key = parse_vkey(encode_vkey(origin, one.public_key));
    REQUIRE(key.ok());
    CHECK(key->origin == origin);
    CHECK(key->key == one.public_key);
  }
  CHECK(fingerprint(one.public_key) != fingerprint(two.public_key));
  CHECK(fingerprint(PublicKey{}).to_string() ==
        "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");  // of 32 zeros
}

TEST_CASE("A verifier key with any byte changed, added or missing is refused") {
  const std::string published(kPublished);
  for (std::size_t at = 0; at < published.size(); ++at) {
    std::string changed = published;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    CAPTURE(changed);
    REQUIRE_FALSE(parse_vkey(changed).ok());
    CHECK(parse_vkey(changed).error().code == ErrorCode::kBadEntry);
    CHECK_FALSE(parse_vkey(published.substr(0, at)).ok());
    CHECK_FALSE(parse_vkey(std::string(published).insert(at, "A")).ok());
  }
  for (const std::string& bad :
       {published + "A", published + "=", published + "\n", " " + published,
        std::string("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        std::string(1'000'000, '+'), std::string("+++"), std::string()}) {
    CAPTURE(bad.substr(0, 100));
    const auto key = parse_vkey(bad);
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
