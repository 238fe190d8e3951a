#pragma once

// What an entry said, event by event.

#include <vector>

#include "ledger/core.h"
#include "projection/reader.h"
#include "tally/trace.h"

namespace tally::audit {

// One state of the ledger that is read for one question.  Not for several threads at once.
struct Reading {
  projection::Reader reader;
  ledger::EventReader events;

  explicit Reading(store::LogStore& log, projection::Reader state, ledger::Numbering numbers = {})
      : reader(std::move(state)), events(log, reader, std::move(numbers)) {}
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
};

// Whether an entry that the log holds at a sequence was ever corrected, by its record.
bool was_corrected(const domain::Record& record, Sequence entry);

// The entry of an event and the corrections of it up to a point, oldest first, named.
Result<std::vector<Event>> versions_of(Reading& reading, Sequence entry, Sequence as_of);

// What an entry said after the last of its versions at or before a point; where that withdrew it,
// what it said last.  `versions` is not empty, and its first is not after the point.
Entry entry_as_of(const std::vector<Event>& versions, Sequence as_of);

// Whether the last of its versions withdrew an entry.
bool is_withdrawn(const std::vector<Event>& versions);

// What an entry said by the body of one event: its own, or a correction of it.
Result<Entry> entry_by(Reading& reading, Sequence entry, Sequence version);

// The body of an entry that has one.
const Body* body_of(const Entry& entry);

// The dimensions that a claim or a commitment has as of a point: its own, or its commitment's.
// Nothing for entries of other types.
Result<std::optional<domain::Dimensions>> dimensions_as_of(Reading& reading, const Entry& entry,
                                                           Sequence as_of);

CorrectionNote note_of(const Event& correction);

}  // namespace tally::audit
