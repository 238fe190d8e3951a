#include "audit/state_digest.h"

#include <fmt/format.h>

#include <future>

#include "base/bytes.h"
#include "base/try.h"
#include "projection/damage.h"
#include "store/keys.h"

namespace tally::audit {

using projection::ChainPosting;
using projection::ChunkReader;
using store::Family;

namespace {

constexpr std::size_t kPieceBytes = 1 << 16;

// The accounts by their numbers, ascending.
class NumberedAccounts {
 public:
  explicit NumberedAccounts(const projection::Reader& reader)
      : cursor_(reader.view().cursor(Family::kAccounts, store::Reading::kScan)) {
    cursor_->seek(store::number_key(0));
  }

  // The key of the account with this number, which is none below one that was asked for.
  Result<projection::LevelKey> at(std::uint32_t number) {
    const std::string key = store::number_key(number);
    while (cursor_->valid() && cursor_->key() < key) cursor_->next();
    TALLY_TRY(cursor_->status());
    if (cursor_->valid() && cursor_->key() == key) return projection::decode_key(cursor_->value());
    return projection::damaged(fmt::format("account number {} is missing", number));
  }

 private:
  std::unique_ptr<store::Cursor> cursor_;
};

Result<void> add_postings(const projection::Reader& reader, StateDigest& digest) {
  const auto cursor = reader.view().cursor(Family::kPostings, store::Reading::kScan);
  NumberedAccounts accounts(reader);
  std::optional<std::uint32_t> chain;
  projection::LevelKey of_chain;
  for (cursor->seek_to_first(); cursor->valid(); cursor->next()) {
    if (cursor->key().size() != 12) {
      return projection::damaged("a key of postings has a wrong length");
    }
    const auto number = base::get_big_endian<std::uint32_t>(cursor->key().data());
    if (chain != number) {
      TALLY_ASSIGN(of_chain, accounts.at(number));
    }
    chain = number;
    TALLY_ASSIGN(ChunkReader chunk,
                 ChunkReader::open(cursor->value(), store::sequence_at(cursor->key(), 4),
                                   of_chain.level, number));
    ChainPosting posting;
    for (;;) {
      TALLY_ASSIGN(const bool more, chunk.next(posting));
      if (!more) break;
      digest.add_posting(number, posting);
    }
  }
  return cursor->status();
}

}  // namespace

void StateDigest::Part::flush_if_full() {
  if (pending.size() < kPieceBytes) return;
  digest.update(pending);
  pending.clear();
}

void StateDigest::Part::add(std::string_view key, std::string_view value) {
  base::put_varint(pending, key.size());
  base::put_varint(pending, value.size());
  pending.append(key).append(value);
  flush_if_full();
}

Hash StateDigest::Part::finish() {
  digest.update(pending);
  pending.clear();
  return digest.finish();
}

void StateDigest::add_posting(std::uint32_t chain, const ChainPosting& posting) {
  base::put_varint(postings_.pending, chain);
  base::put_varint(postings_.pending, posting.sequence.value);
  base::put_varint(postings_.pending, posting.account);
  base::put_signed_varint(postings_.pending, posting.delta.millionths());
  postings_.flush_if_full();
}

Hash StateDigest::finish() {
  std::string all;
  for (Part* part : {&records_, &accounts_, &postings_}) {
    const Hash hash = part->finish();
    all.append(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size());
  }
  return merkle::sha256({all});
}

Result<Hash> digest_of(const projection::Reader& reader, bool parallel) {
  StateDigest digest;
  const auto beside = parallel ? std::launch::async : std::launch::deferred;
  auto records = std::async(beside, [&]() -> Result<void> {
    const auto cursor = reader.view().cursor(Family::kRecords, store::Reading::kScan);
    for (cursor->seek_to_first(); cursor->valid(); cursor->next()) {
      digest.add_record(cursor->key(), cursor->value());
    }
    return cursor->status();
  });
  auto accounts = std::async(beside, [&]() -> Result<void> {
    const auto cursor = reader.view().cursor(Family::kAccounts, store::Reading::kScan);
    for (cursor->seek_to_first(); cursor->valid(); cursor->next()) {
      digest.add_account(cursor->key(), cursor->value());
    }
    return cursor->status();
  });
  Result<void> postings = add_postings(reader, digest);
  TALLY_TRY(records.get());
  TALLY_TRY(accounts.get());
  TALLY_TRY(std::move(postings));
  return digest.finish();
}

}  // namespace tally::audit
