#include "projection/reader.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/try.h"
#include "projection/damage.h"
#include "projection/record_codec.h"
#include "store/keys.h"

namespace tally::projection {
namespace {

constexpr std::size_t kIdsKept = 100'000;
// As many as a large submission refers back to.
constexpr std::size_t kIdsMet = 1 << 18;

}  // namespace

using store::Cursor;
using store::Family;
using store::Reading;

Result<Reader> Reader::open(std::unique_ptr<store::View> view) {
  TALLY_ASSIGN(Head head, Head::read(*view));
  if (head.size.count == 0) return damaged("the ledger holds no event, not even its first");
  return Reader(std::move(view), std::move(head));
}

Result<std::optional<domain::Record>> Reader::record(Sequence sequence) const {
  TALLY_ASSIGN(const auto bytes, view_->get(Family::kRecords, store::sequence_key(sequence)));
  if (!bytes) return std::optional<domain::Record>();
  TALLY_ASSIGN(domain::Record record, decode_record(*bytes));
  return std::optional(std::move(record));
}

Result<void> Reader::for_each_record(const RecordVisit& visit) const {
  const auto cursor = view_->cursor(Family::kRecords, Reading::kScan);
  for (cursor->seek_to_first(); cursor->valid(); cursor->next()) {
    if (cursor->key().size() != 8) return damaged("the key of a record is unreadable");
    TALLY_ASSIGN(const domain::Record record, decode_record(cursor->value()));
    TALLY_TRY(visit(store::sequence_at(cursor->key(), 0), record));
  }
  return cursor->status();
}

Result<std::optional<Sequence>> Reader::sequence_of(std::string_view id) const {
  TALLY_ASSIGN(const auto bytes, view_->get(Family::kIds, id));
  if (!bytes) return std::optional<Sequence>();
  base::ByteReader reader(*bytes);
  const Sequence sequence{reader.varint()};
  if (!reader.ok()) return damaged(fmt::format("the index entry of \"{}\" is unreadable", id));
  return std::optional(sequence);
}

Result<std::string> Reader::id_of(Sequence sequence) {
  std::string id;
  TALLY_TRY(read_id(sequence, id));
  return id;
}

Result<void> Reader::read_id(Sequence sequence, std::string& id) {
  if (!recent_.empty()) {
    const auto& [met, met_id] = recent_[sequence.value % recent_.size()];
    if (met == sequence.value && !met_id.empty()) {
      id = met_id;
      return {};
    }
  }
  auto kept = ids_.find(sequence.value);
  if (kept == ids_.end()) {
    TALLY_ASSIGN(const auto found, record(sequence));
    if (!found || found->id.empty()) {
      return damaged(fmt::format("the record of event {} is missing", sequence.value));
    }
    if (ids_.size() >= kIdsKept) ids_.clear();
    kept = ids_.emplace(sequence.value, found->id).first;
  }
  id = kept->second;
  return {};
}

void Reader::remember_id(Sequence sequence, const std::string& id) {
  if (recent_.empty()) recent_.resize(kIdsMet);
  auto& [met, met_id] = recent_[sequence.value % recent_.size()];
  met = sequence.value;
  met_id = id;
}

Result<std::vector<Sequence>> Reader::referrers(Sequence target) const {
  std::vector<Sequence> all;
  const auto cursor = view_->cursor(Family::kReferrers, Reading::kSeeks);
  const std::string prefix = store::sequence_key(target);
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    if (cursor->key().size() != 16) return damaged("the index of references is unreadable");
    Sequence sequence = store::sequence_at(cursor->key(), 8);
    base::ByteReader reader(cursor->value());
    while (!reader.at_end()) {
      sequence.value += reader.varint();
      all.push_back(sequence);
    }
    if (!reader.ok()) return damaged("the index of references is unreadable");
  }
  TALLY_TRY(cursor->status());
  return all;
}

Result<std::optional<Sequence>> Reader::last_at(Timestamp time) const {
  const auto cursor = view_->cursor(Family::kTimes, Reading::kSeeks);
  cursor->seek_for_previous(store::time_key(time));
  TALLY_TRY(cursor->status());
  if (!cursor->valid()) return std::optional<Sequence>();
  base::ByteReader reader(cursor->value());
  const Sequence sequence{reader.varint()};
  if (!reader.ok()) return damaged("the index of times is unreadable");
  return std::optional(sequence);
}

Result<std::optional<Reader::DefinedMeasure>> Reader::measure_as_of(Sequence measure,
                                                                    Sequence as_of) const {
  const auto cursor = view_->cursor(Family::kMeasures, Reading::kSeeks);
  cursor->seek_for_previous(store::pair_key(measure, as_of));
  TALLY_TRY(cursor->status());
  if (!cursor->valid() || !cursor->key().starts_with(store::sequence_key(measure)) ||
      cursor->key().size() != 16) {
    return std::optional<DefinedMeasure>();
  }
  TALLY_ASSIGN(MeasureVersion version, decode_measure(cursor->value()));
  return std::optional(DefinedMeasure{store::sequence_at(cursor->key(), 8), std::move(version)});
}

Result<std::vector<std::pair<Sequence, MeasureVersion>>> Reader::measure_versions(
    Sequence measure, Sequence as_of) const {
  std::vector<std::pair<Sequence, MeasureVersion>> versions;
  const auto cursor = view_->cursor(Family::kMeasures, Reading::kSeeks);
  const std::string prefix = store::sequence_key(measure);
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    if (cursor->key().size() != 16) return damaged("the versions of a measure are unreadable");
    const Sequence event = store::sequence_at(cursor->key(), 8);
    if (event > as_of) break;
    TALLY_ASSIGN(versions.emplace_back(event, MeasureVersion{}).second,
                 decode_measure(cursor->value()));
  }
  TALLY_TRY(cursor->status());
  return versions;
}

Result<std::vector<std::pair<Sequence, Reader::DefinedMeasure>>> Reader::measures_as_of(
    Sequence as_of) const {
  std::vector<std::pair<Sequence, DefinedMeasure>> all;
  const auto cursor = view_->cursor(Family::kMeasures, Reading::kSeeks);
  for (cursor->seek_to_first(); cursor->valid();) {
    if (cursor->key().size() != 16) return damaged("the versions of a measure are unreadable");
    const Sequence measure = store::sequence_at(cursor->key(), 0);
    TALLY_ASSIGN(auto defined, measure_as_of(measure, as_of));
    if (defined) all.emplace_back(measure, std::move(*defined));
    cursor->seek(store::sequence_key(Sequence{measure.value + 1}));
  }
  TALLY_TRY(cursor->status());
  return all;
}

namespace {

Result<Reader::PublishedYear> published_at(const store::Cursor& cursor) {
  const std::string_view key = cursor.key();
  base::ByteReader value(cursor.value());
  const Sequence as_of{value.varint()};
  if (key.size() != store::kPublicationKeyBytes || !value.ok() || !value.at_end()) {
    return damaged("the index of publications is unreadable");
  }
  const auto begins = static_cast<std::int16_t>(base::get_big_endian<std::uint16_t>(key.data()));
  return Reader::PublishedYear{store::sequence_at(key, 2), Year{begins}, as_of};
}

}  // namespace

Result<std::optional<Reader::PublishedYear>> Reader::latest_publication(Year year,
                                                                        Sequence until) const {
  const auto cursor = view_->cursor(store::Family::kPublications, store::Reading::kSeeks);
  cursor->seek_for_previous(store::publication_key(year, until));
  TALLY_TRY(cursor->status());
  if (!cursor->valid()) return std::optional<PublishedYear>();
  TALLY_ASSIGN(const PublishedYear found, published_at(*cursor));
  return found.year == year ? std::optional(found) : std::nullopt;
}

Result<std::vector<Reader::PublishedYear>> Reader::publications() const {
  std::vector<PublishedYear> all;
  const auto cursor = view_->cursor(store::Family::kPublications, store::Reading::kSeeks);
  for (cursor->seek_to_first(); cursor->valid(); cursor->next()) {
    TALLY_ASSIGN(all.emplace_back(), published_at(*cursor));
  }
  TALLY_TRY(cursor->status());
  return all;
}

Result<std::optional<AccountState>> Reader::account(const LevelKey& key) const {
  TALLY_ASSIGN(const auto bytes, view_->get(Family::kAccounts, encode_key(key)));
  if (!bytes) return std::optional<AccountState>();
  TALLY_ASSIGN(const AccountState state, AccountState::decode(*bytes));
  return std::optional(state);
}

Result<LevelKey> Reader::account_key(std::uint32_t number) const {
  TALLY_ASSIGN(const auto bytes, view_->get(Family::kAccounts, store::number_key(number)));
  if (!bytes) return damaged(fmt::format("account number {} has no key", number));
  return decode_key(*bytes);
}

Result<void> Reader::for_each_account(const std::string& prefix, const AccountVisit& visit) const {
  const auto cursor = view_->cursor(Family::kAccounts, Reading::kSeeks);
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    TALLY_ASSIGN(const LevelKey key, decode_key(cursor->key()));
    TALLY_ASSIGN(const AccountState state, AccountState::decode(cursor->value()));
    TALLY_ASSIGN(const bool go_on, visit(key, state));
    if (!go_on) return {};
  }
  return cursor->status();
}

// One cursor serves all look-ups of a reader: making one costs more than the seek.
Cursor& Reader::postings() const {
  if (postings_ == nullptr) postings_ = view_->cursor(Family::kPostings, Reading::kSeeks);
  return *postings_;
}

Result<std::optional<Quantity>> Reader::balance_as_of(Level level, const AccountState& state,
                                                      Sequence as_of) const {
  if (state.first > as_of) return std::optional<Quantity>();
  if (as_of >= last()) return std::optional(state.balance);
  TALLY_ASSIGN(const Standing standing, standing_as_of(level, state, as_of));
  return std::optional(standing.balance);
}

Result<std::optional<Sequence>> Reader::last_posting(Level level, const AccountState& state,
                                                     Sequence as_of) const {
  if (state.first > as_of) return std::optional<Sequence>();
  TALLY_ASSIGN(const Standing standing, standing_as_of(level, state, as_of));
  return std::optional(standing.since);
}

Result<Reader::Standing> Reader::standing_as_of(Level level, const AccountState& state,
                                                Sequence as_of) const {
  Cursor& cursor = postings();
  cursor.seek_for_previous(store::chunk_key(state.number, as_of));
  TALLY_TRY(cursor.status());
  if (!cursor.valid() || cursor.key().size() != 12 ||
      base::get_big_endian<std::uint32_t>(cursor.key().data()) != state.number) {
    return damaged(fmt::format("the postings of account number {} are missing", state.number));
  }
  TALLY_ASSIGN(
      ChunkReader chunk,
      ChunkReader::open(cursor.value(), store::sequence_at(cursor.key(), 4), level, state.number));
  Standing standing{chunk.opening(), {}};
  ChainPosting posting;
  for (;;) {
    TALLY_ASSIGN(const bool more, chunk.next(posting));
    if (!more || posting.sequence > as_of) return standing;
    const auto balance = standing.balance.plus(posting.delta);
    if (!balance) return damaged("the postings of an account do not add up");
    standing = {*balance, posting.sequence};
  }
}

Result<void> Reader::for_each_posting(Level level, std::uint32_t number, Sequence as_of,
                                      const PostingVisit& visit,
                                      std::optional<Sequence> after) const {
  const auto cursor = view_->cursor(Family::kPostings, Reading::kSeeks);
  const std::string prefix = store::chunk_key(number, Sequence{}).substr(0, 4);
  // What follows `after` may begin within the chunk that holds it.
  if (after) cursor->seek_for_previous(store::chunk_key(number, *after));
  TALLY_TRY(cursor->status());
  if (!after || !cursor->valid() || !cursor->key().starts_with(prefix)) cursor->seek(prefix);
  for (; cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    if (cursor->key().size() != 12) return damaged("the postings of an account are unreadable");
    const Sequence first = store::sequence_at(cursor->key(), 4);
    if (first > as_of) return {};
    TALLY_ASSIGN(ChunkReader chunk, ChunkReader::open(cursor->value(), first, level, number));
    ChainPosting posting;
    for (;;) {
      TALLY_ASSIGN(const bool more, chunk.next(posting));
      if (!more) break;
      if (posting.sequence > as_of) return {};
      if (after && posting.sequence <= *after) continue;
      TALLY_ASSIGN(const bool go_on, visit(posting));
      if (!go_on) return {};
    }
  }
  return cursor->status();
}

Result<std::optional<Quantity>> Reader::posting_of(Level level, std::uint32_t number,
                                                   Sequence event) const {
  Cursor& cursor = postings();
  cursor.seek_for_previous(store::chunk_key(number, event));
  TALLY_TRY(cursor.status());
  if (!cursor.valid() || cursor.key().size() != 12 ||
      base::get_big_endian<std::uint32_t>(cursor.key().data()) != number) {
    return std::optional<Quantity>();
  }
  TALLY_ASSIGN(
      ChunkReader chunk,
      ChunkReader::open(cursor.value(), store::sequence_at(cursor.key(), 4), level, number));
  ChainPosting posting;
  for (;;) {
    TALLY_ASSIGN(const bool more, chunk.next(posting));
    if (!more || posting.sequence > event) return std::optional<Quantity>();
    if (posting.sequence == event) return std::optional(posting.delta);
  }
}

}  // namespace tally::projection
