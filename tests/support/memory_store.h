#pragma once

// Keys and values in memory, behind the store's own interfaces: for what only reads a view and
// writes a batch.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "store/memory_store.h"

namespace tally::testing {

class MemoryStore : public store::Batch, public store::View {
 public:
  Result<void> put(store::Family family, std::string_view key, std::string_view value) override {
    // What is written as sorted files must come in ascending order within each family.
    std::string& last = last_[static_cast<std::size_t>(family)];
    in_order_ = in_order_ && (last.empty() || last < key);
    last = key;
    of(family).insert_or_assign(std::string(key), std::string(value));
    return {};
  }
  // Whether the keys of each family came in ascending order since the last call.
  bool came_in_order() {
    last_ = {};
    return std::exchange(in_order_, true);
  }

  Result<std::optional<std::string>> get(store::Family family,
                                         std::string_view key) const override {
    return store::view_of(families_)->get(family, key);
  }
  std::unique_ptr<store::Cursor> cursor(store::Family family,
                                        store::Reading reading) const override {
    return store::view_of(families_)->cursor(family, reading);
  }

  store::MemoryFamilies& families() { return families_; }
  store::MemoryFamily& of(store::Family family) {
    return families_[static_cast<std::size_t>(family)];
  }

  // The same keys and values to be read through a view of its own.
  std::unique_ptr<store::View> view() const {
    auto copy = std::make_unique<MemoryStore>();
    copy->families_ = families_;
    return copy;
  }

 private:
  store::MemoryFamilies families_;
  std::array<std::string, store::kFamilies> last_;
  bool in_order_ = true;
};

}  // namespace tally::testing
