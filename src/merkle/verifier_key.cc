#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/bytes.h"
#include "base/shown.h"
#include "merkle/base64.h"
#include "merkle/sha256.h"
#include "tally/checkpoint.h"

namespace tally {
namespace {

constexpr char kEd25519 = 0x01;  // the signature type of the signed-note format

std::string_view view(const PublicKey& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

}  // namespace

bool is_key_name(std::string_view name) {
  // Unicode white space beyond ASCII: U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029,
  // U+202F, U+205F, U+3000.
  static constexpr std::string_view kWide[] = {"\u0085", "\u00A0", "\u1680", "\u2000", "\u2001",
                                               "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
                                               "\u2007", "\u2008", "\u2009", "\u200A", "\u2028",
                                               "\u2029", "\u202F", "\u205F", "\u3000"};
  if (name.empty()) return false;
  const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == '+';
  });
  return plain && std::none_of(std::begin(kWide), std::end(kWide), [&](std::string_view space) {
           return name.find(space) != std::string_view::npos;
         });
}

std::uint32_t VerifierKey::id() const {
  const Hash hash = merkle::sha256({origin, "\n", std::string_view(&kEd25519, 1), view(key)});
  return base::get_big_endian<std::uint32_t>(reinterpret_cast<const char*>(hash.bytes.data()));
}

std::string VerifierKey::to_string() const {
  return fmt::format("{}+{:08x}+{}", origin, id(),
                     merkle::base64(std::string(1, kEd25519).append(view(key))));
}

Result<VerifierKey> VerifierKey::parse(std::string_view vkey) {
  auto malformed = [&] {
    return Error{
        ErrorCode::kBadEntry,
        fmt::format("\"{}\" is not a verifier key: ORIGIN+HEX8+BASE64, as it stands in the "
                    "ledger's log.vkey",
                    base::shown(vkey)),
        {},
        0,
        {}};
  };
  const std::size_t first = vkey.find('+');
  if (first == std::string_view::npos || vkey.size() < first + 10) return malformed();
  const auto bytes = merkle::from_base64(vkey.substr(first + 10));
  VerifierKey parsed;
  if (!bytes || bytes->size() != 1 + parsed.key.size()) return malformed();
  parsed.origin = vkey.substr(0, first);
  std::copy(bytes->begin() + 1, bytes->end(), parsed.key.begin());
  if (!is_key_name(parsed.origin) || parsed.to_string() != vkey) return malformed();
  return parsed;
}

Hash VerifierKey::fingerprint() const { return merkle::sha256({view(key)}); }

}  // namespace tally
