#include "ledger/events.h"

#include <algorithm>
#include <future>
#include <iterator>

#include "base/try.h"

namespace tally::ledger {
namespace {

constexpr std::size_t kBlocksTogether = 16;

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
    if (!query_.reverse) names_.remember(event);
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

// The events of the next blocks; none of those that begin at the end or after it.
Result<std::vector<Event>> read_blocks(store::BlockCursor& blocks, std::size_t count,
                                       std::uint64_t end) {
  std::vector<Event> events;
  for (std::size_t i = 0; i < count; ++i) {
    TALLY_ASSIGN(const auto block, blocks.next());
    if (!block || block->first.value >= end) break;
    TALLY_ASSIGN(std::vector<Event> more, events_of(*block));
    if (events.empty()) {
      events = std::move(more);
    } else {
      std::move(more.begin(), more.end(), std::back_inserter(events));
    }
  }
  return events;
}

// Once there is much to read, the next events are decoded while the last ones are looked at.
// Where little is asked for, nothing is read that nobody will look at.
Result<void> forwards(const Core& core, std::uint64_t end, Sequence from, std::uint64_t limit,
                      Delivery& delivery) {
  TALLY_ASSIGN(const auto blocks, core.log().read(from));
  const std::size_t together =
      std::min<std::uint64_t>(limit / store::kEventsPerBlock + 1, kBlocksTogether);
  const std::launch how =
      limit > store::kEventsPerBlock ? std::launch::async : std::launch::deferred;
  auto prepare = [&](std::launch when, std::size_t count) {
    return std::async(when, [&, count] { return read_blocks(*blocks, count, end); });
  };
  auto prepared = prepare(std::launch::deferred, 1);
  for (;;) {
    TALLY_ASSIGN(std::vector<Event> events, prepared.get());
    if (events.empty()) return {};
    prepared = prepare(how, together);
    for (Event& event : events) {
      if (event.sequence.value >= end) return {};
      TALLY_ASSIGN(const bool more, delivery.offer(event));
      if (!more) return {};
    }
  }
}

Result<void> backwards(const Core& core, std::uint64_t end, Delivery& delivery) {
  while (end > 0) {
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
  const std::uint64_t end = query.before ? std::min(query.before->value, size.count) : size.count;
  if (query.reverse) return backwards(core, end, delivery);
  if (query.after && query.after->value >= end) return {};
  const Sequence from = query.after ? Sequence{query.after->value + 1} : Sequence{0};
  return forwards(core, end, from, query.limit, delivery);
}

}  // namespace tally::ledger
