#pragma once

// A set of events, a bit each: a million events are 128 KiB.

#include <bit>
#include <cstdint>
#include <vector>

#include "tally/sequence.h"

namespace tally::exports {

class EventSet {
 public:
  // Of a log of so many events.
  explicit EventSet(LogSize size) : words_(size.count / 64 + 1) {}

  void insert(Sequence event) { words_[event.value / 64] |= bit(event); }
  bool contains(Sequence event) const { return (words_[event.value / 64] & bit(event)) != 0; }
  std::uint64_t count() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t word : words_) sum += static_cast<std::uint64_t>(std::popcount(word));
    return sum;
  }

  std::uint64_t words() const { return words_.size(); }
  // The 64 events from 64 × `index` on.
  std::uint64_t word(std::uint64_t index) const { return words_[index]; }

 private:
  static std::uint64_t bit(Sequence event) { return std::uint64_t{1} << (event.value % 64); }
  std::vector<std::uint64_t> words_;
};

}  // namespace tally::exports
