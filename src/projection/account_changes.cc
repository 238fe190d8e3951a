#include "projection/account_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/sort/spreadsort/string_sort.hpp>
#include <numeric>

#include "base/try.h"
#include "store/keys.h"

namespace tally::projection {
namespace {

using store::Family;

// How many lines ahead an account's place is looked up, and how many more its cell of the index is
// asked for: a look-up among hundreds of thousands waits for memory, unless it was told before.
constexpr std::size_t kAhead = 8;
// Of so many, 400 MB, it is kept in mind how they stand.
constexpr std::size_t kAccountsKept = 3'000'000;

std::uint32_t hash_of(const LevelKey& key) {
  std::uint64_t hash =
      static_cast<std::uint64_t>(key.level) * 8 + static_cast<std::uint64_t>(key.account.stage);
  auto mix = [&hash](std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  };
  mix(static_cast<std::uint64_t>(key.account.year.begins));
  mix(key.account.dimensions.measure.value);
  mix(key.account.dimensions.programme.value);
  mix(key.account.dimensions.organisation.value);
  mix(key.account.dimensions.contract.value);
  return static_cast<std::uint32_t>(hash >> 32);
}

LevelKey finest(const PostedLine& line) {
  return at_level(line.contribution.account, Level::kAccount);
}

}  // namespace

std::optional<AccountChanges::Index> AccountChanges::find(const LevelKey& key,
                                                          std::uint32_t hash) const {
  return index_.find(hash, [&](Index place) { return keys_[place] == key; });
}

Result<std::optional<AccountState>> AccountChanges::state_of(const LevelKey& key,
                                                             std::uint32_t hash) {
  if (const auto found = find(key, hash)) return std::optional(accounts_[*found].state);
  if (below_ != nullptr) return below_->state_of(key, hash);
  if (view_ == nullptr) return std::optional<AccountState>();
  TALLY_ASSIGN(const auto bytes, view_->get(Family::kAccounts, encode_key(key)));
  if (!bytes) return std::optional<AccountState>();
  TALLY_ASSIGN(const AccountState state, AccountState::decode(*bytes));
  return std::optional(state);
}

AccountChanges::Index AccountChanges::push(const LevelKey& key, std::uint32_t hash,
                                           Account account) {
  const auto index = static_cast<Index>(accounts_.size());
  index_.add(hash, index);
  accounts_.push_back(account);
  keys_.push_back(key);
  return index;
}

Result<AccountChanges::Index> AccountChanges::account(const LevelKey& key, std::uint32_t hash) {
  if (const auto found = find(key, hash)) return *found;
  TALLY_ASSIGN(const auto state, state_of(key, hash));
  Account account;
  account.is_new = !state;
  if (state) {
    account.state = *state;
    account.opening = state->balance;
  } else {
    account.state.number = counts_.numbers++;
    if (key.level == Level::kAccount) ++counts_.accounts;
  }
  return push(key, hash, account);
}

Result<void> AccountChanges::add_to_balance(const domain::Settings& settings,
                                            const PostedLine& line, Account& account) {
  const domain::Contribution& posted = line.contribution;
  const auto balance = account.state.balance.plus(posted.quantity);
  if (!balance) {
    return Error{ErrorCode::kOverflow,
                 fmt::format("the {} total of {} would go from {} by {} beyond ±9,000,000,000,000",
                             stage_name(posted.account.stage),
                             settings.year_start.year_text(posted.account.year),
                             account.state.balance.to_string(), posted.quantity.to_string()),
                 {},
                 0,
                 {}};
  }
  account.state.balance = *balance;
  account.is_changed = true;
  if (account.state.postings++ == 0) account.state.first = line.event;
  return {};
}

Result<void> AccountChanges::post(const domain::Settings& settings, const PostedLine& line,
                                  std::uint32_t hash) {
  TALLY_ASSIGN(const Index own, account(finest(line), hash));
  for (std::size_t level = 0; level + 1 < kLevels; ++level) {
    Index rolled_up = accounts_[own].rolled_up[level];
    if (rolled_up == kNone) {
      const LevelKey key = at_level(line.contribution.account, static_cast<Level>(level));
      TALLY_ASSIGN(rolled_up, account(key, hash_of(key)));
      accounts_[own].rolled_up[level] = rolled_up;
    }
    TALLY_TRY(add_to_balance(settings, line, accounts_[rolled_up]));
  }
  TALLY_TRY(add_to_balance(settings, line, accounts_[own]));
  postings_.push_back({line.event, line.contribution.quantity, own});
  ++counts_.postings;
  return {};
}

Result<void> AccountChanges::post(const domain::Settings& settings,
                                  std::span<const PostedLine> lines) {
  hashes_.clear();
  for (const PostedLine& line : lines) hashes_.push_back(hash_of(finest(line)));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i + 2 * kAhead < lines.size()) index_.expect(hashes_[i + 2 * kAhead]);
    if (i + kAhead < lines.size()) {
      if (const auto soon = find(finest(lines[i + kAhead]), hashes_[i + kAhead])) {
        __builtin_prefetch(&accounts_[*soon], 1);
      }
    }
    auto posted = post(settings, lines[i], hashes_[i]);
    if (posted.ok()) continue;
    refused_ = lines[i].event;
    return posted;
  }
  return {};
}

void AccountChanges::go_on(const store::View& view, const Head& head) {
  if (accounts_.size() > kAccountsKept) {
    *this = AccountChanges(view, head);
    return;
  }
  // Where all began on top of nothing, there is no account that is not known.
  if (view_ != nullptr) view_ = &view;
  postings_.clear();
  for (Account& account : accounts_) {
    account.opening = account.state.balance;
    account.is_new = false;
    account.is_changed = false;
  }
}

void AccountChanges::absorb(const AccountChanges& above) {
  counts_ = above.counts_;
  std::vector<Index> index_here(above.accounts_.size());
  for (std::size_t i = 0; i < above.accounts_.size(); ++i) {
    const LevelKey& key = above.keys_[i];
    const std::uint32_t hash = hash_of(key);
    if (const auto found = find(key, hash)) {
      index_here[i] = *found;
      accounts_[*found].state = above.accounts_[i].state;
      accounts_[*found].is_changed = true;
    } else {
      index_here[i] = push(key, hash, above.accounts_[i]);
      accounts_.back().rolled_up.fill(kNone);
    }
  }
  // Each account of the finest level that was posted to knows what it rolls up to.
  for (std::size_t i = 0; i < above.accounts_.size(); ++i) {
    if (above.keys_[i].level != Level::kAccount) continue;
    for (std::size_t level = 0; level + 1 < kLevels; ++level) {
      accounts_[index_here[i]].rolled_up[level] = index_here[above.accounts_[i].rolled_up[level]];
    }
  }
  for (const Posting& posting : above.postings_) {
    postings_.push_back({posting.sequence, posting.delta, index_here[posting.account]});
  }
}

Result<void> AccountChanges::write(store::Batch& batch) const {
  struct Keyed {
    std::string key;
    Index index;
  };
  std::vector<Keyed> by_key;
  by_key.reserve(accounts_.size());
  std::vector<Index> fresh;
  for (Index index = 0; index < accounts_.size(); ++index) {
    if (!accounts_[index].is_changed) continue;
    by_key.push_back({encode_key(keys_[index]), index});
    if (accounts_[index].is_new) fresh.push_back(index);
  }
  boost::sort::spreadsort::string_sort(
      by_key.begin(), by_key.end(),
      [](const Keyed& one, std::size_t at) { return static_cast<unsigned char>(one.key[at]); },
      [](const Keyed& one) { return one.key.size(); },
      [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
  for (const Keyed& one : by_key) {
    TALLY_TRY(batch.put(Family::kAccounts, one.key, accounts_[one.index].state.encode()));
  }
  auto number = [&](Index index) { return accounts_[index].state.number; };
  std::sort(fresh.begin(), fresh.end(), [&](Index a, Index b) { return number(a) < number(b); });
  for (const Index index : fresh) {
    TALLY_TRY(
        batch.put(Family::kAccounts, store::number_key(number(index)), encode_key(keys_[index])));
  }
  return write_postings(batch);
}

AccountChanges::Index AccountChanges::account_at_level(const Posting& posting,
                                                       std::size_t level) const {
  return level + 1 == kLevels ? posting.account : accounts_[posting.account].rolled_up[level];
}

Result<void> AccountChanges::write_postings(store::Batch& batch) const {
  // Sorts postings by account, at all levels, in two passes: count, then place.
  Array<std::size_t> end_of(accounts_.size() + 1);
  for (const Posting& posting : postings_) {
    for (std::size_t level = 0; level < kLevels; ++level) {
      ++end_of[account_at_level(posting, level) + 1];
    }
  }
  for (std::size_t i = 1; i < end_of.size(); ++i) end_of[i] += end_of[i - 1];
  Array<std::uint32_t> placed(postings_.size() * kLevels);
  Array<std::size_t> next(end_of.begin(), end_of.end() - 1);
  for (std::uint32_t i = 0; i < postings_.size(); ++i) {
    for (std::size_t level = 0; level < kLevels; ++level) {
      placed[next[account_at_level(postings_[i], level)]++] = i;
    }
  }
  std::vector<Index> by_number(accounts_.size());
  std::iota(by_number.begin(), by_number.end(), Index{0});
  std::sort(by_number.begin(), by_number.end(), [&](Index a, Index b) {
    return accounts_[a].state.number < accounts_[b].state.number;
  });
  std::vector<ChainPosting> chain;
  for (const Index index : by_number) {
    chain.clear();
    for (std::size_t i = end_of[index]; i < end_of[index + 1]; ++i) {
      const Posting& posting = postings_[placed[i]];
      chain.push_back({posting.sequence, accounts_[posting.account].state.number, posting.delta});
    }
    TALLY_TRY(write_chain(batch, accounts_[index], keys_[index].level, chain));
  }
  return {};
}

Result<void> AccountChanges::write_chain(store::Batch& batch, const Account& account, Level level,
                                         const std::vector<ChainPosting>& chain) {
  Quantity opening = account.opening;
  for (std::size_t begin = 0; begin < chain.size();) {
    std::size_t end = std::min(chain.size(), begin + kPostingsPerChunk);
    while (end < chain.size() && chain[end].sequence == chain[end - 1].sequence) ++end;
    TALLY_TRY(
        batch.put(Family::kPostings, store::chunk_key(account.state.number, chain[begin].sequence),
                  encode_chunk(opening, &chain[begin], end - begin, level != Level::kAccount)));
    for (; begin < end; ++begin) opening = *opening.plus(chain[begin].delta);
  }
  return {};
}

}  // namespace tally::projection
