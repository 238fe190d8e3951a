#include "ledger/draft.h"

#include <algorithm>

#include "base/check.h"
#include "base/try.h"
#include "merkle/sha256.h"

namespace tally::ledger {
namespace {

Result<std::optional<Draft::Found>> find_in(const store::LogBlock& block, Sequence sequence) {
  Draft::Found found;
  store::BlockReader frames(block.first, block.events);
  for (;;) {
    TALLY_ASSIGN(const auto frame, frames.next());
    if (!frame) return std::optional<Draft::Found>();
    if (frame->sequence == sequence) {
      found.event = frame->event;
      break;
    }
  }
  TALLY_ASSIGN(const auto details, store::read_details(block.first, block.details));
  for (const store::DetailsOfEvent& one : details) {
    if (one.sequence == sequence) found.details = one.details;
  }
  return std::optional(found);
}

// The block that holds an event; one of them does.
template <typename Blocks>
auto block_of(Blocks& blocks, Sequence event) {
  const auto after = std::upper_bound(
      blocks.begin(), blocks.end(), event,
      [](Sequence wanted, const store::LogBlock& block) { return wanted < block.first; });
  TALLY_CHECK(after != blocks.begin());
  return std::prev(after);
}

}  // namespace

void Draft::add(Sequence sequence, std::string_view event) {
  if (open_ && !open_->has_room(1)) close_block();
  if (!open_) open_.emplace(sequence);
  open_->add_event(event);
  tree_.append(merkle::leaf_hash(event));
}

void Draft::add_details(std::string_view salt, std::string_view text) {
  open_->add_details(salt, text);
}

Result<void> Draft::erase_details(Sequence event) {
  if (event.value < base_.count) {
    erased_.push_back(event);
    return {};
  }
  if (open_ && event >= open_->block().first) return open_->erase_details(event);
  store::LogBlock& block = *block_of(blocks_, event);
  TALLY_ASSIGN(block.details, store::without_details(block.first, block.details, event));
  return {};
}

void Draft::close_block() {
  if (!open_) return;
  blocks_.push_back(std::move(*open_).take());
  open_.reset();
}

Result<std::optional<Draft::Found>> Draft::find(Sequence sequence) const {
  if (sequence.value < base_.count) {
    return below_ == nullptr ? Result<std::optional<Found>>(std::optional<Found>())
                             : below_->find(sequence);
  }
  if (open_ && sequence >= open_->block().first) return find_in(open_->block(), sequence);
  return find_in(*block_of(blocks_, sequence), sequence);
}

// Events that are written together lie together, whoever brought them.
Result<void> Draft::take_over(const store::LogBlock& block) {
  if (open_ && !open_->has_room(block.count)) close_block();
  if (!open_) open_.emplace(block.first);
  return open_->append(block);
}

Result<void> Draft::absorb(Draft&& above) {
  changes_.absorb(std::move(above.changes_));
  tree_.absorb(std::move(above.tree_));
  for (const store::LogBlock& block : above.take_blocks()) TALLY_TRY(take_over(block));
  for (const Sequence event : above.erased_) TALLY_TRY(erase_details(event));
  return {};
}

std::vector<store::LogBlock> Draft::take_blocks() {
  close_block();
  return std::move(blocks_);
}

Result<void> Draft::show_after(store::Overlay& overlay) {
  TALLY_TRY(show_before(overlay));
  return changes_.write(overlay);
}

Result<void> Draft::show_before(store::Overlay& overlay) {
  return below_ == nullptr ? Result<void>() : below_->show_after(overlay);
}

Result<void> Draft::write_derived(store::Batch& batch) { return changes_.write(tree_, batch); }

}  // namespace tally::ledger
