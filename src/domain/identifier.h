#pragma once

// What an identifier may look like (spec "Entries"): [A-Za-z0-9][A-Za-z0-9._-]{0,127}.

#include <string_view>

#include "tally/limits.h"

namespace tally::domain {

constexpr bool is_identifier(std::string_view text) {
  if (text.empty() || text.size() > limits::kIdentifierBytes) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool alphanumeric =
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!alphanumeric && (i == 0 || (c != '.' && c != '_' && c != '-'))) return false;
  }
  return true;
}

}  // namespace tally::domain
