#pragma once

// What entries say as of an export's point.

#include <string>

#include "export/subject.h"

namespace tally::exports {

struct StandingEntry {
  Entry entry;  // as it stands, or stood last; named
  bool withdrawn = false;
};
Result<StandingEntry> standing_entry(Subject& subject, Sequence sequence);

// The same of an entry in force that has a body, without names: quicker.
Result<Body> standing_body(Subject& subject, Sequence sequence);

}  // namespace tally::exports
