#pragma once

// Holds what is stored against what the events give.  It is written to like a batch: whatever would
// be put is compared with what is there, family by family, in order.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "audit/state_digest.h"
#include "projection/balances.h"
#include "projection/reader.h"
#include "store/store.h"
#include "tally/verify.h"

namespace tally::audit {

class Comparison : public store::Batch {
 public:
  explicit Comparison(const projection::Reader& reader);

  // Compares one expected value; an error once something differs, with `fault` saying what.
  Result<void> put(store::Family family, std::string_view key, std::string_view value) override;
  // Everything expected has been put: nothing more may be stored.
  Result<void> finish();

  const std::optional<Fault>& fault() const { return fault_; }
  // The account that the fault is of, where it is of one.
  const std::optional<domain::AccountKey>& account() const { return account_; }
  // Over all records, accounts and postings that were put.
  Hash digest() { return digest_.finish(); }

 private:
  // One thing out of a value that holds several: a posting, a reference, a hash of the tree.
  struct Item {
    std::uint64_t owner = 0;  // account number, target, level
    std::uint64_t place = 0;  // sequence, referrer, index
    std::uint64_t account = 0;
    std::int64_t delta = 0;
    Hash hash;
    friend bool operator==(const Item&, const Item&) = default;
  };
  struct Stored {
    std::unique_ptr<store::Cursor> cursor;
    std::vector<Item> items;  // of the value under the cursor
    std::size_t next = 0;
    std::uint64_t owner = UINT64_MAX;  // postings: whose balance runs
    Quantity balance;
  };

  Result<void> compare_whole(store::Family family, std::string_view key, std::string_view value);
  Result<void> compare_items(store::Family family, std::string_view key, std::string_view value);
  Result<std::vector<Item>> items_of(store::Family family, std::string_view key,
                                     std::string_view value) const;
  Result<std::vector<Item>> postings_of(std::string_view key, std::string_view value) const;
  // The next stored item; nothing at the end.
  Result<std::optional<Item>> next_stored(store::Family family);
  Result<void> check_opening(Stored& stored);
  void note_account(store::Family family, std::string_view key);
  Error differ(store::Family family, std::optional<Sequence> sequence, std::string message);
  std::string describe(store::Family family, std::string_view key) const;

  const projection::Reader& reader_;
  std::array<Stored, store::kFamilies> stored_;
  std::vector<projection::LevelKey> accounts_;  // by number
  StateDigest digest_;
  std::optional<Fault> fault_;
  std::optional<domain::AccountKey> account_;
};

}  // namespace tally::audit
