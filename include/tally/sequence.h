#pragma once

// Where an event stands in the log, and how long the log is: two numbers that are never mixed up.

#include <compare>
#include <cstdint>

namespace tally {

// The place of an event in the log: dense, from 0.  Sequence 0 is always `ledger-opened`, which
// nothing can refer to, so 0 also says "none" where a reference is optional.
struct Sequence {
  std::uint64_t value = 0;
  friend auto operator<=>(const Sequence&, const Sequence&) = default;
};

// How many events a log has.  A log of size N holds the sequences 0 to N − 1.
struct LogSize {
  std::uint64_t count = 0;
  friend auto operator<=>(const LogSize&, const LogSize&) = default;
};

}  // namespace tally
