#pragma once

// From how many events on a batch is begun as a large one, written by files of its own rather than
// by the write-ahead log: there the two cross.

#include <cstdint>

namespace tally::store {

inline constexpr std::uint64_t kLargeBatchEvents = 16'384;

}  // namespace tally::store
