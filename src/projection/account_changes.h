#pragma once

// The builder `yearly_totals`: what a commit posts, to which accounts, and where their balances
// then stand, kept in memory until it is written.  Stands on a view of the store or on other
// changes, as projection/changes.h has it.

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/huge_allocator.h"
#include "domain/account.h"
#include "domain/decide.h"
#include "projection/balances.h"
#include "projection/hash_index.h"
#include "projection/head.h"
#include "store/store.h"

namespace tally::projection {

// What an event posts to one account.
struct PostedLine {
  Sequence event;
  domain::Contribution contribution;
};

class AccountChanges {
 public:
  // As a head counts them.
  struct Counts {
    std::uint32_t numbers = 0;
    std::uint64_t accounts = 0;
    std::uint64_t postings = 0;
  };

  AccountChanges() = default;
  AccountChanges(const store::View& view, const Head& head)
      : view_(what_is_stored(view, head)), counts_{head.numbers, head.accounts, head.postings} {}
  explicit AccountChanges(AccountChanges* below)
      : view_(below->view_), below_(below), counts_(below->counts_) {}

  // Posts lines, in the order of their events.  Errors: `overflow` where an account, or a year's
  // total of a measure at a stage, would leave the range; those of reading; `damaged`.  `refused`
  // is the event that one is of.
  Result<void> post(const domain::Settings& settings, std::span<const PostedLine> lines);
  Sequence refused() const { return refused_; }

  void absorb(const AccountChanges& above);
  // Once written: forgets the postings and goes on on top of a view that holds them.  The accounts
  // stay known, unless they have become very many, and need not be read again.
  void go_on(const store::View& view, const Head& head);
  // Writes accounts and postings, each in ascending order of their keys.
  Result<void> write(store::Batch& batch) const;

  const Counts& counts() const { return counts_; }

 private:
  using Index = std::uint32_t;  // into accounts_ and keys_
  static constexpr Index kNone = UINT32_MAX;

  // What a posting changes, small enough for one line of the processor's cache.
  struct Account {
    AccountState state;
    Quantity opening;  // the balance below these changes
    // Of an account of the finest level: those that it rolls up to, once they were looked up.
    std::array<Index, kLevels - 1> rolled_up{kNone, kNone, kNone};
    bool is_new = false;
    bool is_changed = false;
  };

  // A posting to an account of the finest level; the levels above are sorted out when it is
  // written.
  struct Posting {
    Sequence sequence;
    Quantity delta;
    Index account;
  };

  template <typename T>
  using Array = std::vector<T, base::HugeAllocator<T>>;

  std::optional<Index> find(const LevelKey& key, std::uint32_t hash) const;
  Result<Index> account(const LevelKey& key, std::uint32_t hash);
  Result<std::optional<AccountState>> state_of(const LevelKey& key, std::uint32_t hash);
  Index push(const LevelKey& key, std::uint32_t hash, Account account);
  Result<void> post(const domain::Settings& settings, const PostedLine& line, std::uint32_t hash);
  static Result<void> add_to_balance(const domain::Settings& settings, const PostedLine& line,
                                     Account& account);
  Index account_at_level(const Posting& posting, std::size_t level) const;
  Result<void> write_postings(store::Batch& batch) const;
  static Result<void> write_chain(store::Batch& batch, const Account& account, Level level,
                                  const std::vector<ChainPosting>& chain);

  const store::View* view_ = nullptr;
  AccountChanges* below_ = nullptr;
  Counts counts_;
  Sequence refused_;
  Array<Account> accounts_;
  Array<LevelKey> keys_;
  HashIndex index_;  // of accounts_
  Array<Posting> postings_;
  std::vector<std::uint32_t> hashes_;  // of the lines being posted
};

}  // namespace tally::projection
