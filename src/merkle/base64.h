#pragma once

// Standard base64 with padding (RFC 4648 section 4), as notes, checkpoints and proofs use it.

#include <optional>
#include <string>
#include <string_view>

namespace tally::merkle {

std::string base64(std::string_view bytes);

// The bytes; nothing where the text is not exactly what `base64` writes for them.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace tally::merkle
