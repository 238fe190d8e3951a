#include "projection/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <future>
#include <numeric>

#include "base/bytes.h"
#include "base/check.h"
#include "base/try.h"
#include "domain/references.h"
#include "projection/damage.h"
#include "projection/measure_version.h"
#include "projection/record_codec.h"
#include "store/keys.h"

namespace tally::projection {
namespace {

using store::Family;

constexpr std::size_t kReferrersPerChunk = 4'096;

}  // namespace

std::size_t LevelKeyHash::operator()(const LevelKey& key) const {
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
  return static_cast<std::size_t>(hash);
}

Result<std::optional<std::string>> Changes::stored(Family family, std::string_view key) const {
  // Before the second event of a log nothing of this kind is stored.
  if (view_ == nullptr || first_ <= 1) return std::optional<std::string>();
  return view_->get(family, key);
}

Result<Changes::Slot*> Changes::slot(Sequence sequence) {
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
  } else {
    TALLY_ASSIGN(const auto bytes, stored(Family::kRecords, store::sequence_key(sequence)));
    if (bytes) {
      TALLY_ASSIGN(loaded->record, decode_record(*bytes));
      loaded->exists = true;
    }
  }
  return (slot = std::move(loaded)).get();
}

Result<const domain::Record*> Changes::find(Sequence sequence) {
  TALLY_ASSIGN(const Slot* found, slot(sequence));
  return found->exists ? &found->record : nullptr;
}

Result<domain::Record*> Changes::edit(Sequence sequence) {
  TALLY_ASSIGN(Slot * found, slot(sequence));
  if (!found->exists) return static_cast<domain::Record*>(nullptr);
  found->changed = true;
  return &found->record;
}

void Changes::create(Sequence sequence, domain::Record record) {
  TALLY_CHECK(sequence.value == first_ + created_.size());
  push_created({std::move(record), true, true});
}

void Changes::push_created(Slot slot) {
  if (slot.exists) ids_.add(slot.record.id, created_.size());
  created_.push_back(std::move(slot));
}

Result<std::optional<Sequence>> Changes::sequence_of(std::string_view id) {
  const auto created = ids_.find(id, [&](std::uint64_t index) { return id_at(index); });
  if (created) return std::optional(Sequence{first_ + *created});
  if (below_ != nullptr) return below_->sequence_of(id);
  if (const auto found = known_ids_.find(id); found != known_ids_.end()) {
    return std::optional(found->second);
  }
  TALLY_ASSIGN(const auto bytes, stored(Family::kIds, id));
  if (!bytes) return std::optional<Sequence>();
  base::ByteReader reader(*bytes);
  const Sequence sequence{reader.varint()};
  if (!reader.ok()) return damaged(fmt::format("the index entry of \"{}\" is unreadable", id));
  known_ids_.emplace(id, sequence);
  return std::optional(sequence);
}

Result<void> Changes::apply(const domain::Settings& settings, const Event& event) {
  TALLY_CHECK(event.sequence.value == head_.size.count);
  TALLY_ASSIGN(const auto postings, domain::evolve(*this, settings, event));
  // What the ledger writes itself makes no record.
  if (created_.size() == event.sequence.value - first_) created_.emplace_back();
  // What leaves an account goes first: what only moves within a total never takes it over its
  // limit.
  for (const bool leaving : {true, false}) {
    for (const domain::Contribution& line : postings) {
      if (line.quantity.is_negative() == leaving) TALLY_TRY(post(settings, event, line));
    }
  }
  note_references(event);
  TALLY_TRY(note_measure(event));
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

Result<std::optional<AccountState>> Changes::state_of(const LevelKey& key) {
  if (const auto found = account_of_.find(key); found != account_of_.end()) {
    return std::optional(accounts_[found->second].state);
  }
  if (below_ != nullptr) return below_->state_of(key);
  TALLY_ASSIGN(const auto bytes, stored(Family::kAccounts, encode_key(key)));
  if (!bytes) return std::optional<AccountState>();
  TALLY_ASSIGN(const AccountState state, AccountState::decode(*bytes));
  return std::optional(state);
}

Result<Changes::AccountIndex> Changes::account(const LevelKey& key) {
  if (const auto found = account_of_.find(key); found != account_of_.end()) return found->second;
  TALLY_ASSIGN(const auto state, state_of(key));
  const auto index = static_cast<AccountIndex>(accounts_.size());
  Account& account = accounts_.emplace_back();
  keys_.push_back(key);
  account_of_.emplace(key, index);
  account.is_new = !state;
  if (state) {
    account.state = *state;
    account.opening = state->balance;
  } else {
    account.state.number = head_.numbers++;
    if (key.level == Level::kAccount) ++head_.accounts;
  }
  return index;
}

Result<void> Changes::add_to_balance(const domain::Settings& settings, const Event& event,
                                     const domain::Contribution& line, Account& account) {
  const auto balance = account.state.balance.plus(line.quantity);
  if (!balance) {
    return Error{ErrorCode::kOverflow,
                 fmt::format("the {} total of {} would go from {} by {} beyond ±9,000,000,000,000",
                             stage_name(line.account.stage),
                             settings.year_start.year_text(line.account.year),
                             account.state.balance.to_string(), line.quantity.to_string()),
                 {},
                 0,
                 event.entry.id};
  }
  account.state.balance = *balance;
  if (account.state.postings++ == 0) account.state.first = event.sequence;
  return {};
}

Result<void> Changes::post(const domain::Settings& settings, const Event& event,
                           const domain::Contribution& line) {
  TALLY_ASSIGN(const AccountIndex finest, account(at_level(line.account, Level::kAccount)));
  for (std::size_t level = 0; level + 1 < kLevels; ++level) {
    AccountIndex rolled_up = accounts_[finest].rolled_up[level];
    if (rolled_up == kNoAccount) {
      TALLY_ASSIGN(rolled_up, account(at_level(line.account, static_cast<Level>(level))));
      accounts_[finest].rolled_up[level] = rolled_up;
    }
    TALLY_TRY(add_to_balance(settings, event, line, accounts_[rolled_up]));
  }
  TALLY_TRY(add_to_balance(settings, event, line, accounts_[finest]));
  postings_.push_back({event.sequence, line.quantity, finest});
  ++head_.postings;
  return {};
}

// An event refers to what its body names, a correction to what it corrects, a publication to what
// it supersedes, and an erasure to what it erases.
void Changes::note_references(const Event& event) {
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

Result<void> Changes::note_measure(const Event& event) {
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

void Changes::absorb(Changes&& above) {
  TALLY_CHECK(above.below_ == this);
  head_ = above.head_;
  for (auto& [sequence, slot] : above.older_) {
    if (!slot->changed) continue;
    if (sequence >= first_) {
      created_[sequence - first_] = std::move(*slot);
    } else {
      older_[sequence] = std::move(slot);
    }
  }
  for (Slot& slot : above.created_) push_created(std::move(slot));
  absorb_accounts(above);
  referrers_.insert(referrers_.end(), above.referrers_.begin(), above.referrers_.end());
  measures_.merge(above.measures_);
  for (const auto& [time, sequence] : above.times_) times_[time] = sequence;
  publications_.merge(above.publications_);
}

void Changes::absorb_accounts(const Changes& above) {
  std::vector<AccountIndex> index_here(above.accounts_.size());
  for (std::size_t i = 0; i < above.accounts_.size(); ++i) {
    const LevelKey& key = above.keys_[i];
    const auto [found, added] =
        account_of_.emplace(key, static_cast<AccountIndex>(accounts_.size()));
    index_here[i] = found->second;
    if (added) {
      keys_.push_back(key);
      accounts_.push_back(above.accounts_[i]);
      accounts_.back().rolled_up.fill(kNoAccount);
    } else {
      accounts_[found->second].state = above.accounts_[i].state;
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

Result<void> Changes::write(store::Batch& batch) {
  // What is kept of each entry is sorted beside what is posted, in a large commit.
  std::future<Result<void>> entries;
  if (batch.takes_families_in_parallel()) {
    entries = std::async(std::launch::async, [&] { return write_entries(batch); });
  } else {
    TALLY_TRY(write_entries(batch));
  }
  Result<void> rest = write_rest(batch);
  if (entries.valid()) TALLY_TRY(entries.get());
  return rest;
}

Result<void> Changes::write_entries(store::Batch& batch) {
  TALLY_TRY(write_ids(batch));
  TALLY_TRY(write_records(batch));
  return write_referrers(batch);
}

Result<void> Changes::write_rest(store::Batch& batch) {
  TALLY_TRY(write_accounts(batch));
  for (const auto& [key, measure] : measures_) {
    TALLY_TRY(batch.put(Family::kMeasures, store::pair_key(key.first, key.second), measure));
  }
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
  return batch.put(Family::kState, kHeadKey, head_.encode());
}

Result<void> Changes::write_ids(store::Batch& batch) const {
  // Most ids differ in their first 16 bytes: as two numbers these are compared without a look at
  // the text.
  struct Sortable {
    std::uint64_t first;
    std::uint64_t second;
    std::uint64_t index;
  };
  auto eight_bytes = [](std::string_view text, std::size_t from) {
    char bytes[8] = {};
    if (from < text.size())
      std::memcpy(bytes, &text[from], std::min<std::size_t>(8, text.size() - from));
    return base::get_big_endian<std::uint64_t>(bytes);
  };
  std::vector<Sortable> sorted;
  sorted.reserve(created_.size());
  for (std::uint64_t index = 0; index < created_.size(); ++index) {
    if (!created_[index].exists) continue;
    const std::string& id = id_at(index);
    sorted.push_back({eight_bytes(id, 0), eight_bytes(id, 8), index});
  }
  std::sort(sorted.begin(), sorted.end(), [this](const Sortable& a, const Sortable& b) {
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

Result<void> Changes::write_records(store::Batch& batch) const {
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

Result<void> Changes::write_referrers(store::Batch& batch) {
  std::sort(referrers_.begin(), referrers_.end());
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

Result<void> Changes::write_accounts(store::Batch& batch) const {
  std::vector<AccountIndex> by_key(accounts_.size());
  std::iota(by_key.begin(), by_key.end(), AccountIndex{0});
  // Encoded keys sort as the keys do.
  std::sort(by_key.begin(), by_key.end(),
            [&](AccountIndex a, AccountIndex b) { return keys_[a] < keys_[b]; });
  std::vector<AccountIndex> fresh;
  for (const AccountIndex index : by_key) {
    if (accounts_[index].is_new) fresh.push_back(index);
    TALLY_TRY(
        batch.put(Family::kAccounts, encode_key(keys_[index]), accounts_[index].state.encode()));
  }
  auto number = [&](AccountIndex index) { return accounts_[index].state.number; };
  std::sort(fresh.begin(), fresh.end(),
            [&](AccountIndex a, AccountIndex b) { return number(a) < number(b); });
  for (const AccountIndex index : fresh) {
    TALLY_TRY(
        batch.put(Family::kAccounts, store::number_key(number(index)), encode_key(keys_[index])));
  }
  return write_postings(batch);
}

Changes::AccountIndex Changes::account_at_level(const Posting& posting, std::size_t level) const {
  return level + 1 == kLevels ? posting.account : accounts_[posting.account].rolled_up[level];
}

Result<void> Changes::write_postings(store::Batch& batch) const {
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
  std::vector<AccountIndex> by_number(accounts_.size());
  std::iota(by_number.begin(), by_number.end(), AccountIndex{0});
  std::sort(by_number.begin(), by_number.end(), [&](AccountIndex a, AccountIndex b) {
    return accounts_[a].state.number < accounts_[b].state.number;
  });
  std::vector<ChainPosting> chain;
  for (const AccountIndex index : by_number) {
    chain.clear();
    for (std::size_t i = end_of[index]; i < end_of[index + 1]; ++i) {
      const Posting& posting = postings_[placed[i]];
      chain.push_back({posting.sequence, accounts_[posting.account].state.number, posting.delta});
    }
    TALLY_TRY(write_chain(batch, accounts_[index], keys_[index].level, chain));
  }
  return {};
}

Result<void> Changes::write_chain(store::Batch& batch, const Account& account, Level level,
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
