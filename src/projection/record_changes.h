#pragma once

// The builder `records`: every entry as it stands once a commit's events are folded in, its id, and
// what refers to it, kept in memory until it is written.  Stands on a view of the store or on other
// changes, as projection/changes.h has it.

#include <boost/container/deque.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/huge_allocator.h"
#include "domain/record.h"
#include "projection/hash_index.h"
#include "projection/head.h"
#include "store/store.h"

namespace tally::projection {

class RecordChanges : public domain::MutableRecords {
 public:
  RecordChanges() = default;
  RecordChanges(const store::View& view, const Head& head)
      : view_(what_is_stored(view, head)), first_(head.size.count) {}
  // `first` is the event that comes next.
  RecordChanges(RecordChanges* below, Sequence first)
      : view_(below->view_), below_(below), first_(first.value) {}

  // MutableRecords.
  Result<const domain::Record*> find(Sequence sequence) override;
  Result<std::optional<Sequence>> sequence_of(std::string_view id) override;
  Result<domain::Record*> edit(Sequence sequence) override;
  void create(Sequence sequence, domain::Record record) override;

  // After an event was folded in: notes what it refers to, and that it made no record where it made
  // none.
  Result<void> note(const Event& event);
  // Has the processor fetch what folding this event in will read.
  void expect(Event& event) const;

  void absorb(RecordChanges&& above);

  // Writes ids, records and referrers, and then measures, each in ascending order of their keys.
  Result<void> write_entries(store::Batch& batch);
  Result<void> write_measures(store::Batch& batch) const;

 private:
  struct Slot {
    domain::Record record;
    bool exists = false;
    bool changed = false;
  };

  // Looks ids up without making a string of them first.
  struct IdHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>()(id); }
  };
  using Ids =
      boost::unordered_flat_map<std::string, Sequence, IdHash, std::equal_to<>,
                                base::HugeAllocator<std::pair<const std::string, Sequence>>>;

  Result<Slot*> slot(Sequence sequence);
  Result<void> note_measure(const Event& event);
  void note_references(const Event& event);
  const std::string& id_at(std::uint64_t index) const { return created_[index].record.id; }
  void push_created(Slot slot);
  Result<void> write_ids(store::Batch& batch) const;
  Result<void> write_records(store::Batch& batch) const;
  void sort_referrers();
  Result<void> write_referrers(store::Batch& batch);

  const store::View* view_ = nullptr;
  RecordChanges* below_ = nullptr;
  std::uint64_t first_ = 0;  // the sequence of the first event folded in
  // Records of these events, by sequence from first_ on; in blocks, so that a million need no
  // million allocations.
  boost::container::deque<Slot, void,
                          boost::container::deque_options<boost::container::block_size<256U>>::type>
      created_;
  boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Slot>> older_;  // of earlier ones
  Slot none_;                                             // of an event that is still to come
  HashIndex ids_;                                         // of created_
  Ids known_ids_;                                         // read from the view and kept
  std::vector<std::pair<Sequence, Sequence>> referrers_;  // (what is referred to, by which event)
  std::map<std::pair<Sequence, Sequence>, std::string> measures_;
};

}  // namespace tally::projection
