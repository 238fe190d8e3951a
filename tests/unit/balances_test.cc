// How accounts and their postings are stored, byte by byte (projection/balances.h).

#include "projection/balances.h"

#include <algorithm>

#include "base/bytes.h"
#include "support/catch.h"
#include "support/random.h"

namespace tally::projection {
namespace {

std::uint64_t some_sequence(testing::Random& random) {
  return random.one_in(4) ? 0 : random.one_in(4) ? UINT64_MAX - random.below(3) : random.below(300);
}

LevelKey some_key(testing::Random& random) {
  LevelKey key;
  key.level = static_cast<Level>(random.below(kLevels));
  key.account.year = Year{static_cast<std::int16_t>(random.between(1899, 2199))};
  key.account.dimensions = {Sequence{some_sequence(random)}, Sequence{some_sequence(random)},
                            Sequence{some_sequence(random)}, Sequence{some_sequence(random)}};
  key.account.stage = static_cast<Stage>(random.below(kAccountStages));
  return key;
}

Quantity some_quantity(testing::Random& random) {
  const std::int64_t limit = Quantity::kLimit;
  return *Quantity::from_millionths(random.one_in(3)   ? random.between(-limit, limit)
                                    : random.one_in(2) ? random.between(-3, 3)
                                                       : (random.one_in(2) ? limit : -limit));
}

std::vector<ChainPosting> some_chain(testing::Random& random, std::size_t count,
                                     bool with_accounts) {
  std::vector<ChainPosting> chain;
  Sequence sequence{random.below(1'000'000)};
  for (std::size_t i = 0; i < count; ++i) {
    const auto account = with_accounts ? static_cast<std::uint32_t>(random.below(UINT32_MAX)) : 7;
    chain.push_back({sequence, account, some_quantity(random)});
    sequence.value += random.below(3) == 0 ? 0 : random.below(1ULL << random.below(40));
  }
  return chain;
}

// The postings of a chunk; nothing where its bytes are damaged.
std::optional<std::vector<ChainPosting>> read_chain(std::string_view bytes, Sequence first,
                                                    Level level) {
  auto reader = ChunkReader::open(bytes, first, level, 7);
  if (!reader.ok()) return std::nullopt;
  std::vector<ChainPosting> chain;
  ChainPosting posting;
  for (;;) {
    const auto more = reader->next(posting);
    if (!more.ok()) {
      CHECK(more.error().code == ErrorCode::kDamaged);
      return std::nullopt;
    }
    if (!*more) return chain;
    chain.push_back(posting);
  }
}

}  // namespace

TEST_CASE("Keys of accounts sort as the accounts do, and are read back") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  std::vector<LevelKey> keys;
  for (int i = 0; i < 2'000; ++i) keys.push_back(some_key(random));
  std::sort(keys.begin(), keys.end());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string bytes = encode_key(keys[i]);
    const auto read = decode_key(bytes);
    REQUIRE(read.ok());
    REQUIRE(*read == keys[i]);
    if (i > 0) REQUIRE((encode_key(keys[i - 1]) < bytes) == (keys[i - 1] != keys[i]));
    const domain::AccountKey& account = keys[i].account;
    REQUIRE(bytes.starts_with(level_prefix(keys[i].level)));
    REQUIRE(bytes.starts_with(year_prefix(keys[i].level, account.year)));
    REQUIRE(
        bytes.starts_with(measure_prefix(keys[i].level, account.year, account.dimensions.measure)));
  }
}

TEST_CASE("A key of an account has one length, a level, and a stage that accounts have") {
  const std::string key = encode_key({});
  for (std::size_t size = 0; size < key.size(); ++size) {
    CHECK_FALSE(decode_key(key.substr(0, size)).ok());
  }
  CHECK_FALSE(decode_key(key + "x").ok());
  const auto with = [&](std::size_t at, char value) {
    std::string changed = key;
    changed[at] = value;
    return decode_key(changed).ok();
  };
  CHECK_FALSE(with(0, 'n'));
  CHECK(with(1, 0));
  CHECK_FALSE(with(1, 4));
  CHECK_FALSE(with(1, '\xff'));
  CHECK(with(key.size() - 1, 3));
  CHECK_FALSE(with(key.size() - 1, 4));  // pending is derived, and no account's stage
}

TEST_CASE("An account rolls up to its measure, its programme and its organisation") {
  const domain::AccountKey account{
      Year{2022}, {Sequence{1}, Sequence{2}, Sequence{3}, Sequence{4}}, Stage::kVerified};
  const auto dimensions = [&](Level level) { return at_level(account, level).account.dimensions; };
  CHECK(dimensions(Level::kAccount) == account.dimensions);
  CHECK(dimensions(Level::kMeasure) == domain::Dimensions{Sequence{1}, {}, {}, {}});
  CHECK(dimensions(Level::kProgramme) == domain::Dimensions{Sequence{1}, Sequence{2}, {}, {}});
  CHECK(dimensions(Level::kOrganisation) == domain::Dimensions{Sequence{1}, {}, Sequence{3}, {}});
  for (const Level level : {Level::kMeasure, Level::kProgramme, Level::kOrganisation}) {
    CHECK(at_level(account, level).account.year == account.year);
    CHECK(at_level(account, level).account.stage == account.stage);
    CHECK(at_level(account, level).level == level);
  }
}

TEST_CASE("The state of an account is read back, and any byte more or less is damage") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  for (int i = 0; i < 500; ++i) {
    const AccountState state{static_cast<std::uint32_t>(random.below(UINT32_MAX)),
                             some_quantity(random), random.below(UINT64_MAX),
                             Sequence{some_sequence(random)}};
    const std::string bytes = state.encode();
    const auto read = AccountState::decode(bytes);
    REQUIRE(read.ok());
    REQUIRE(*read == state);
    REQUIRE_FALSE(AccountState::decode(bytes + '\0').ok());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      REQUIRE_FALSE(AccountState::decode(bytes.substr(0, size)).ok());
    }
  }
  std::string beyond = "\1";
  base::put_varint(beyond, 3);  // millionths: see projection/quantity_codec.h
  base::put_signed_varint(beyond, Quantity::kLimit + 1);
  beyond += "\1\1";
  CHECK_FALSE(AccountState::decode(beyond).ok());
}

TEST_CASE("A chunk of postings is read back, with and without the accounts they went to") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  for (int i = 0; i < 300; ++i) {
    const bool with_accounts = random.one_in(2);
    const Level level = with_accounts ? Level::kProgramme : Level::kAccount;
    const auto chain = some_chain(random, random.below(300) + 1, with_accounts);
    const Quantity opening = some_quantity(random);
    const std::string bytes = encode_chunk(opening, chain.data(), chain.size(), with_accounts);
    const auto reader = ChunkReader::open(bytes, chain[0].sequence, level, 7);
    REQUIRE(reader.ok());
    REQUIRE(reader->opening() == opening);
    const auto read = read_chain(bytes, chain[0].sequence, level);
    REQUIRE(read);
    REQUIRE(*read == chain);
  }
}

TEST_CASE("A chunk that is cut or changed is another chunk or damage, and does no harm") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const auto chain = some_chain(random, 9, true);
  const std::string bytes = encode_chunk(Quantity{}, chain.data(), chain.size(), true);
  std::size_t whole = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = read_chain(bytes.substr(0, size), chain[0].sequence, Level::kMeasure);
    if (!read) continue;
    ++whole;
    REQUIRE(std::equal(read->begin(), read->end(), chain.begin()));
  }
  CHECK(whole == chain.size());  // after the opening, and after each posting but the last
  for (int round = 0; round < 5'000; ++round) {
    std::string changed = bytes;
    for (std::uint64_t change = random.below(3) + 1; change > 0; --change) {
      changed[random.below(changed.size())] = static_cast<char>(random.below(256));
    }
    const std::vector<char> exact(changed.begin(), changed.end());
    read_chain({exact.data(), exact.size()}, chain[0].sequence,
               random.one_in(2) ? Level::kAccount : Level::kMeasure);
  }
}

}  // namespace tally::projection
