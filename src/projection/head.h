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

// The builders of derived state, and the version of what each writes.  A program that finds older
// ones builds derived state anew (`replay`), and says so.
struct Builder {
  const char* name;
  std::uint64_t version;
};
inline constexpr std::array<Builder, 2> kBuilders = {{{"records", 5}, {"yearly_totals", 5}}};

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
  // `newer-format` where a newer builder wrote what it is the head of; `damaged`, pointing to
  // `replay`, where an older one did.
  static Result<Head> decode(std::string_view bytes);
  // An empty head where nothing has been folded yet.
  static Result<Head> read(const store::View& view);
};

// The view, unless nothing of an entry can be in it: before the second event of a log.
inline const store::View* what_is_stored(const store::View& view, const Head& head) {
  return head.size.count > 1 ? &view : nullptr;
}

}  // namespace tally::projection
