#pragma once

// Reads events from the log, with their details, and names what they refer to.

#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "ledger/numbering.h"
#include "projection/reader.h"
#include "store/log_store.h"
#include "tally/entry.h"

namespace tally::ledger {

// Keeps the blocks that it read last.  Not for several threads at once.
class EventReader {
 public:
  // `numbers` says what the events are called where they come from.
  EventReader(store::LogStore& log, projection::Reader& reader, Numbering numbers = {})
      : log_(log), reader_(reader), numbers_(std::move(numbers)) {}

  const Numbering& numbers() const { return numbers_; }

  // An event as it is stored, and its details where there are any.  Valid until the next call.
  struct Stored {
    std::string_view event;
    const store::StoredDetails* details = nullptr;
  };
  Result<Stored> stored(Sequence sequence);
  // An event with its details put back, its references by sequence only.
  Result<Event> read(Sequence sequence);
  // The same, and every reference has its id.
  Result<Event> read_named(Sequence sequence);
  // Gives every reference of an event its id.
  Result<void> name(Event& event);
  // Keeps the event's own id for those that follow.
  void remember(const Event& event) { reader_.remember_id(event.sequence, event.entry.id); }

 private:
  struct CachedBlock {
    store::LogBlock block;
    std::vector<std::string_view> events;
    std::vector<store::DetailsOfEvent> details;
  };
  Result<const CachedBlock*> block_of(Sequence sequence);

  store::LogStore& log_;
  projection::Reader& reader_;
  Numbering numbers_;
  std::list<CachedBlock> blocks_;  // the one used last in front
};

// Decodes one event of a block and puts its details back, where there are any.
Result<Event> decode_with_details(Sequence sequence, std::string_view bytes,
                                  const store::StoredDetails* details);

}  // namespace tally::ledger
