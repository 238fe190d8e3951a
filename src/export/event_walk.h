#pragma once

// The events of an export, in order, named, with progress.

#include <functional>

#include "export/subject.h"

namespace tally::exports {

using EventVisit = std::function<void(const Event&)>;
Result<void> for_each_event(const Subject& subject, const LogProgress& progress,
                            const EventVisit& visit);

}  // namespace tally::exports
