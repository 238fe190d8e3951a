#pragma once

// Holds what is stored against what the events give.  It is written to like a batch: whatever would
// be put is compared with what is there, family by family, in order; different families may be put
// from different threads.

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "audit/state_digest.h"
#include "audit/stored_items.h"
#include "projection/balances.h"
#include "projection/reader.h"
#include "store/store.h"
#include "tally/verify.h"

namespace tally::audit {

class Comparison : public store::Batch {
 public:
  Comparison(const projection::Reader& reader, bool parallel);

  // Compares one expected value; an error once something differs, with `fault` saying what.
  Result<void> put(store::Family family, std::string_view key, std::string_view value) override;
  bool takes_families_in_parallel() const override { return parallel_; }
  // Everything expected has been put: nothing more may be stored.
  Result<void> finish();

  // Of several, that of the family which is put first.
  const std::optional<Fault>& fault() const { return fault_; }
  // The account that the fault is of, where it is of one.
  const std::optional<domain::AccountKey>& account() const { return account_; }
  // Over all records, accounts and postings that were put.
  Hash digest() { return digest_.finish(); }

 private:
  Result<void> compare_whole(store::Family family, std::string_view key, std::string_view value);
  Result<void> compare_tree(std::string_view key, std::string_view value);
  Result<void> compare_references(std::string_view key, std::string_view value);
  Result<void> compare_postings(std::string_view key, std::string_view value);
  Result<void> finish(store::Family family);
  // What is wrong, and at which key of the family.
  Error differ(store::Family family, std::string_view key, std::optional<Sequence> sequence,
               std::string message);
  std::optional<domain::AccountKey> account_of(store::Family family, std::string_view key) const;
  std::string describe(store::Family family, std::string_view key) const;

  const projection::Reader& reader_;
  const bool parallel_;
  std::array<std::unique_ptr<store::Cursor>, store::kFamilies> whole_;
  std::vector<projection::LevelKey> accounts_;  // by number
  StoredItems<TreeRun> tree_;
  StoredItems<ReferenceChunk> references_;
  StoredPostings postings_;
  StateDigest digest_;

  std::mutex mutex_;
  std::size_t rank_ = SIZE_MAX;                // guarded by mutex_, as are those below
  std::optional<Fault> fault_;                 // of the family of that rank
  std::optional<domain::AccountKey> account_;  // that it is of
};

}  // namespace tally::audit
