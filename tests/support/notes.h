#pragma once

// The notes that a ledger shows, and whose were erased.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "support/catch.h"
#include "tally/ledger.h"
#include "tally/verify.h"

namespace tally::testing {

// The notes of a ledger's entries by their sequences, and which are erased.
struct Notes {
  std::map<std::uint64_t, std::string> texts;
  std::set<std::uint64_t> erased;
};

inline Notes notes_of(const Ledger& ledger) {
  Notes notes;
  const auto read = ledger.for_each_event({}, [&](const Event& event) {
    if (!event.entry.note.empty()) notes.texts[event.sequence.value] = event.entry.note;
    if (event.details_erased) notes.erased.insert(event.sequence.value);
    CHECK(event.details_digest.has_value() == (event.details_erased || !event.entry.note.empty()));
    return true;
  });
  REQUIRE(read.ok());
  return notes;
}

inline void check_sound(const Ledger& ledger) {
  const auto report = verify(ledger);
  REQUIRE(report.ok());
  INFO((report->fault ? report->fault->message : std::string()));
  CHECK(report->ok());
}

}  // namespace tally::testing
