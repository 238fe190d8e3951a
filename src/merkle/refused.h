#pragma once

// The error of a proof, note, checkpoint or bundle that does not hold.

#include <string>
#include <utility>

#include "tally/result.h"

namespace tally::merkle {

inline Error refused(std::string message) {
  return {ErrorCode::kRefused, std::move(message), {}, 0, {}};
}

}  // namespace tally::merkle
