#pragma once

// Where derived state stands: how many events are folded in, and what they add up to.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "tally/entry.h"
#include "tally/hash.h"
#include "tally/sequence.h"
#include "tally/time.h"

namespace tally::projection {

inline constexpr std::string_view kHeadKey = "head";

// The version of what the builders write.  A program that finds another one rebuilds.
inline constexpr std::uint64_t kVersion = 3;

struct Head {
  LogSize size;                // events folded in
  Hash root;                   // of the tree of their bytes
  Timestamp recorded_at;       // of the last one
  std::uint32_t numbers = 0;   // accounts of all levels, numbered from 0
  std::uint64_t accounts = 0;  // of them, those of the finest level
  std::uint64_t postings = 0;  // to these
  std::array<std::uint64_t, kEntryTypeLimit> events_of_type{};
  std::vector<Sequence> rotations;  // the events that gave the log another key

  std::string encode() const;
  static Result<Head> decode(std::string_view bytes);
  // An empty head where nothing has been folded yet.
  static Result<Head> read(const store::View& view);
};

}  // namespace tally::projection
