#include "projection/record_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/sort/spreadsort/string_sort.hpp>
#include <cstring>
#include <numeric>

#include "base/bytes.h"
#include "base/check.h"
#include "base/try.h"
#include "domain/references.h"
#include "projection/damage.h"
#include "projection/id_hash.h"
#include "projection/measure_version.h"
#include "projection/record_codec.h"
#include "store/keys.h"

namespace tally::projection {
namespace {

using store::Family;

constexpr std::size_t kReferrersPerChunk = 4'096;
constexpr std::size_t kCacheLineBytes = 64;

}  // namespace

Result<RecordChanges::Slot*> RecordChanges::slot(Sequence sequence) {
  if (sequence.value >= first_) {
    const std::uint64_t index = sequence.value - first_;
    return index < created_.size() ? &created_[index] : &none_;
  }
  std::unique_ptr<Slot>& slot = older_[sequence.value];
  if (slot != nullptr) return slot.get();
  auto loaded = std::make_unique<Slot>();
  if (below_ != nullptr) {
    TALLY_ASSIGN(const domain::Record* record, below_->find(sequence));
    loaded->exists = record != nullptr;
    if (record != nullptr) loaded->record = *record;
  } else if (view_ != nullptr) {
    TALLY_ASSIGN(const auto bytes, view_->get(Family::kRecords, store::sequence_key(sequence)));
    if (bytes) {
      TALLY_ASSIGN(loaded->record, decode_record(*bytes));
      loaded->exists = true;
    }
  }
  return (slot = std::move(loaded)).get();
}

Result<const domain::Record*> RecordChanges::find(Sequence sequence) {
  TALLY_ASSIGN(const Slot* found, slot(sequence));
  return found->exists ? &found->record : nullptr;
}

Result<domain::Record*> RecordChanges::edit(Sequence sequence) {
  TALLY_ASSIGN(Slot * found, slot(sequence));
  if (!found->exists) return static_cast<domain::Record*>(nullptr);
  found->changed = true;
  return &found->record;
}

void RecordChanges::create(Sequence sequence, domain::Record record) {
  TALLY_CHECK(sequence.value == first_ + created_.size());
  push_created({std::move(record), true, true});
}

void RecordChanges::push_created(Slot slot) {
  if (slot.exists) ids_.add(id_hash(slot.record.id), created_.size());
  created_.push_back(std::move(slot));
}

Result<std::optional<Sequence>> RecordChanges::sequence_of(std::string_view id) {
  const auto created =
      ids_.find(id_hash(id), [&](std::uint32_t index) { return id_at(index) == id; });
  if (created) return std::optional(Sequence{first_ + *created});
  if (below_ != nullptr) return below_->sequence_of(id);
  if (const auto found = known_ids_.find(id); found != known_ids_.end()) {
    return std::optional(found->second);
  }
  if (view_ == nullptr) return std::optional<Sequence>();
  TALLY_ASSIGN(const auto bytes, view_->get(Family::kIds, id));
  if (!bytes) return std::optional<Sequence>();
  base::ByteReader reader(*bytes);
  const Sequence sequence{reader.varint()};
  if (!reader.ok()) return damaged(fmt::format("the index entry of \"{}\" is unreadable", id));
  known_ids_.emplace(id, sequence);
  return std::optional(sequence);
}

Result<void> RecordChanges::note(const Event& event) {
  // What the ledger writes itself makes no record.
  if (created_.size() == event.sequence.value - first_) created_.emplace_back();
  note_references(event);
  return note_measure(event);
}

void RecordChanges::expect(Event& event) const {
  ids_.expect(id_hash(event.entry.id));
  domain::for_each_reference(event.entry, [&](const Reference& reference) {
    const std::uint64_t index = reference.sequence.value - first_;
    if (index >= created_.size()) return true;
    const char* const slot = reinterpret_cast<const char*>(&created_[index]);
    for (std::size_t at = 0; at < sizeof(Slot); at += kCacheLineBytes) {
      __builtin_prefetch(slot + at, 1);
    }
    return true;
  });
}

// An event refers to what its body names, a correction to what it corrects, a publication to what
// it supersedes, and an erasure to what it erases.
void RecordChanges::note_references(const Event& event) {
  const std::size_t before = referrers_.size();
  if (const auto* correction = std::get_if<Correction>(&event.entry.content)) {
    referrers_.emplace_back(correction->corrects.sequence, event.sequence);
  }
  if (const auto* publication = std::get_if<Publication>(&event.entry.content)) {
    if (publication->supersedes.present()) {
      referrers_.emplace_back(publication->supersedes.sequence, event.sequence);
    }
  }
  if (const auto* erasure = std::get_if<Erasure>(&event.entry.content)) {
    referrers_.emplace_back(erasure->erases, event.sequence);
  }
  if (const Body* body = domain::body_said(event.entry)) {
    domain::for_each_reference(*body, [&](const Reference& reference, const auto&) {
      const std::pair line(reference.sequence, event.sequence);
      const auto begin = referrers_.begin() + static_cast<std::ptrdiff_t>(before);
      if (std::find(begin, referrers_.end(), line) == referrers_.end()) referrers_.push_back(line);
      return true;
    });
  }
}

Result<void> RecordChanges::note_measure(const Event& event) {
  Sequence measure = event.sequence;
  if (const auto* correction = std::get_if<Correction>(&event.entry.content)) {
    measure = correction->corrects.sequence;
  } else if (event.entry.type() != EntryType::kMeasure) {
    return {};
  }
  TALLY_ASSIGN(const domain::Record* record, find(measure));
  if (record == nullptr || record->type != EntryType::kMeasure) return {};
  measures_[{measure, event.sequence}] = encode_measure(
      {record->standing, record->version, std::get<domain::MeasureTerms>(record->terms)});
  return {};
}

void RecordChanges::absorb(RecordChanges&& above) {
  for (auto& [sequence, slot] : above.older_) {
    if (!slot->changed) continue;
    if (sequence >= first_) {
      created_[sequence - first_] = std::move(*slot);
    } else {
      older_[sequence] = std::move(slot);
    }
  }
  for (Slot& slot : above.created_) push_created(std::move(slot));
  referrers_.insert(referrers_.end(), above.referrers_.begin(), above.referrers_.end());
  measures_.merge(above.measures_);
}

Result<void> RecordChanges::write_entries(store::Batch& batch) {
  TALLY_TRY(write_ids(batch));
  TALLY_TRY(write_records(batch));
  return write_referrers(batch);
}

Result<void> RecordChanges::write_measures(store::Batch& batch) const {
  for (const auto& [key, measure] : measures_) {
    TALLY_TRY(batch.put(Family::kMeasures, store::pair_key(key.first, key.second), measure));
  }
  return {};
}

Result<void> RecordChanges::write_ids(store::Batch& batch) const {
  // Most ids differ in their first 16 bytes, which are sorted without a look at the text.
  struct Sortable {
    std::uint64_t first;
    std::uint64_t second;
    std::uint32_t index;
    std::uint32_t size;
  };
  auto eight_bytes = [](std::string_view text, std::size_t from) {
    char bytes[8] = {};
    if (from < text.size())
      std::memcpy(bytes, &text[from], std::min<std::size_t>(8, text.size() - from));
    return base::get_big_endian<std::uint64_t>(bytes);
  };
  std::vector<Sortable> sorted;
  sorted.reserve(created_.size());
  for (std::uint32_t index = 0; index < created_.size(); ++index) {
    if (!created_[index].exists) continue;
    const std::string& id = id_at(index);
    sorted.push_back(
        {eight_bytes(id, 0), eight_bytes(id, 8), index, static_cast<std::uint32_t>(id.size())});
  }
  boost::sort::spreadsort::string_sort(
      sorted.begin(), sorted.end(),
      [this](const Sortable& one, std::size_t at) -> unsigned char {
        if (at < 8) return static_cast<unsigned char>(one.first >> (56 - 8 * at));
        if (at < 16) return static_cast<unsigned char>(one.second >> (56 - 8 * (at - 8)));
        return static_cast<unsigned char>(id_at(one.index)[at]);
      },
      [](const Sortable& one) -> std::size_t { return one.size; },
      [this](const Sortable& a, const Sortable& b) {
        if (a.first != b.first) return a.first < b.first;
        if (a.second != b.second) return a.second < b.second;
        return id_at(a.index) < id_at(b.index);
      });
  std::string value;
  for (const Sortable& one : sorted) {
    value.clear();
    base::put_varint(value, first_ + one.index);
    TALLY_TRY(batch.put(Family::kIds, id_at(one.index), value));
  }
  return {};
}

Result<void> RecordChanges::write_records(store::Batch& batch) const {
  std::vector<std::pair<std::uint64_t, const domain::Record*>> sorted;
  sorted.reserve(older_.size() + created_.size());
  for (const auto& [sequence, slot] : older_) {
    if (slot->changed) sorted.emplace_back(sequence, &slot->record);
  }
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t index = 0; index < created_.size(); ++index) {
    if (created_[index].exists) sorted.emplace_back(first_ + index, &created_[index].record);
  }
  for (const auto& [sequence, record] : sorted) {
    TALLY_TRY(batch.put(Family::kRecords, store::sequence_key(Sequence{sequence}),
                        encode_record(*record)));
  }
  return {};
}

// Sorts them by what is referred to.  They stand in the order of who refers, and each of these
// changes' entries is counted, then placed; entries below are few.
void RecordChanges::sort_referrers() {
  const auto older =
      std::stable_partition(referrers_.begin(), referrers_.end(),
                            [this](const auto& line) { return line.first.value < first_; });
  std::sort(referrers_.begin(), older);
  std::vector<std::size_t> next(created_.size() + 1);
  for (auto line = older; line != referrers_.end(); ++line) ++next[line->first.value - first_ + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  const std::vector<std::pair<Sequence, Sequence>> own(older, referrers_.end());
  for (const auto& line : own) {
    older[static_cast<std::ptrdiff_t>(next[line.first.value - first_]++)] = line;
  }
}

Result<void> RecordChanges::write_referrers(store::Batch& batch) {
  sort_referrers();
  std::string chunk;
  for (std::size_t begin = 0; begin < referrers_.size();) {
    const auto [target, first] = referrers_[begin];
    Sequence before = first;
    std::size_t end = begin;
    chunk.clear();
    for (; end < referrers_.size() && referrers_[end].first == target &&
           end - begin < kReferrersPerChunk;
         ++end) {
      base::put_varint(chunk, referrers_[end].second.value - before.value);
      before = referrers_[end].second;
    }
    TALLY_TRY(batch.put(Family::kReferrers, store::pair_key(target, first), chunk));
    begin = end;
  }
  return {};
}

}  // namespace tally::projection
