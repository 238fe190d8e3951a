#pragma once

// A part of a log, folded on its own, has its events numbered anew and without gaps; this says what
// they were called in the log that they come from.

#include <optional>
#include <vector>

#include "tally/entry.h"
#include "tally/sequence.h"

namespace tally::ledger {

class Numbering {
 public:
  // Every event is called what it is.
  Numbering() = default;
  // The n-th event was called `originals[n]`, in ascending order; what is said as of the last one
  // holds as of `as_of`.
  Numbering(std::vector<Sequence> originals, Sequence as_of)
      : originals_(std::move(originals)), as_of_(as_of) {}

  Sequence original(Sequence event) const {
    return originals_.empty() ? event : originals_[event.value];
  }
  // Of a point in the log rather than an event.
  Sequence original_point(Sequence point) const { return originals_.empty() ? point : as_of_; }

  // Calls an event, and what it refers to, what they are called here.  `damaged` where it refers to
  // what is not a part.
  Result<void> renumber(Event& event) const;

 private:
  std::optional<Sequence> number_of(Sequence original) const;

  std::vector<Sequence> originals_;
  Sequence as_of_;
};

}  // namespace tally::ledger
