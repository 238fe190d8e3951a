#include "projection/changes.h"

#include <future>

#include "base/bytes.h"
#include "base/check.h"
#include "base/try.h"
#include "domain/evolve.h"
#include "store/keys.h"

namespace tally::projection {

using store::Family;

Result<void> Changes::apply(const domain::Settings& settings, const Event& event) {
  lines_.clear();
  TALLY_TRY(fold_records(settings, event, lines_));
  Result<void> posted = post(settings, lines_);
  note_counts();
  if (posted.ok()) return posted;
  Error error = posted.take_error();
  error.entry = event.entry.id;
  return error;
}

Result<void> Changes::fold_records(const domain::Settings& settings, const Event& event,
                                   std::vector<PostedLine>& lines) {
  TALLY_CHECK(event.sequence.value == head_.size.count);
  TALLY_ASSIGN(const auto postings, domain::evolve(records_, settings, event));
  // What leaves an account goes first: what only moves within a total never takes it over its
  // limit.
  for (const bool leaving : {true, false}) {
    for (const domain::Contribution& line : postings) {
      if (line.quantity.is_negative() == leaving) lines.push_back({event.sequence, line});
    }
  }
  TALLY_TRY(records_.note(event));
  if (const auto* publication = std::get_if<Publication>(&event.entry.content)) {
    TALLY_CHECK(publication->as_of.has_value());
    publications_[{publication->year, event.sequence}] = *publication->as_of;
  }
  times_[event.recorded_at] = event.sequence;
  if (event.entry.type() == EntryType::kKeyRotated) head_.rotations.push_back(event.sequence);
  ++head_.events_of_type[static_cast<std::size_t>(event.entry.type())];
  ++head_.size.count;
  head_.recorded_at = event.recorded_at;
  return {};
}

void Changes::note_counts() {
  const AccountChanges::Counts& counts = accounts_.counts();
  head_.numbers = counts.numbers;
  head_.accounts = counts.accounts;
  head_.postings = counts.postings;
}

void Changes::go_on(const store::View& view) {
  TALLY_CHECK(below_ == nullptr);
  records_ = RecordChanges(view, head_);
  accounts_.go_on(view, head_);
  times_.clear();
  publications_.clear();
}

void Changes::release() {
  records_ = RecordChanges();
  accounts_ = AccountChanges();
  times_.clear();
  publications_.clear();
}

void Changes::absorb(Changes&& above) {
  TALLY_CHECK(above.below_ == this);
  head_ = above.head_;
  records_.absorb(std::move(above.records_));
  accounts_.absorb(above.accounts_);
  for (const auto& [time, sequence] : above.times_) times_[time] = sequence;
  publications_.merge(above.publications_);
}

Result<void> Changes::write(store::Batch& batch) {
  // What is kept of each entry is sorted beside what is posted, in a large commit.
  std::future<Result<void>> entries;
  if (batch.takes_families_in_parallel()) {
    entries = std::async(std::launch::async, [&] { return records_.write_entries(batch); });
  } else {
    TALLY_TRY(records_.write_entries(batch));
  }
  Result<void> rest = write_rest(batch);
  if (entries.valid()) TALLY_TRY(entries.get());
  return rest;
}

Result<void> Changes::write(const TreeChanges& tree, store::Batch& batch) {
  head_.root = tree.frontier().root();
  TALLY_TRY(tree.write(batch));
  return write(batch);
}

Result<void> Changes::write_rest(store::Batch& batch) {
  TALLY_TRY(accounts_.write(batch));
  TALLY_TRY(records_.write_measures(batch));
  for (const auto& [time, sequence] : times_) {
    std::string value;
    base::put_varint(value, sequence.value);
    TALLY_TRY(batch.put(Family::kTimes, store::time_key(time), value));
  }
  for (const auto& [key, as_of] : publications_) {
    std::string value;
    base::put_varint(value, as_of.value);
    TALLY_TRY(
        batch.put(Family::kPublications, store::publication_key(key.first, key.second), value));
  }
  note_counts();
  return batch.put(Family::kState, kHeadKey, head_.encode());
}

}  // namespace tally::projection
