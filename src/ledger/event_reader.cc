#include "ledger/event_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "codec/details.h"
#include "codec/event_codec.h"
#include "domain/references.h"

namespace tally::ledger {
namespace {

constexpr std::size_t kBlocksKept = 64;

}  // namespace

Result<Event> decode_with_details(Sequence sequence, std::string_view bytes,
                                  const store::StoredDetails* details) {
  auto decoded = codec::decode_event(bytes);
  auto damaged = [&](std::string_view what) {
    return Error{ErrorCode::kDamaged,
                 fmt::format("the log is damaged at event {}: {}", sequence.value, what),
                 {},
                 0,
                 {}};
  };
  if (!decoded.ok()) return damaged(decoded.error().message);
  Event event = std::move(decoded).value();
  if (event.sequence != sequence) {
    return damaged(fmt::format("the event there says that it is event {}", event.sequence.value));
  }
  if (details != nullptr) {
    auto merged = codec::merge_details(details->text, event.entry);
    if (!merged.ok()) return damaged(merged.error().message);
  } else if (event.details_digest) {
    event.details_erased = true;
  }
  return event;
}

Result<const EventReader::CachedBlock*> EventReader::block_of(Sequence sequence) {
  const auto found = std::find_if(blocks_.begin(), blocks_.end(), [&](const CachedBlock& cached) {
    return sequence >= cached.block.first &&
           sequence.value - cached.block.first.value < cached.block.count;
  });
  if (found != blocks_.end()) {
    blocks_.splice(blocks_.begin(), blocks_, found);
    return &blocks_.front();
  }
  TALLY_ASSIGN(store::LogBlock block, log_.block_of(sequence));
  CachedBlock& cached = blocks_.emplace_front();
  cached.block = std::move(block);
  cached.events.reserve(cached.block.count);
  store::BlockReader frames(cached.block.first, cached.block.events);
  for (;;) {
    TALLY_ASSIGN(const auto frame, frames.next());
    if (!frame) break;
    cached.events.push_back(frame->event);
  }
  TALLY_ASSIGN(cached.details, store::read_details(cached.block.first, cached.block.details));
  if (blocks_.size() > kBlocksKept) blocks_.pop_back();
  return &blocks_.front();
}

Result<EventReader::Stored> EventReader::stored(Sequence sequence) {
  TALLY_ASSIGN(const CachedBlock* cached, block_of(sequence));
  const auto details =
      std::find_if(cached->details.begin(), cached->details.end(),
                   [&](const store::DetailsOfEvent& one) { return one.sequence == sequence; });
  return Stored{cached->events[sequence.value - cached->block.first.value],
                details == cached->details.end() ? nullptr : &details->details};
}

Result<Event> EventReader::read(Sequence sequence) {
  TALLY_ASSIGN(const Stored found, stored(sequence));
  TALLY_ASSIGN(Event event,
               decode_with_details(numbers_.original(sequence), found.event, found.details));
  TALLY_TRY(numbers_.renumber(event));
  return event;
}

Result<Event> EventReader::read_named(Sequence sequence) {
  TALLY_ASSIGN(Event event, read(sequence));
  TALLY_TRY(name(event));
  return event;
}

Result<void> EventReader::name(Event& event) {
  Result<void> outcome;
  domain::for_each_reference(event.entry, [&](Reference& reference) {
    outcome = reader_.read_id(reference.sequence, reference.id);
    return outcome.ok();
  });
  return outcome;
}

}  // namespace tally::ledger
