#pragma once

// A small JSON object of somebody's whose members are texts, true or false, or objects of texts: a
// file of settings.  Read strictly; what the members mean is for the caller.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tally/result.h"

namespace tally::codec {

struct TextMember {
  enum class Kind : std::uint8_t { kText, kBoolean, kTexts };

  std::string name;
  Kind kind = Kind::kText;
  std::string text;
  bool boolean = false;
  std::vector<std::pair<std::string, std::string>> texts;  // names and texts, in order
};

// The members in their order.  Errors: `bad-json`; `bad-entry` for a member of another kind, or one
// that stands twice, within its object.
Result<std::vector<TextMember>> read_text_object(std::string_view json);

}  // namespace tally::codec
