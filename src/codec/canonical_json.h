#pragma once

// JSON in the one way that this project writes it: no white space between, strings escaped as
// base/json_writer.h does.  Members keep their order, numbers their digits.

#include <cstddef>
#include <string>
#include <string_view>

#include "tally/result.h"

namespace tally::codec {

// The same value written so; `bad-json` where the text is not JSON.
Result<std::string> canonical_json(std::string_view text);

// Where a byte of canonical JSON stands, for people: `postings[3].delta`; empty for the whole.
std::string json_path(std::string_view canonical, std::size_t offset);

}  // namespace tally::codec
