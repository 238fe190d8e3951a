#include "audit/comparison.h"

#include <fmt/format.h>

#include <cstring>

#include "base/bytes.h"
#include "base/try.h"
#include "projection/damage.h"
#include "projection/tree.h"
#include "store/keys.h"

namespace tally::audit {
namespace {

using projection::damaged;
using store::Family;

// The families that derived state lives in, and what they are called in a report.
constexpr std::array<std::pair<Family, const char*>, 9> kDerived = {
    {{Family::kTree, "tree"},
     {Family::kIds, "ids"},
     {Family::kRecords, "records"},
     {Family::kReferrers, "referrers"},
     {Family::kAccounts, "accounts"},
     {Family::kPostings, "postings"},
     {Family::kTimes, "times"},
     {Family::kMeasures, "measures"},
     {Family::kPublications, "publications"}}};

const char* name_of(Family family) {
  for (const auto& [one, name] : kDerived) {
    if (one == family) return name;
  }
  return "head";
}

bool holds_items(Family family) {
  return family == Family::kTree || family == Family::kReferrers || family == Family::kPostings;
}

}  // namespace

Comparison::Comparison(const projection::Reader& reader) : reader_(reader) {
  for (const auto& [family, name] : kDerived) {
    Stored& stored = stored_[static_cast<std::size_t>(family)];
    stored.cursor = reader.view().cursor(family, store::Reading::kScan);
    stored.cursor->seek_to_first();
  }
}

Error Comparison::differ(Family family, std::optional<Sequence> sequence, std::string message) {
  fault_ = Fault{name_of(family), sequence, std::move(message), {}, {}};
  return damaged(fault_->message);
}

std::string Comparison::describe(Family family, std::string_view key) const {
  if (family == Family::kIds) return fmt::format("id \"{}\"", key);
  if (family == Family::kRecords && key.size() == 8) {
    return fmt::format("event {}", store::sequence_at(key, 0).value);
  }
  if (family == Family::kAccounts && !key.empty() && key[0] == 'a') {
    const auto decoded = projection::decode_key(key);
    if (!decoded.ok()) return "unreadable key";
    const domain::Dimensions& of = decoded->account.dimensions;
    return fmt::format(
        "year {}, {}, measure of event {}, programme of event {}, organisation of "
        "event {}, contract of event {} (0: all or none)",
        decoded->account.year.begins, stage_name(decoded->account.stage), of.measure.value,
        of.programme.value, of.organisation.value, of.contract.value);
  }
  std::string hex;
  for (const char c : key) hex += fmt::format("{:02x}", static_cast<std::uint8_t>(c));
  return "key " + hex;
}

// Remembers which account a key is of, for who is told of the fault.
void Comparison::note_account(Family family, std::string_view key) {
  std::optional<std::uint32_t> number;
  if (family == Family::kAccounts && key.starts_with('a')) {
    const auto decoded = projection::decode_key(key);
    if (decoded.ok()) account_ = decoded->account;
  } else if (family == Family::kAccounts && key.starts_with('n') && key.size() == 5) {
    number = base::get_big_endian<std::uint32_t>(key.data() + 1);
  } else if (family == Family::kPostings && key.size() == 12) {
    number = base::get_big_endian<std::uint32_t>(key.data());
  }
  if (number && *number < accounts_.size()) account_ = accounts_[*number].account;
}

Result<void> Comparison::put(Family family, std::string_view key, std::string_view value) {
  if (family == Family::kRecords) digest_.add_record(key, value);
  if (family == Family::kAccounts) digest_.add_account(key, value);
  if (family == Family::kAccounts && key.starts_with('n')) {
    TALLY_ASSIGN(accounts_.emplace_back(), projection::decode_key(value));
  }
  if (family == Family::kState) {
    TALLY_ASSIGN(const auto stored, reader_.view().get(family, key));
    if (stored && *stored == value) return {};
    return differ(family, std::nullopt,
                  "the head's counts, time or root are not those of the events");
  }
  return holds_items(family) ? compare_items(family, key, value)
                             : compare_whole(family, key, value);
}

Result<void> Comparison::compare_whole(Family family, std::string_view key,
                                       std::string_view value) {
  store::Cursor& cursor = *stored_[static_cast<std::size_t>(family)].cursor;
  TALLY_TRY(cursor.status());
  note_account(family, key);
  std::optional<Sequence> sequence;
  if (family == Family::kRecords) sequence = store::sequence_at(key, 0);
  if (!cursor.valid() || cursor.key() > key) {
    return differ(family, sequence,
                  fmt::format("what the events give for {} is missing", describe(family, key)));
  }
  if (cursor.key() < key) {
    return differ(family, std::nullopt,
                  fmt::format("something is stored for {} that no event gives",
                              describe(family, cursor.key())));
  }
  if (cursor.value() != value) {
    std::string message =
        fmt::format("what is stored for {} is not what the events give", describe(family, key));
    if (family == Family::kAccounts && key[0] == 'a') {
      const auto is = projection::AccountState::decode(cursor.value());
      const auto should = projection::AccountState::decode(value);
      if (is.ok() && should.ok()) {
        message += fmt::format(": a balance of {}, and {} from the events", is->balance.to_string(),
                               should->balance.to_string());
      }
    }
    return differ(family, sequence, std::move(message));
  }
  cursor.next();
  return {};
}

Result<std::vector<Comparison::Item>> Comparison::postings_of(std::string_view key,
                                                              std::string_view value) const {
  std::vector<Item> items;
  if (key.size() != 12) return damaged("a key of postings has a wrong length");
  const auto number = base::get_big_endian<std::uint32_t>(key.data());
  if (number >= accounts_.size()) return damaged("postings of an account that no event gives");
  TALLY_ASSIGN(projection::ChunkReader chunk,
               projection::ChunkReader::open(value, store::sequence_at(key, 4),
                                             accounts_[number].level, number));
  projection::ChainPosting posting;
  for (;;) {
    TALLY_ASSIGN(const bool more, chunk.next(posting));
    if (!more) return items;
    items.push_back(
        {number, posting.sequence.value, posting.account, posting.delta.millionths(), {}});
  }
}

Result<std::vector<Comparison::Item>> Comparison::items_of(Family family, std::string_view key,
                                                           std::string_view value) const {
  if (family == Family::kPostings) return postings_of(key, value);
  std::vector<Item> items;
  if (family == Family::kReferrers) {
    if (key.size() != 16) return damaged("a key of references has a wrong length");
    Sequence referrer = store::sequence_at(key, 8);
    base::ByteReader reader(value);
    while (!reader.at_end()) {
      referrer.value += reader.varint();
      items.push_back({store::sequence_at(key, 0).value, referrer.value, 0, 0, {}});
    }
    if (!reader.ok()) return damaged("an index entry of references is unreadable");
    return items;
  }
  if (key.size() != 10 || value.empty() || value.size() % sizeof(Hash::bytes) != 0) {
    return damaged("a run of the hash tree is unreadable");
  }
  std::uint64_t index = store::sequence_at(key, 1).value * projection::kTileWidth +
                        static_cast<std::uint8_t>(key.back());
  for (std::size_t at = 0; at < value.size(); at += sizeof(Hash::bytes)) {
    Item& item = items.emplace_back();
    item.owner = static_cast<std::uint8_t>(key.front());
    item.place = index++;
    std::memcpy(item.hash.bytes.data(), value.data() + at, sizeof(Hash::bytes));
  }
  return items;
}

// A chunk opens with the balance that the chunks before it leave.
Result<void> Comparison::check_opening(Stored& stored) {
  if (stored.items.empty()) return damaged("a chunk of postings is empty");
  const std::uint64_t owner = stored.items.front().owner;
  if (owner != stored.owner) stored.balance = Quantity{};
  stored.owner = owner;
  TALLY_ASSIGN(const auto chunk, projection::ChunkReader::open(
                                     stored.cursor->value(), Sequence{stored.items.front().place},
                                     accounts_[owner].level, static_cast<std::uint32_t>(owner)));
  if (chunk.opening() != stored.balance) {
    return damaged(fmt::format("a chunk of postings opens with {}, and those before it leave {}",
                               chunk.opening().to_string(), stored.balance.to_string()));
  }
  for (const Item& item : stored.items) {
    const auto delta = Quantity::from_millionths(item.delta);
    const auto balance = delta ? stored.balance.plus(*delta) : std::nullopt;
    if (!balance) return damaged("stored postings add up beyond the range of quantities");
    stored.balance = *balance;
  }
  return {};
}

Result<std::optional<Comparison::Item>> Comparison::next_stored(Family family) {
  Stored& stored = stored_[static_cast<std::size_t>(family)];
  if (stored.next == stored.items.size()) {
    if (!stored.items.empty()) stored.cursor->next();
    stored.items.clear();
    stored.next = 0;
    TALLY_TRY(stored.cursor->status());
    if (!stored.cursor->valid()) return std::optional<Item>();
    TALLY_ASSIGN(stored.items, items_of(family, stored.cursor->key(), stored.cursor->value()));
    if (family == Family::kPostings) TALLY_TRY(check_opening(stored));
    if (stored.items.empty()) return damaged("an empty value is stored");
  }
  return std::optional(stored.items[stored.next++]);
}

Result<void> Comparison::compare_items(Family family, std::string_view key,
                                       std::string_view value) {
  TALLY_ASSIGN(const std::vector<Item> expected, items_of(family, key, value));
  note_account(family, key);
  if (family == Family::kPostings) {
    for (const Item& item : expected) {
      digest_.add_posting(static_cast<std::uint32_t>(item.owner), Sequence{item.place},
                          item.account, *Quantity::from_millionths(item.delta));
    }
  }
  for (const Item& item : expected) {
    const Sequence place{item.place};
    auto stored = next_stored(family);
    if (!stored.ok()) return differ(family, place, stored.error().message);
    if (*stored && **stored == item) continue;
    if (family == Family::kTree) {
      return differ(family, item.owner == 0 ? std::optional(place) : std::nullopt,
                    fmt::format("hash {} of level {} of the tree is not what the events give",
                                item.place, item.owner));
    }
    if (family == Family::kReferrers) {
      return differ(
          family, place,
          fmt::format("that event {} refers to event {} is not stored so", item.place, item.owner));
    }
    return differ(
        family, place,
        fmt::format("event {} posts {} to account number {}, and what is stored differs",
                    item.place, Quantity::from_millionths(item.delta)->to_string(), item.owner));
  }
  return {};
}

Result<void> Comparison::finish() {
  for (const auto& [family, name] : kDerived) {
    Stored& stored = stored_[static_cast<std::size_t>(family)];
    bool more = false;
    if (holds_items(family)) {
      auto item = next_stored(family);
      if (!item.ok()) return differ(family, std::nullopt, item.error().message);
      more = item->has_value();
    } else {
      TALLY_TRY(stored.cursor->status());
      more = stored.cursor->valid();
    }
    if (more) {
      account_.reset();
      note_account(family, stored.cursor->key());
      return differ(family, std::nullopt,
                    fmt::format("something is stored for {} that no event gives",
                                describe(family, stored.cursor->key())));
    }
  }
  return {};
}

}  // namespace tally::audit
