#pragma once

// What a commit changes in derived state, kept in memory until it is written: the builders
// `records` and `yearly_totals`, folded together event by event.
//
// Changes stand on what is below them: a view of the store, or other changes not yet written.  So a
// submission that is refused is dropped without a trace, and one that is accepted is absorbed by
// the group that it is written with.

#include <array>
#include <boost/container/deque.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/huge_allocator.h"
#include "domain/evolve.h"
#include "projection/balances.h"
#include "projection/head.h"
#include "projection/id_index.h"
#include "store/store.h"

namespace tally::projection {

struct LevelKeyHash {
  std::size_t operator()(const LevelKey& key) const;
};

// Looks ids up without making a string of them first.
struct IdHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>()(id); }
};

class Changes : public domain::MutableRecords {
 public:
  // On top of nothing: what is folded in is the whole of derived state.
  Changes() = default;
  // On top of a view of the store, where `head` is what the view holds.
  Changes(const store::View& view, const Head& head)
      : view_(&view), head_(head), first_(head.size.count) {}
  // On top of other changes, which must outlive these and not change meanwhile.
  explicit Changes(Changes* below)
      : view_(below->view_), below_(below), head_(below->head_), first_(below->head_.size.count) {}

  // MutableRecords.
  Result<const domain::Record*> find(Sequence sequence) override;
  Result<std::optional<Sequence>> sequence_of(std::string_view id) override;
  Result<domain::Record*> edit(Sequence sequence) override;
  void create(Sequence sequence, domain::Record record) override;

  // Folds an accepted event in.  Errors: `overflow` where an account, or a year's total of a
  // measure at a stage, would leave the range; those of reading; `damaged`.
  Result<void> apply(const domain::Settings& settings, const Event& event);

  // Takes over changes that stand on these.
  void absorb(Changes&& above);

  // Writes everything into a batch, each family in ascending order of its keys.
  Result<void> write(store::Batch& batch);

  const Head& head() const { return head_; }
  Head& head() { return head_; }

 private:
  struct Slot {
    domain::Record record;
    bool exists = false;
    bool changed = false;
  };

  using AccountIndex = std::uint32_t;  // into accounts_ and keys_
  static constexpr AccountIndex kNoAccount = UINT32_MAX;

  // What a posting changes, small enough for one line of the processor's cache.
  struct Account {
    AccountState state;
    Quantity opening;  // the balance below these changes
    // Of an account of the finest level: those that it rolls up to, once they were looked up.
    std::array<AccountIndex, kLevels - 1> rolled_up{kNoAccount, kNoAccount, kNoAccount};
    bool is_new = false;
  };

  // A posting to an account of the finest level; the levels above are sorted out when it is
  // written.
  struct Posting {
    Sequence sequence;
    Quantity delta;
    AccountIndex account;
  };

  template <typename T>
  using Array = std::vector<T, base::HugeAllocator<T>>;
  template <typename Key, typename Value, typename Hash, typename Equal = std::equal_to<>>
  using Table = boost::unordered_flat_map<Key, Value, Hash, Equal,
                                          base::HugeAllocator<std::pair<const Key, Value>>>;
  using Ids = Table<std::string, Sequence, IdHash>;

  Result<std::optional<std::string>> stored(store::Family family, std::string_view key) const;
  Result<Slot*> slot(Sequence sequence);
  Result<AccountIndex> account(const LevelKey& key);
  Result<std::optional<AccountState>> state_of(const LevelKey& key);
  Result<void> post(const domain::Settings& settings, const Event& event,
                    const domain::Contribution& line);
  Result<void> add_to_balance(const domain::Settings& settings, const Event& event,
                              const domain::Contribution& line, Account& account);
  void note_references(const Event& event);
  Result<void> note_measure(const Event& event);

  const std::string& id_at(std::uint64_t index) const { return created_[index].record.id; }
  void push_created(Slot slot);
  void absorb_accounts(const Changes& above);
  Result<void> write_entries(store::Batch& batch);
  Result<void> write_rest(store::Batch& batch);
  Result<void> write_ids(store::Batch& batch) const;
  Result<void> write_records(store::Batch& batch) const;
  Result<void> write_referrers(store::Batch& batch);
  Result<void> write_accounts(store::Batch& batch) const;
  Result<void> write_postings(store::Batch& batch) const;
  static Result<void> write_chain(store::Batch& batch, const Account& account, Level level,
                                  const std::vector<ChainPosting>& chain);
  AccountIndex account_at_level(const Posting& posting, std::size_t level) const;

  const store::View* view_ = nullptr;
  Changes* below_ = nullptr;
  Head head_;
  std::uint64_t first_ = 0;  // the sequence of the first event folded in
  // Records of these events, by sequence from first_ on; in blocks, so that a million need no
  // million allocations.
  boost::container::deque<Slot, void,
                          boost::container::deque_options<boost::container::block_size<256U>>::type>
      created_;
  boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Slot>> older_;  // of earlier ones
  Slot none_;      // of an event that is still to come
  IdIndex ids_;    // of created_
  Ids known_ids_;  // read from the view and kept
  Array<Account> accounts_;
  Array<LevelKey> keys_;
  Table<LevelKey, AccountIndex, LevelKeyHash> account_of_;
  Array<Posting> postings_;
  std::vector<std::pair<Sequence, Sequence>> referrers_;  // (what is referred to, by which event)
  std::map<std::pair<Sequence, Sequence>, std::string> measures_;
  std::map<Timestamp, Sequence> times_;
  std::map<std::pair<Year, Sequence>, Sequence> publications_;  // and what each is as of
};

}  // namespace tally::projection
