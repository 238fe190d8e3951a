#include "ledger/refold.h"

#include <fmt/format.h>

#include "base/try.h"
#include "projection/damage.h"

namespace tally::ledger {
namespace {

constexpr std::size_t kLinesAtOnce = 4'096;

}  // namespace

Error Refold::fault(std::string_view what) { return projection::damaged(std::string(what)); }

Result<void> Refold::add(Event& event) {
  if (event.sequence != at()) {
    return fault(fmt::format("the event there says that it is event {}", event.sequence.value));
  }
  if (at().value > 0 && event.recorded_at < changes_.head().recorded_at) {
    return fault("it was recorded before the event before it");
  }
  if (at().value == 0) {
    TALLY_TRY(open(event));
  } else if (const auto* rotated = std::get_if<KeyRotated>(&event.entry.content)) {
    TALLY_TRY(rotate(*rotated));
  } else if (const auto* restored = std::get_if<LedgerRestored>(&event.entry.content)) {
    TALLY_TRY(restore(*restored));
  } else {
    TALLY_TRY(submit(event));
  }
  if (const auto* publication = std::get_if<Publication>(&event.entry.content)) {
    published_.push_back(
        {event.sequence, publication->year, *publication->as_of, *publication->totals_root});
  }
  if (posting_ == Posting::kAtOnce) {
    Result<void> applied = changes_.apply(settings(), event);
    if (!applied.ok()) refused_ = event.sequence;
    return applied;
  }
  TALLY_TRY(changes_.fold_records(settings(), event, lines_));
  return lines_.size() < kLinesAtOnce ? Result<void>() : hand_over();
}

Result<void> Refold::finish() {
  TALLY_TRY(hand_over());
  return settle();
}

Result<void> Refold::hand_over() {
  TALLY_TRY(settle());
  handed_.swap(lines_);
  lines_.clear();
  posted_ = std::async(posting_ == Posting::kBeside ? std::launch::async : std::launch::deferred,
                       [this] { return changes_.post(settings(), handed_); });
  return {};
}

Result<void> Refold::settle() {
  if (!posted_.valid()) return {};
  Result<void> posted = posted_.get();
  if (!posted.ok()) refused_ = changes_.refused();
  return posted;
}

Result<void> Refold::open(const Event& event) {
  const auto* opened = std::get_if<LedgerOpened>(&event.entry.content);
  if (opened == nullptr) return fault("the log does not begin with `ledger-opened`");
  identity_ = *opened;
  return take_key(opened->vkey);
}

Result<void> Refold::rotate(const KeyRotated& rotated) {
  if (rotated.old_vkey == keys_.back().to_string()) return take_key(rotated.new_vkey);
  return fault(fmt::format("it replaces the key {}, and the one in force is {}", rotated.old_vkey,
                           keys_.back().to_string()));
}

// A log that had as many events as were vouched for would have nothing to be restored from.
Result<void> Refold::restore(const LedgerRestored& restored) const {
  if (restored.from_size.count > at().value) return {};
  return fault(
      fmt::format("it says that the log went back from {} events, and there are {} before "
                  "it",
                  restored.from_size.count, at().value));
}

Result<void> Refold::take_key(const std::string& vkey) {
  auto key = VerifierKey::parse(vkey);
  if (!key.ok()) return fault(key.error().message);
  if (key->origin != identity_.origin) {
    return fault(fmt::format("the key {} is not one of the log {}", vkey, identity_.origin));
  }
  keys_.push_back(std::move(*key));
  return {};
}

Result<void> Refold::submit(Event& event) {
  projection::RecordChanges& records = changes_.records();
  TALLY_ASSIGN(const auto taken, records.sequence_of(event.entry.id));
  if (taken) return fault(fmt::format("its id is that of event {}", taken->value));
  auto decided = domain::decide(records, settings(), at(), event.entry);
  if (decided.ok()) return {};
  return fault(fmt::format("the rules refuse it ({}): {}", code_name(decided.error().code),
                           decided.error().message));
}

}  // namespace tally::ledger
