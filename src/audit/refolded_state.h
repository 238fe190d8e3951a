#pragma once

// All derived state that a log's events give, the tree of their hashes included, to be held against
// what is stored.  In memory as far as there may be, which is fast; of a longer log, in a store of
// its own in the temporary folder, which is gone with it.

#include <memory>
#include <vector>

#include "base/scratch_folder.h"
#include "ledger/refold.h"
#include "projection/tree.h"
#include "store/store.h"

namespace tally::audit {

class RefoldedState {
 public:
  // Holds so many events in memory at once, at least one.
  RefoldedState(bool parallel, std::uint64_t events_in_memory);
  RefoldedState(const RefoldedState&) = delete;
  RefoldedState& operator=(const RefoldedState&) = delete;

  // As those of ledger/refold.h; errors also `no-space` and `io` of the scratch store.
  Result<void> add(Event& event, const Hash& leaf);
  void expect(Event& event) { refold_.expect(event); }
  Result<void> finish();
  Sequence refused() const { return refold_.refused(); }

  Sequence at() const { return refold_.at(); }
  const LedgerOpened& identity() const { return refold_.identity(); }
  const merkle::Frontier& frontier() const { return tree_.frontier(); }
  // The years that were published, oldest publication first.
  const std::vector<ledger::FrozenYear>& published() const { return refold_.published(); }

  // Writes everything into a batch, each family in ascending order of its keys; once finished.
  Result<void> write(store::Batch& batch);

 private:
  Result<void> spill();
  Result<void> write_stored(store::Batch& batch);

  const bool parallel_;
  const std::uint64_t events_in_memory_;
  LogSize spilled_;
  base::ScratchFolder folder_;
  std::unique_ptr<store::Store> scratch_;  // in it
  std::unique_ptr<store::View> view_;      // of it, which the events in memory stand on
  ledger::Refold refold_;
  projection::TreeChanges tree_;
};

}  // namespace tally::audit
