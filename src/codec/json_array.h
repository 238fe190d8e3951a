#pragma once

// A JSON array, taken apart into the texts of its elements.

#include <string_view>
#include <vector>

#include "tally/result.h"

namespace tally::codec {

// The elements' texts, which lie in `json`, without the white space around them.  `bad-json` where
// it is not one JSON array, and nothing else.
Result<std::vector<std::string_view>> split_json_array(std::string_view json);

}  // namespace tally::codec
