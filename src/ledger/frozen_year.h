#pragma once

// What a publication says of the totals that it froze, held against the events.

#include <vector>

#include "projection/reader.h"
#include "tally/hash.h"

namespace tally::ledger {

struct FrozenYear {
  Sequence publication;
  Year year;
  Sequence as_of;
  Hash totals_root;
};

// Recomputes each year's root as of its publication's point, from a state of all events.  Answers
// what is wrong with the first one that differs; nothing where all are right.
struct WrongRoot {
  FrozenYear frozen;
  Hash totals_root;  // from the events
  std::string to_string() const;
};
Result<std::optional<WrongRoot>> find_wrong_root(projection::Reader& reader, YearStart year_start,
                                                 const std::vector<FrozenYear>& published);

}  // namespace tally::ledger
