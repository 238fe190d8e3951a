#pragma once

// Builds everything that is derived from the log anew, in a generation of its own beside the one in
// force: reads and appends go on meanwhile.  It is written piece by piece, so what has been built
// outlives a crash and is gone on with.

#include <memory>
#include <optional>

#include "ledger/refold.h"
#include "projection/tree.h"
#include "store/log_store.h"
#include "store/store.h"
#include "tally/ledger.h"

namespace tally::ledger {

class Rebuild {
 public:
  // All must outlive it.
  Rebuild(store::Store& store, store::LogStore& log, const ReplayOptions& options)
      : store_(store), log_(log), options_(options) {}

  // Folds events until at most so many of the log are left; false where it was stopped.  `damaged`
  // where the log cannot be followed.
  Result<bool> catch_up(std::uint64_t leave) { return catch_up(leave, false); }
  // The same while others are at work in this process: gives way to them, as far as the log does
  // not outgrow what is built.
  Result<bool> catch_up_beside(std::uint64_t leave) { return catch_up(leave, true); }
  // Whether it is to be done by several threads.
  static bool parallel(const ReplayOptions& options);
  // What has been built by then.
  const std::shared_ptr<store::Generation>& built() const { return built_; }

 private:
  struct Piece;

  Result<bool> catch_up(std::uint64_t leave, bool beside);
  Result<projection::Head> begin();
  Result<Refold> refold_from(const store::View& view, const projection::Head& head);
  Result<void> fold(std::unique_ptr<store::View> view, const projection::Head& head,
                    const Piece& piece);
  Result<std::unique_ptr<store::Batch>> fold_into_batch(std::unique_ptr<store::View> view,
                                                        const projection::Head& head,
                                                        const Piece& piece);
  Result<void> fold_events(projection::TreeChanges& tree, const Piece& piece);
  Result<bool> is_outgrown(const Piece& piece) const;
  bool stopped() const { return options_.stop && options_.stop(); }

  store::Store& store_;
  store::LogStore& log_;
  const ReplayOptions& options_;
  std::shared_ptr<store::Generation> built_;
  std::optional<Refold> refold_;  // as the last piece was left
  bool is_outgrown_ = false;      // the last piece was folded at hardly more than the log's pace
};

}  // namespace tally::ledger
