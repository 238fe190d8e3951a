#include "projection/balances.h"

#include "base/bytes.h"
#include "projection/damage.h"
#include "projection/quantity_codec.h"

namespace tally::projection {
namespace {

constexpr std::size_t kKeyBytes = 1 + 1 + 2 + 4 * 8 + 1;

// Reporting years are positive (kFirstYear on), so that keys sort as years do.
std::uint16_t year_number(Year year) { return static_cast<std::uint16_t>(year.begins); }

}  // namespace

LevelKey at_level(const domain::AccountKey& account, Level level) {
  LevelKey key{level, account};
  domain::Dimensions& of = key.account.dimensions;
  if (level == Level::kAccount) return key;
  of.contract = Sequence{};
  if (level != Level::kProgramme) of.programme = Sequence{};
  if (level != Level::kOrganisation) of.organisation = Sequence{};
  return key;
}

std::string level_prefix(Level level) { return {'a', static_cast<char>(level)}; }

std::string year_prefix(Level level, Year year) {
  std::string prefix = level_prefix(level);
  base::put_big_endian(prefix, year_number(year));
  return prefix;
}

std::string measure_prefix(Level level, Year year, Sequence measure) {
  std::string prefix = year_prefix(level, year);
  base::put_big_endian(prefix, measure.value);
  return prefix;
}

std::string encode_key(const LevelKey& key) {
  const domain::Dimensions& of = key.account.dimensions;
  std::string bytes;
  bytes.reserve(kKeyBytes);
  bytes += measure_prefix(key.level, key.account.year, of.measure);
  base::put_big_endian(bytes, of.programme.value);
  base::put_big_endian(bytes, of.organisation.value);
  base::put_big_endian(bytes, of.contract.value);
  bytes.push_back(static_cast<char>(key.account.stage));
  return bytes;
}

Result<LevelKey> decode_key(std::string_view bytes) {
  if (bytes.size() != kKeyBytes || bytes[0] != 'a' ||
      static_cast<std::uint8_t>(bytes[1]) >= kLevels ||
      static_cast<std::uint8_t>(bytes.back()) >= kAccountStages) {
    return damaged("the key of an account is unreadable");
  }
  LevelKey key;
  key.level = static_cast<Level>(bytes[1]);
  key.account.year.begins =
      static_cast<std::int16_t>(base::get_big_endian<std::uint16_t>(bytes.data() + 2));
  auto sequence = [&](std::size_t index) {
    return Sequence{base::get_big_endian<std::uint64_t>(bytes.data() + 4 + 8 * index)};
  };
  key.account.dimensions = {sequence(0), sequence(1), sequence(2), sequence(3)};
  key.account.stage = static_cast<Stage>(bytes.back());
  return key;
}

std::string AccountState::encode() const {
  std::string bytes;
  base::put_varint(bytes, number);
  put_quantity(bytes, balance);
  base::put_varint(bytes, postings);
  base::put_varint(bytes, first.value);
  return bytes;
}

Result<AccountState> AccountState::decode(std::string_view bytes) {
  base::ByteReader reader(bytes);
  AccountState state;
  state.number = static_cast<std::uint32_t>(reader.varint());
  const auto balance = read_quantity(reader);
  state.postings = reader.varint();
  state.first.value = reader.varint();
  if (!reader.ok() || !reader.at_end() || !balance) {
    return damaged("the balance of an account is unreadable");
  }
  state.balance = *balance;
  return state;
}

std::string encode_chunk(Quantity opening, const ChainPosting* postings, std::size_t count,
                         bool with_accounts) {
  constexpr std::size_t kUsualBytes = 10;
  std::string bytes;
  bytes.reserve((count + 1) * kUsualBytes);
  put_quantity(bytes, opening);
  Sequence before = postings[0].sequence;
  for (std::size_t i = 0; i < count; ++i) {
    base::put_varint(bytes, postings[i].sequence.value - before.value);
    if (with_accounts) base::put_varint(bytes, postings[i].account);
    put_quantity(bytes, postings[i].delta);
    before = postings[i].sequence;
  }
  return bytes;
}

Result<ChunkReader> ChunkReader::open(std::string_view bytes, Sequence first, Level level,
                                      std::uint32_t own_number) {
  base::ByteReader reader(bytes);
  const auto opening = read_quantity(reader);
  if (!reader.ok() || !opening) return damaged("a chunk of postings is unreadable");
  return ChunkReader(bytes.substr(bytes.size() - reader.remaining()), *opening, first,
                     level != Level::kAccount, own_number);
}

Result<bool> ChunkReader::next(ChainPosting& posting) {
  if (rest_.empty()) return false;
  base::ByteReader reader(rest_);
  sequence_.value += reader.varint();
  posting.sequence = sequence_;
  posting.account = with_accounts_ ? static_cast<std::uint32_t>(reader.varint()) : own_number_;
  const auto delta = read_quantity(reader);
  if (!reader.ok() || !delta) return damaged("a chunk of postings is unreadable");
  posting.delta = *delta;
  rest_ = rest_.substr(rest_.size() - reader.remaining());
  return true;
}

}  // namespace tally::projection
