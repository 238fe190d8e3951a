#pragma once

// Values of the field as answers in JSON have them.

#include <optional>
#include <string_view>

#include "base/json_writer.h"
#include "tally/decimal.h"

namespace tally::codec {

// A member that is the number's canonical text, or null where there is none.
inline void number_or_null(base::JsonWriter& out, std::string_view name,
                           const std::optional<Decimal>& number) {
  out.key(name);
  if (number) {
    out.string(number->to_string());
  } else {
    out.null();
  }
}

// A member that is the text, or null where it is empty.
inline void text_or_null(base::JsonWriter& out, std::string_view name, std::string_view text) {
  out.key(name);
  if (text.empty()) {
    out.null();
  } else {
    out.string(text);
  }
}

}  // namespace tally::codec
