#pragma once

// Goes through things of which a stored value holds several (hashes of the tree, references,
// postings), one by one, whatever way they are grouped into values.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/try.h"
#include "projection/balances.h"
#include "projection/damage.h"
#include "store/store.h"
#include "tally/hash.h"

namespace tally::audit {

struct TreeHash {
  std::uint64_t level = 0;
  std::uint64_t index = 0;
  Hash hash;
  friend bool operator==(const TreeHash&, const TreeHash&) = default;
};

// A run of the hash tree.  `damaged` where key and value are none.
class TreeRun {
 public:
  using Item = TreeHash;
  static Result<TreeRun> open(std::string_view key, std::string_view value);
  Result<bool> next(TreeHash& item);

 private:
  TreeHash at_;
  std::string_view rest_;
};

struct ReferenceLine {
  Sequence target;
  Sequence referrer;
  friend bool operator==(const ReferenceLine&, const ReferenceLine&) = default;
};

// The events that refer to an entry, as far as they stand in one value.
class ReferenceChunk {
 public:
  using Item = ReferenceLine;
  static Result<ReferenceChunk> open(std::string_view key, std::string_view value);
  Result<bool> next(ReferenceLine& item);

 private:
  explicit ReferenceChunk(std::string_view value) : rest_(value) {}
  ReferenceLine at_;
  base::ByteReader rest_;
};

struct NumberedPosting {
  std::uint32_t chain = 0;  // the number of the account whose chain it stands in
  projection::ChainPosting posting;
  friend bool operator==(const NumberedPosting&, const NumberedPosting&) = default;
};

// A chunk of postings.  `accounts` are the keys of the accounts, by number.
class PostingChunk {
 public:
  using Item = NumberedPosting;
  static Result<PostingChunk> open(std::string_view key, std::string_view value,
                                   const std::vector<projection::LevelKey>& accounts);
  Quantity opening() const { return chunk_.opening(); }
  std::uint32_t chain() const { return chain_; }
  Result<bool> next(NumberedPosting& item);

 private:
  PostingChunk(std::uint32_t chain, projection::ChunkReader chunk) : chain_(chain), chunk_(chunk) {}
  std::uint32_t chain_;
  projection::ChunkReader chunk_;
};

// The stored values of a family, taken apart.
template <typename Value>
class StoredItems {
 public:
  explicit StoredItems(std::unique_ptr<store::Cursor> cursor) : cursor_(std::move(cursor)) {
    cursor_->seek_to_first();
  }
  const store::Cursor& cursor() const { return *cursor_; }

  // The next one; false at the end.  `open` opens the value under the cursor.
  template <typename Open>
  Result<bool> next(typename Value::Item& item, const Open& open) {
    for (;;) {
      const bool opens = !value_.has_value();
      if (opens) {
        TALLY_TRY(cursor_->status());
        if (!cursor_->valid()) return false;
        TALLY_ASSIGN(value_, open(cursor_->key(), cursor_->value()));
      }
      TALLY_ASSIGN(const bool more, value_->next(item));
      if (more) return true;
      if (opens) return projection::damaged("an empty value is stored");
      value_.reset();
      cursor_->next();
    }
  }
  Result<bool> next(typename Value::Item& item) { return next(item, Value::open); }

 private:
  std::unique_ptr<store::Cursor> cursor_;
  std::optional<Value> value_;  // of the cursor's
};

// The stored postings, each chunk opening with the balance that those before it leave; `damaged`
// where one does not.
class StoredPostings {
 public:
  StoredPostings(std::unique_ptr<store::Cursor> cursor,
                 const std::vector<projection::LevelKey>& accounts)
      : items_(std::move(cursor)), accounts_(accounts) {}
  const store::Cursor& cursor() const { return items_.cursor(); }
  Result<bool> next(NumberedPosting& item);

 private:
  StoredItems<PostingChunk> items_;
  const std::vector<projection::LevelKey>& accounts_;
  std::optional<std::uint32_t> chain_;
  Quantity balance_;
};

}  // namespace tally::audit
