#include "audit/comparison.h"

#include <fmt/format.h>

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

// In the order in which they are put; the head comes last.
std::size_t rank_of(Family family) {
  std::size_t rank = 0;
  while (rank < kDerived.size() && kDerived[rank].first != family) ++rank;
  return rank;
}

const char* name_of(Family family) {
  const std::size_t rank = rank_of(family);
  return rank < kDerived.size() ? kDerived[rank].second : "head";
}

std::unique_ptr<store::Cursor> scan(const projection::Reader& reader, Family family) {
  return reader.view().cursor(family, store::Reading::kScan);
}

}  // namespace

Comparison::Comparison(const projection::Reader& reader, bool parallel)
    : reader_(reader),
      parallel_(parallel),
      tree_(scan(reader, Family::kTree)),
      references_(scan(reader, Family::kReferrers)),
      postings_(scan(reader, Family::kPostings), accounts_) {
  for (const auto& [family, name] : kDerived) {
    if (family == Family::kTree || family == Family::kReferrers || family == Family::kPostings) {
      continue;
    }
    auto& cursor = whole_[static_cast<std::size_t>(family)];
    cursor = scan(reader, family);
    cursor->seek_to_first();
  }
}

Error Comparison::differ(Family family, std::string_view key, std::optional<Sequence> sequence,
                         std::string message) {
  const std::lock_guard lock(mutex_);
  if (rank_of(family) < rank_) {
    rank_ = rank_of(family);
    fault_ = Fault{name_of(family), sequence, message, {}, {}};
    account_ = account_of(family, key);
  }
  return damaged(std::move(message));
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

// The account that a key is of, for who is told of the fault.
std::optional<domain::AccountKey> Comparison::account_of(Family family,
                                                         std::string_view key) const {
  std::optional<std::uint32_t> number;
  if (family == Family::kAccounts && key.starts_with('a')) {
    const auto decoded = projection::decode_key(key);
    if (decoded.ok()) return decoded->account;
  } else if (family == Family::kAccounts && key.starts_with('n') && key.size() == 5) {
    number = base::get_big_endian<std::uint32_t>(key.data() + 1);
  } else if (family == Family::kPostings && key.size() == 12) {
    number = base::get_big_endian<std::uint32_t>(key.data());
  }
  if (!number || *number >= accounts_.size()) return std::nullopt;
  return accounts_[*number].account;
}

Result<void> Comparison::put(Family family, std::string_view key, std::string_view value) {
  switch (family) {
    case Family::kTree: return compare_tree(key, value);
    case Family::kReferrers: return compare_references(key, value);
    case Family::kPostings: return compare_postings(key, value);
    case Family::kRecords: digest_.add_record(key, value); break;
    case Family::kAccounts:
      digest_.add_account(key, value);
      if (key.starts_with('n')) {
        TALLY_ASSIGN(accounts_.emplace_back(), projection::decode_key(value));
      }
      break;
    case Family::kState: {
      TALLY_ASSIGN(const auto stored, reader_.view().get(family, key));
      if (stored && *stored == value) return {};
      return differ(family, key, std::nullopt,
                    "the head's counts, time or root are not those of the events");
    }
    default: break;
  }
  return compare_whole(family, key, value);
}

Result<void> Comparison::compare_whole(Family family, std::string_view key,
                                       std::string_view value) {
  store::Cursor& cursor = *whole_[static_cast<std::size_t>(family)];
  TALLY_TRY(cursor.status());
  std::optional<Sequence> sequence;
  if (family == Family::kRecords) sequence = store::sequence_at(key, 0);
  if (!cursor.valid() || cursor.key() > key) {
    return differ(family, key, sequence,
                  fmt::format("what the events give for {} is missing", describe(family, key)));
  }
  if (cursor.key() < key) {
    return differ(family, key, std::nullopt,
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
    return differ(family, key, sequence, std::move(message));
  }
  cursor.next();
  return {};
}

Result<void> Comparison::compare_tree(std::string_view key, std::string_view value) {
  TALLY_ASSIGN(TreeRun run, TreeRun::open(key, value));
  TreeHash expected;
  TreeHash stored;
  for (;;) {
    TALLY_ASSIGN(const bool more, run.next(expected));
    if (!more) return {};
    const auto place = expected.level == 0 ? std::optional(Sequence{expected.index}) : std::nullopt;
    const auto found = tree_.next(stored);
    if (!found.ok()) return differ(Family::kTree, key, place, found.error().message);
    if (*found && stored == expected) continue;
    return differ(Family::kTree, key, place,
                  fmt::format("hash {} of level {} of the tree is not what the events give",
                              expected.index, expected.level));
  }
}

Result<void> Comparison::compare_references(std::string_view key, std::string_view value) {
  TALLY_ASSIGN(ReferenceChunk chunk, ReferenceChunk::open(key, value));
  ReferenceLine expected;
  ReferenceLine stored;
  for (;;) {
    TALLY_ASSIGN(const bool more, chunk.next(expected));
    if (!more) return {};
    const auto found = references_.next(stored);
    if (!found.ok()) {
      return differ(Family::kReferrers, key, expected.referrer, found.error().message);
    }
    if (*found && stored == expected) continue;
    return differ(Family::kReferrers, key, expected.referrer,
                  fmt::format("that event {} refers to event {} is not stored so",
                              expected.referrer.value, expected.target.value));
  }
}

Result<void> Comparison::compare_postings(std::string_view key, std::string_view value) {
  TALLY_ASSIGN(PostingChunk chunk, PostingChunk::open(key, value, accounts_));
  NumberedPosting expected;
  NumberedPosting stored;
  for (;;) {
    TALLY_ASSIGN(const bool more, chunk.next(expected));
    if (!more) return {};
    const projection::ChainPosting& posting = expected.posting;
    digest_.add_posting(expected.chain, posting);
    const auto found = postings_.next(stored);
    if (!found.ok()) {
      return differ(Family::kPostings, key, posting.sequence, found.error().message);
    }
    if (*found && stored == expected) continue;
    return differ(Family::kPostings, key, posting.sequence,
                  fmt::format("event {} posts {} to account number {}, and what is stored differs",
                              posting.sequence.value, posting.delta.to_string(), expected.chain));
  }
}

Result<void> Comparison::finish() {
  for (const auto& [family, name] : kDerived) TALLY_TRY(finish(family));
  return {};
}

Result<void> Comparison::finish(Family family) {
  auto over = [&](const Result<bool>& more, const store::Cursor& cursor) -> Result<void> {
    if (!more.ok()) return differ(family, {}, std::nullopt, more.error().message);
    if (!*more) return {};
    return differ(family, cursor.key(), std::nullopt,
                  fmt::format("something is stored for {} that no event gives",
                              describe(family, cursor.key())));
  };
  if (family == Family::kTree) {
    TreeHash surplus;
    return over(tree_.next(surplus), tree_.cursor());
  }
  if (family == Family::kReferrers) {
    ReferenceLine surplus;
    return over(references_.next(surplus), references_.cursor());
  }
  if (family == Family::kPostings) {
    NumberedPosting surplus;
    return over(postings_.next(surplus), postings_.cursor());
  }
  const store::Cursor& cursor = *whole_[static_cast<std::size_t>(family)];
  TALLY_TRY(cursor.status());
  return over(cursor.valid(), cursor);
}

}  // namespace tally::audit
