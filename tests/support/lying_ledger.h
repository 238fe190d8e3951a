#pragma once

// A ledger whose keeper lies: one event says something else than what was recorded, and the hash
// tree, the head and the checkpoint are made to fit it.  Only the rules can find it out.

#include <functional>

#include "support/test_ledger.h"

namespace tally::testing {

// Makes an event say something else.  The ledger is closed and opened again, which must succeed.
void lie(TestLedger& ledger, Sequence sequence, const std::function<void(Event&)>& change);

}  // namespace tally::testing
