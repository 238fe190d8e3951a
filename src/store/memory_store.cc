#include "store/memory_store.h"

namespace tally::store {
namespace {

class MemoryCursor : public Cursor {
 public:
  explicit MemoryCursor(const MemoryFamily& keys) : keys_(keys), at_(keys.end()) {}
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
  const MemoryFamily& keys_;
  MemoryFamily::const_iterator at_;
};

class MemoryView : public View {
 public:
  explicit MemoryView(const MemoryFamilies& families) : families_(families) {}
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    const MemoryFamily& keys = families_[static_cast<std::size_t>(family)];
    const auto found = keys.find(key);
    return found == keys.end() ? std::optional<std::string>() : std::optional(found->second);
  }
  std::unique_ptr<Cursor> cursor(Family family, Reading) const override {
    return std::make_unique<MemoryCursor>(families_[static_cast<std::size_t>(family)]);
  }

 private:
  const MemoryFamilies& families_;
};

// What is put becomes visible with the commit: until then it waits here.
class MemoryBatch : public Batch {
 public:
  Result<void> put(Family family, std::string_view key, std::string_view value) override {
    waiting_[static_cast<std::size_t>(family)].insert_or_assign(std::string(key), value);
    return {};
  }
  Result<void> remove(Family family, std::string_view key) override {
    waiting_[static_cast<std::size_t>(family)].insert_or_assign(std::string(key), std::nullopt);
    return {};
  }
  void move_into(MemoryFamilies& families) {
    for (std::size_t i = 0; i < kFamilies; ++i) {
      for (auto& [key, value] : waiting_[i]) {
        if (value) {
          families[i].insert_or_assign(key, std::move(*value));
        } else {
          families[i].erase(key);
        }
      }
    }
  }

 private:
  // Without a value: to be removed.
  std::array<std::map<std::string, std::optional<std::string>>, kFamilies> waiting_;
};

}  // namespace

std::unique_ptr<View> view_of(const MemoryFamilies& families) {
  return std::make_unique<MemoryView>(families);
}

Result<std::unique_ptr<Batch>> MemoryStore::begin(bool) {
  return std::unique_ptr<Batch>(std::make_unique<MemoryBatch>());
}

Result<void> MemoryStore::commit(std::unique_ptr<Batch> batch) {
  static_cast<MemoryBatch&>(*batch).move_into(families_);
  return {};
}

}  // namespace tally::store
