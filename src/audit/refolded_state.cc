#include "audit/refolded_state.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <initializer_list>
#include <string>

#include "base/check.h"
#include "base/try.h"

namespace tally::audit {
namespace {

using store::Family;

// What is written by files of its own rather than by the write-ahead log.
constexpr std::uint64_t kLargeWrite = 16'384;

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

// A store in a folder of its own.
class ScratchStore {
 public:
  static Result<std::unique_ptr<ScratchStore>> create() {
    std::unique_ptr<ScratchStore> scratch(new ScratchStore());
    std::error_code error;
    std::string name =
        (std::filesystem::temp_directory_path(error) / "tally-verify-XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr) {
      return Error{ErrorCode::kIo,
                   fmt::format("so long a log is checked by way of a scratch folder, and {} cannot "
                               "be made; set TMPDIR to a folder on a disk, or allow more memory",
                               name),
                   {},
                   0,
                   {}};
    }
    scratch->folder_ = name;
    TALLY_ASSIGN(scratch->store_, store::Store::create(scratch->folder_ / "store"));
    return scratch;
  }
  ~ScratchStore() {
    store_.reset();
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  ScratchStore(const ScratchStore&) = delete;
  ScratchStore& operator=(const ScratchStore&) = delete;

  store::Store& store() { return *store_; }

 private:
  ScratchStore() = default;

  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
};

RefoldedState::RefoldedState(bool parallel, std::uint64_t events_in_memory)
    : parallel_(parallel),
      events_in_memory_(events_in_memory),
      refold_(parallel ? ledger::Refold::Posting::kBeside : ledger::Refold::Posting::kBefore),
      tree_(merkle::Frontier()) {
  TALLY_CHECK(events_in_memory > 0);
}

RefoldedState::~RefoldedState() = default;

Result<void> RefoldedState::add(Event& event, const Hash& leaf) {
  if (at().value - spilled_.count >= events_in_memory_) TALLY_TRY(spill());
  TALLY_TRY(refold_.add(event));
  tree_.append(leaf);
  return {};
}

Result<void> RefoldedState::finish() {
  if (scratch_ != nullptr) {
    TALLY_TRY(spill());
    refold_.changes().release();
    return {};
  }
  TALLY_TRY(refold_.finish());
  published_ = refold_.published();
  refold_.changes().head().root = frontier().root();
  return {};
}

// Moves what is in memory to the scratch store, and goes on on top of that.
Result<void> RefoldedState::spill() {
  TALLY_TRY(refold_.finish());
  if (scratch_ == nullptr) {
    TALLY_ASSIGN(scratch_, ScratchStore::create());
  }
  store::Store& store = scratch_->store();
  TALLY_ASSIGN(std::unique_ptr<store::Batch> batch,
               store.begin(at().value - spilled_.count > kLargeWrite));
  refold_.changes().head().root = frontier().root();
  TALLY_TRY(tree_.write(*batch));
  TALLY_TRY(refold_.changes().write(*batch));
  TALLY_TRY(store.commit(std::move(batch)));
  spilled_ = LogSize{at().value};
  published_.insert(published_.end(), refold_.published().begin(), refold_.published().end());
  std::unique_ptr<store::View> view = store.view();
  refold_.go_on(*view);
  tree_ = projection::TreeChanges(frontier());
  view_ = std::move(view);
  return {};
}

Result<void> RefoldedState::write(store::Batch& batch) {
  if (scratch_ != nullptr) return write_stored(batch);
  TALLY_TRY(tree_.write(batch));
  return refold_.changes().write(batch);
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
