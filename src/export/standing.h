#pragma once

// What entries say as of an export's point.

#include <functional>
#include <vector>

#include "export/subject.h"

namespace tally::exports {

struct StandingEntry {
  Entry entry;  // as it stands, or stood last; named
  bool withdrawn = false;
};
Result<StandingEntry> standing_entry(Subject& subject, Sequence sequence);

// What an entry in force says that has a body, without names: quicker.
Result<Body> standing_body(Subject& subject, Sequence sequence);

// The same of many, in the order of the log and not in theirs: so each part of the log is read
// once.
using BodyVisit = std::function<Result<void>(Sequence entry, const Body& body)>;
Result<void> for_each_standing_body(Subject& subject, const std::vector<Sequence>& entries,
                                    const BodyVisit& visit);

}  // namespace tally::exports
