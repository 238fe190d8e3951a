#pragma once

// Everything that a ledger's store holds, as plain maps: to be looked at, and to be damaged.

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "store/store.h"

namespace tally::testing {

using Keys = std::map<std::string, std::string>;

class StoredState {
 public:
  // What a store holds now.
  explicit StoredState(store::Store& store);

  Keys& of(store::Family family) { return keys_[static_cast<std::size_t>(family)]; }

  // Makes a new store of it in place of the one in this folder, which must be closed.
  void replace(const std::filesystem::path& folder) const;

 private:
  std::array<Keys, store::kFamilies> keys_;
};

// A stored account whose balance is another by so much.
std::string with_other_balance(const std::string& account, std::int64_t millionths);

// Puts one value into a store behind the ledger's back.
void put_behind(store::Store& store, store::Family family, const std::string& key,
                const std::string& value);

}  // namespace tally::testing
