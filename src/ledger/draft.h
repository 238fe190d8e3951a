#pragma once

// Events that were decided and are not yet written: their bytes, their leaves in the tree, and what
// they change in derived state.

#include <optional>
#include <vector>

#include "projection/changes.h"
#include "projection/tree.h"
#include "store/block.h"
#include "store/log_store.h"
#include "store/overlay_view.h"

namespace tally::ledger {

class Draft {
 public:
  // On top of what a view of the store holds.
  Draft(const store::View& view, const projection::Head& head, merkle::Frontier frontier)
      : changes_(view, head), tree_(std::move(frontier)), base_(head.size) {}
  // On top of another draft, which must outlive this one and not change meanwhile.
  explicit Draft(Draft* below)
      : changes_(&below->changes_),
        tree_(projection::TreeChanges::on_top_of(below->tree_)),
        below_(below),
        base_(below->changes_.head().size) {}

  projection::Changes& changes() { return changes_; }
  const projection::Head& head() const { return changes_.head(); }
  const merkle::Frontier& frontier() const { return tree_.frontier(); }
  std::uint64_t count() const { return head().size.count - base_.count; }

  // Adds the bytes of an event that `changes` has folded in, in the order of their sequences.
  void add(Sequence sequence, std::string_view event);
  // And its details.
  void add_details(std::string_view salt, std::string_view text);

  // Takes out the details of an earlier event, wherever they are: when the draft is written.
  Result<void> erase_details(Sequence event);

  // The bytes of an event of this draft or one below it, and its details; nothing where the event
  // is in the store.
  struct Found {
    std::string_view event;
    std::optional<store::StoredDetails> details;
  };
  Result<std::optional<Found>> find(Sequence sequence) const;

  Result<void> absorb(Draft&& above);

  // Hands over the log's part of what is to be written.
  std::vector<store::LogBlock> take_blocks();
  // Events that stand before this draft, whose details go with it.
  const std::vector<Sequence>& erased() const { return erased_; }
  // Writes the rest: derived state and the tree.
  Result<void> write_derived(store::Batch& batch);
  // Puts derived state as this draft leaves it, those below it included, over what is in the store;
  // or as it finds it.
  Result<void> show_after(store::Overlay& overlay);
  Result<void> show_before(store::Overlay& overlay);

 private:
  void close_block();
  Result<void> take_over(const store::LogBlock& block);

  projection::Changes changes_;
  projection::TreeChanges tree_;
  Draft* below_ = nullptr;
  LogSize base_;
  std::vector<store::LogBlock> blocks_;
  std::optional<store::BlockBuilder> open_;
  std::vector<Sequence> erased_;
};

}  // namespace tally::ledger
