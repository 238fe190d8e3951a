#include "ledger/events.h"

#include "base/try.h"

namespace tally::ledger {
namespace {

// Decodes a block, in order or backwards.
Result<std::vector<Event>> events_of(const store::LogBlock& block) {
  std::vector<Event> events;
  TALLY_ASSIGN(const auto details, store::read_details(block.first, block.details));
  auto next_details = details.begin();
  store::BlockReader frames(block.first, block.events);
  for (;;) {
    TALLY_ASSIGN(const auto frame, frames.next());
    if (!frame) return events;
    const store::StoredDetails* own = nullptr;
    if (next_details != details.end() && next_details->sequence == frame->sequence) {
      own = &(next_details++)->details;
    }
    TALLY_ASSIGN(Event event, decode_with_details(frame->sequence, frame->event, own));
    events.push_back(std::move(event));
  }
}

// Hands events on until the limit is met or the visit has seen enough.
class Delivery {
 public:
  Delivery(const EventQuery& query, EventReader& names,
           const std::function<bool(const Event&)>& visit)
      : query_(query), names_(names), visit_(visit), left_(query.limit) {}

  // False once no more is wanted.
  Result<bool> offer(Event& event) {
    if (left_ == 0) return false;
    if (query_.after && event.sequence <= *query_.after) return !query_.reverse;
    if (query_.type && event.entry.type() != *query_.type) return true;
    TALLY_TRY(names_.name(event));
    --left_;
    return visit_(event) && left_ > 0;
  }

 private:
  const EventQuery& query_;
  EventReader& names_;
  const std::function<bool(const Event&)>& visit_;
  std::uint64_t left_;
};

Result<void> forwards(const Core& core, LogSize size, Sequence from, Delivery& delivery) {
  TALLY_ASSIGN(const auto blocks, core.log().read(from));
  for (;;) {
    TALLY_ASSIGN(const auto block, blocks->next());
    // The log may have grown since the view was taken: what came later is for the next reading.
    if (!block || block->first.value >= size.count) return {};
    TALLY_ASSIGN(std::vector<Event> events, events_of(*block));
    for (Event& event : events) {
      TALLY_ASSIGN(const bool more, delivery.offer(event));
      if (!more) return {};
    }
  }
}

Result<void> backwards(const Core& core, LogSize size, Delivery& delivery) {
  for (std::uint64_t end = size.count; end > 0;) {
    TALLY_ASSIGN(const store::LogBlock block, core.log().block_of(Sequence{end - 1}));
    TALLY_ASSIGN(std::vector<Event> events, events_of(block));
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (event->sequence.value >= end) continue;
      TALLY_ASSIGN(const bool more, delivery.offer(*event));
      if (!more) return {};
    }
    end = block.first.value;
  }
  return {};
}

}  // namespace

Result<void> for_each_event(const Core& core, const EventQuery& query,
                            const std::function<bool(const Event&)>& visit) {
  TALLY_ASSIGN(projection::Reader reader, core.reader());
  EventReader names(core.log(), reader);
  Delivery delivery(query, names, visit);
  const LogSize size = reader.head().size;
  if (query.reverse) return backwards(core, size, delivery);
  if (query.after && query.after->value >= size.count) return {};
  const Sequence from = query.after ? Sequence{query.after->value + 1} : Sequence{0};
  return forwards(core, size, from, delivery);
}

}  // namespace tally::ledger
