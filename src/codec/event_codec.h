#pragma once

// Event ↔ stored bytes: the FlatBuffer of schemas/event.fbs.  The bytes are hashed as they are
// stored and never written again from what was read.

#include <memory>
#include <string_view>

#include "tally/entry.h"
#include "tally/result.h"

namespace tally::codec {

// Encodes events.  Keeps its buffer between events: one encoder a thread.
class EventEncoder {
 public:
  EventEncoder();
  ~EventEncoder();
  EventEncoder(const EventEncoder&) = delete;
  EventEncoder& operator=(const EventEncoder&) = delete;

  // The bytes of an event: references by sequence, details left out (their digest stands in the
  // event).  The same event always gives the same bytes.  Valid until the next call.
  std::string_view encode(const Event& event);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Reads an event from bytes that may come from anywhere: verified before use, every number checked.
// References have their sequence and no id; titles and uris of evidence and notes are absent.
// Errors: `damaged`, naming what is wrong.
Result<Event> decode_event(std::string_view bytes);

}  // namespace tally::codec
