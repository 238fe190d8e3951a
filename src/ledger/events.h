#pragma once

// Reading the log in order, as a person or a tool does.

#include <functional>

#include "ledger/core.h"

namespace tally::ledger {

// See Ledger::for_each_event.
Result<void> for_each_event(const Core& core, const EventQuery& query,
                            const std::function<bool(const Event&)>& visit);

}  // namespace tally::ledger
