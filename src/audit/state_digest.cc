#include "audit/state_digest.h"

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

Result<void> add_postings(const projection::Reader& reader, StateDigest& digest) {
  const auto cursor = reader.view().cursor(Family::kPostings, store::Reading::kScan);
  std::optional<std::uint32_t> chain;
  projection::LevelKey of_chain;
  for (cursor->seek_to_first(); cursor->valid(); cursor->next()) {
    if (cursor->key().size() != 12) {
      return projection::damaged("a key of postings has a wrong length");
    }
    const auto number = base::get_big_endian<std::uint32_t>(cursor->key().data());
    if (chain != number) {
      TALLY_ASSIGN(of_chain, reader.account_key(number));
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

Result<Hash> digest_of(const projection::Reader& reader) {
  StateDigest digest;
  const auto records = reader.view().cursor(Family::kRecords, store::Reading::kScan);
  for (records->seek_to_first(); records->valid(); records->next()) {
    digest.add_record(records->key(), records->value());
  }
  TALLY_TRY(records->status());
  const auto accounts = reader.view().cursor(Family::kAccounts, store::Reading::kScan);
  for (accounts->seek_to_first(); accounts->valid(); accounts->next()) {
    digest.add_account(accounts->key(), accounts->value());
  }
  TALLY_TRY(accounts->status());
  TALLY_TRY(add_postings(reader, digest));
  return digest.finish();
}

}  // namespace tally::audit
