#pragma once

// The error for derived state that cannot be read.

#include <string>

#include "tally/result.h"

namespace tally::projection {

inline Error damaged(std::string message) {
  return {ErrorCode::kDamaged, std::move(message), {}, 0, {}};
}

}  // namespace tally::projection
