#pragma once

// The head of an answer, as HTTP/1.1 has it.

#include <optional>
#include <string>

#include "service/message.h"

namespace tally::service {

// A length is said unless the answer ends with the connection.
std::string response_head(const Answer& answer, const std::string& request_id,
                          std::optional<std::uint64_t> length, bool keeps_alive);

}  // namespace tally::service
