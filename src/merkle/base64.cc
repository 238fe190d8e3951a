#include "merkle/base64.h"

#include <openssl/evp.h>

#include <limits>

#include "base/check.h"

namespace tally::merkle {

std::string base64(std::string_view bytes) {
  TALLY_CHECK(bytes.size() < std::numeric_limits<int>::max() / 2);
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() >= std::numeric_limits<int>::max() / 2) {
    return std::nullopt;
  }
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // The decoder counts padding as bytes, and lets pass what no encoder writes: white space, padding
  // in odd places, bits that are thrown away.  Writing it again tells.
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  if (static_cast<std::size_t>(size) < padding) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  if (base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace tally::merkle
