#pragma once

// What a commit changes in derived state, kept in memory until it is written: the builders
// `records` and `yearly_totals`, folded together event by event.
//
// Changes stand on what is below them: a view of the store, or other changes not yet written.  So a
// submission that is refused is dropped without a trace, and one that is accepted is absorbed by
// the group that it is written with.

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "projection/account_changes.h"
#include "projection/record_changes.h"
#include "projection/tree.h"

namespace tally::projection {

class Changes {
 public:
  // On top of nothing: what is folded in is the whole of derived state.
  Changes() = default;
  // On top of a view of the store, where `head` is what the view holds.
  Changes(const store::View& view, const Head& head)
      : head_(head), records_(view, head), accounts_(view, head) {}
  // On top of other changes, which must outlive these and not change meanwhile.
  explicit Changes(Changes* below)
      : below_(below),
        head_(below->head_),
        records_(&below->records_, Sequence{below->head_.size.count}),
        accounts_(&below->accounts_) {}

  // Every entry as it now stands; what `decide` reads.
  RecordChanges& records() { return records_; }

  // Folds an accepted event in.  Errors: `overflow` where an account, or a year's total of a
  // measure at a stage, would leave the range; those of reading; `damaged`.
  Result<void> apply(const domain::Settings& settings, const Event& event);

  // The same in two steps, of which the second may run in another thread beside the first of later
  // events: what the event does to records, with what it posts put behind `lines`; and the posting
  // of such lines, in order.
  Result<void> fold_records(const domain::Settings& settings, const Event& event,
                            std::vector<PostedLine>& lines);
  Result<void> post(const domain::Settings& settings, std::span<const PostedLine> lines) {
    return accounts_.post(settings, lines);
  }
  // The event whose posting failed.
  Sequence refused() const { return accounts_.refused(); }

  // Once written: goes on on top of a view that holds it.
  void go_on(const store::View& view);

  // Once written: gives back its memory; only the head is still to be asked for.
  void release();

  // Takes over changes that stand on these.
  void absorb(Changes&& above);

  // Writes everything into a batch, each family in ascending order of its keys.
  Result<void> write(store::Batch& batch);
  // With the tree of the events' hashes, whose root the head then has.
  Result<void> write(const TreeChanges& tree, store::Batch& batch);

  // What was folded in two steps, it counts the accounts and postings of once that is noted, or
  // written.
  const Head& head() const { return head_; }
  Head& head() { return head_; }
  void note_counts();

 private:
  Result<void> write_rest(store::Batch& batch);

  Changes* below_ = nullptr;
  Head head_;
  RecordChanges records_;
  AccountChanges accounts_;
  std::vector<PostedLine> lines_;  // of the event being applied
  std::map<Timestamp, Sequence> times_;
  std::map<std::pair<Year, Sequence>, Sequence> publications_;  // and what each is as of
};

}  // namespace tally::projection
