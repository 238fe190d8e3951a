#include "support/stored_state.h"

#include "base/check.h"
#include "projection/balances.h"

namespace tally::testing {

StoredState::StoredState(store::Store& store) {
  const auto view = store.view();
  for (std::size_t family = 0; family < store::kFamilies; ++family) {
    const auto cursor = view->cursor(static_cast<store::Family>(family), store::Reading::kSeeks);
    for (cursor->seek_to_first(); cursor->valid(); cursor->next()) {
      keys_[family].emplace(cursor->key(), cursor->value());
    }
    TALLY_CHECK(cursor->status().ok());
  }
}

void StoredState::replace(const std::filesystem::path& folder) const {
  std::filesystem::remove_all(folder);
  auto store = store::Store::create(folder);
  TALLY_CHECK(store.ok());
  auto batch = (*store)->begin(false);
  TALLY_CHECK(batch.ok());
  for (std::size_t family = 0; family < store::kFamilies; ++family) {
    for (const auto& [key, value] : keys_[family]) {
      TALLY_CHECK((*batch)->put(static_cast<store::Family>(family), key, value).ok());
    }
  }
  TALLY_CHECK((*store)->commit(std::move(*batch)).ok());
}

std::string with_other_balance(const std::string& account, std::int64_t millionths) {
  auto stored = projection::AccountState::decode(account);
  TALLY_CHECK(stored.ok());
  const auto balance = stored->balance.plus(*Quantity::from_millionths(millionths));
  TALLY_CHECK(balance.has_value());
  stored->balance = *balance;
  return stored->encode();
}

void put_behind(store::Store& store, store::Family family, const std::string& key,
                const std::string& value) {
  auto batch = store.begin(false);
  TALLY_CHECK(batch.ok());
  TALLY_CHECK((*batch)->put(family, key, value).ok());
  TALLY_CHECK(store.commit(std::move(*batch)).ok());
}

}  // namespace tally::testing
