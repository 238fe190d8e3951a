#include "store/overlay_view.h"

#include "base/try.h"

namespace tally::store {
namespace {

// Walks two cursors as one; where both have a key, the upper one's value counts.
class MergedCursor : public Cursor {
 public:
  MergedCursor(std::unique_ptr<Cursor> below, std::unique_ptr<Cursor> above)
      : below_(std::move(below)), above_(std::move(above)) {}

  void seek(std::string_view key) override {
    below_->seek(key);
    above_->seek(key);
    choose_first();
  }
  void seek_to_first() override {
    below_->seek_to_first();
    above_->seek_to_first();
    choose_first();
  }
  void seek_for_previous(std::string_view key) override {
    below_->seek_for_previous(key);
    above_->seek_for_previous(key);
    choose_last();
  }
  void next() override {
    const std::string here(key());
    // Going back has left one of them behind.
    if (!forwards_) seek(here);
    for (Cursor* cursor : {below_.get(), above_.get()}) {
      if (cursor->valid() && cursor->key() == here) cursor->next();
    }
    choose_first();
  }
  void previous() override {
    const std::string here(key());
    for (Cursor* cursor : {below_.get(), above_.get()}) {
      cursor->seek_for_previous(here);
      if (cursor->valid() && cursor->key() == here) cursor->previous();
    }
    choose_last();
  }
  bool valid() const override { return chosen_ != nullptr; }
  std::string_view key() const override { return chosen_->key(); }
  std::string_view value() const override { return chosen_->value(); }
  Result<void> status() const override {
    TALLY_TRY(below_->status());
    return above_->status();
  }

 private:
  void choose_first() {
    forwards_ = true;
    choose([](std::string_view above, std::string_view below) { return above <= below; });
  }
  void choose_last() {
    forwards_ = false;
    choose([](std::string_view above, std::string_view below) { return above >= below; });
  }
  template <typename Comes>
  void choose(Comes comes_first) {
    if (!above_->valid() || !below_->valid()) {
      chosen_ = above_->valid() ? above_.get() : below_->valid() ? below_.get() : nullptr;
      return;
    }
    chosen_ = comes_first(above_->key(), below_->key()) ? above_.get() : below_.get();
  }

  std::unique_ptr<Cursor> below_;
  std::unique_ptr<Cursor> above_;
  Cursor* chosen_ = nullptr;
  bool forwards_ = true;
};

class OverlayView : public View {
 public:
  OverlayView(const View& below, std::unique_ptr<View> above)
      : below_(below), above_(std::move(above)) {}
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    TALLY_ASSIGN(auto value, above_->get(family, key));
    if (value) return value;
    return below_.get(family, key);
  }
  std::unique_ptr<Cursor> cursor(Family family, Reading reading) const override {
    return std::make_unique<MergedCursor>(below_.cursor(family, reading),
                                          above_->cursor(family, reading));
  }

 private:
  const View& below_;
  std::unique_ptr<View> above_;
};

}  // namespace

Result<void> Overlay::put(Family family, std::string_view key, std::string_view value) {
  families_[static_cast<std::size_t>(family)].insert_or_assign(std::string(key),
                                                               std::string(value));
  return {};
}

std::unique_ptr<View> Overlay::over(const View& below) const {
  return std::make_unique<OverlayView>(below, view_of(families_));
}

}  // namespace tally::store
