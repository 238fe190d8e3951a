#pragma once

// Records as they are stored: varints, in the order of domain/record.h.

#include <string>
#include <string_view>

#include "domain/record.h"
#include "tally/result.h"

namespace tally::projection {

std::string encode_record(const domain::Record& record);
// `damaged` where the bytes are no record.
Result<domain::Record> decode_record(std::string_view bytes);

}  // namespace tally::projection
