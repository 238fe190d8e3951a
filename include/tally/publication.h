#pragma once

// What the authority told the public, and whether it still stands (spec "Totals: Publication,
// restatement, bridge").

#include <string>
#include <vector>

#include "tally/entry.h"
#include "tally/ledger.h"

namespace tally {

// A recorded publication, and how it stands at the head.
struct PublicationState {
  Event event;                // its content is a Publication, with its point and its root
  std::string superseded_by;  // the id of the last one that says so; empty where none does
  bool latest = false;        // the last that was recorded of its year
  bool restated = false;      // a balance or a value of its year is not what it was as of its point

  const Publication& publication() const { return std::get<Publication>(event.entry.content); }
};

struct Publications {
  Sequence as_of;  // the head
  std::vector<PublicationState> all;
};

// The publications of these years, or of all, by year and then in the order of the log.  Cheap:
// balances are compared, the log is not replayed.
Result<Publications> publications(const Ledger& ledger, const std::vector<Year>& years = {});

}  // namespace tally
