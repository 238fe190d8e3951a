#pragma once

// Keys and values in memory, behind the store's own interfaces: for what only reads a view and
// writes a batch.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "store/store.h"

namespace tally::testing {

using MemoryFamilies =
    std::array<std::map<std::string, std::string, std::less<>>, store::kFamilies>;

class MemoryStore : public store::Batch, public store::View {
 public:
  Result<void> put(store::Family family, std::string_view key, std::string_view value) override {
    // What is written as sorted files must come in ascending order within each family.
    std::string& last = last_[static_cast<std::size_t>(family)];
    in_order_ = in_order_ && (last.empty() || last < key);
    last = key;
    families_[static_cast<std::size_t>(family)].insert_or_assign(std::string(key),
                                                                 std::string(value));
    return {};
  }
  // Whether the keys of each family came in ascending order since the last call.
  bool came_in_order() {
    last_ = {};
    return std::exchange(in_order_, true);
  }

  Result<std::optional<std::string>> get(store::Family family,
                                         std::string_view key) const override {
    const auto& keys = families_[static_cast<std::size_t>(family)];
    const auto found = keys.find(key);
    return found == keys.end() ? std::optional<std::string>() : std::optional(found->second);
  }
  std::unique_ptr<store::Cursor> cursor(store::Family family, store::Reading) const override {
    return std::make_unique<MemoryCursor>(families_[static_cast<std::size_t>(family)]);
  }

  MemoryFamilies& families() { return families_; }
  std::map<std::string, std::string, std::less<>>& of(store::Family family) {
    return families_[static_cast<std::size_t>(family)];
  }

  // The same keys and values to be read through a view of its own.
  std::unique_ptr<store::View> view() const {
    auto copy = std::make_unique<MemoryStore>();
    copy->families_ = families_;
    return copy;
  }

 private:
  class MemoryCursor : public store::Cursor {
   public:
    using Keys = std::map<std::string, std::string, std::less<>>;
    explicit MemoryCursor(const Keys& keys) : keys_(keys), at_(keys.end()) {}
    void seek(std::string_view key) override { at_ = keys_.lower_bound(key); }
    void seek_for_previous(std::string_view key) override {
      at_ = keys_.upper_bound(key);
      previous();
    }
    void seek_to_first() override { at_ = keys_.begin(); }
    void next() override { ++at_; }
    void previous() override { at_ = at_ == keys_.begin() ? keys_.end() : std::prev(at_); }
    bool valid() const override { return at_ != keys_.end(); }
    std::string_view key() const override { return at_->first; }
    std::string_view value() const override { return at_->second; }
    Result<void> status() const override { return {}; }

   private:
    const Keys& keys_;
    Keys::const_iterator at_;
  };

  MemoryFamilies families_;
  std::array<std::string, store::kFamilies> last_;
  bool in_order_ = true;
};

}  // namespace tally::testing
