#include "audit/refolded_state.h"

#include <future>
#include <initializer_list>

#include "base/check.h"
#include "base/try.h"
#include "store/large_batch.h"

namespace tally::audit {
namespace {

using store::Family;

Result<void> copy(const store::View& from, std::initializer_list<Family> families,
                  store::Batch& to) {
  for (const Family family : families) {
    const auto cursor = from.cursor(family, store::Reading::kScan);
    for (cursor->seek_to_first(); cursor->valid(); cursor->next()) {
      TALLY_TRY(to.put(family, cursor->key(), cursor->value()));
    }
    TALLY_TRY(cursor->status());
  }
  return {};
}

}  // namespace

RefoldedState::RefoldedState(bool parallel, std::uint64_t events_in_memory)
    : parallel_(parallel),
      events_in_memory_(events_in_memory),
      refold_(parallel ? ledger::Refold::Posting::kBeside : ledger::Refold::Posting::kBefore),
      tree_(merkle::Frontier()) {
  TALLY_CHECK(events_in_memory > 0);
}

Result<void> RefoldedState::add(Event& event, const Hash& leaf) {
  if (at().value - spilled_.count >= events_in_memory_) TALLY_TRY(spill());
  TALLY_TRY(refold_.add(event));
  tree_.append(leaf);
  return {};
}

Result<void> RefoldedState::finish() {
  if (scratch_ == nullptr) return refold_.finish();
  TALLY_TRY(spill());
  refold_.changes().release();
  return {};
}

// Moves what is in memory to the scratch store, and goes on on top of that.
Result<void> RefoldedState::spill() {
  TALLY_TRY(refold_.finish());
  if (scratch_ == nullptr) {
    TALLY_ASSIGN(folder_,
                 base::ScratchFolder::make("tally-verify",
                                           "so long a log needs more memory or a scratch folder"));
    TALLY_ASSIGN(scratch_, store::Store::create(folder_.path() / "store"));
  }
  const std::uint64_t events = at().value - spilled_.count;
  TALLY_ASSIGN(std::unique_ptr<store::Batch> batch,
               scratch_->begin(events > store::kLargeBatchEvents));
  TALLY_TRY(refold_.changes().write(tree_, *batch));
  view_.reset();  // a large batch is taken in at less cost where nobody reads what was there before
  TALLY_TRY(scratch_->commit(std::move(batch)));
  spilled_ = LogSize{at().value};
  std::unique_ptr<store::View> view = scratch_->view();
  refold_.go_on(*view);
  tree_ = projection::TreeChanges(frontier());
  view_ = std::move(view);
  return {};
}

Result<void> RefoldedState::write(store::Batch& batch) {
  if (scratch_ != nullptr) return write_stored(batch);
  return refold_.changes().write(tree_, batch);
}

Result<void> RefoldedState::write_stored(store::Batch& batch) {
  TALLY_TRY(copy(*view_, {Family::kTree}, batch));
  auto entries = std::async(
      parallel_ && batch.takes_families_in_parallel() ? std::launch::async : std::launch::deferred,
      [&] {
        return copy(*view_, {Family::kIds, Family::kRecords, Family::kReferrers}, batch);
      });
  Result<void> rest = copy(*view_,
                           {Family::kAccounts, Family::kPostings, Family::kMeasures, Family::kTimes,
                            Family::kPublications, Family::kState},
                           batch);
  TALLY_TRY(entries.get());
  return rest;
}

}  // namespace tally::audit
