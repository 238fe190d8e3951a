// Records as they are stored (projection/record_codec.h).

#include "projection/record_codec.h"
#include "support/catch.h"
#include "support/random.h"

namespace tally::projection {
namespace {

using domain::Record;

std::string some_text(testing::Random& random) {
  return std::string(random.below(12), static_cast<char>('a' + random.below(26)));
}
Sequence some_sequence(testing::Random& random) {
  return Sequence{random.one_in(5) ? UINT64_MAX : random.below(100'000)};
}
Quantity some_quantity(testing::Random& random) {
  return *Quantity::from_millionths(random.between(0, Quantity::kLimit));
}
Year some_year(testing::Random& random) {
  return Year{static_cast<std::int16_t>(random.between(1899, 2199))};
}
domain::Dimensions some_dimensions(testing::Random& random) {
  return {some_sequence(random), some_sequence(random), some_sequence(random),
          some_sequence(random)};
}

// A record of a type, with terms as that type has them.
Record some_record(EntryType type, testing::Random& random) {
  Record record;
  record.type = type;
  record.standing = static_cast<domain::Standing>(random.below(3));
  record.version = some_sequence(random);
  record.users = random.below(1'000);
  record.id = some_text(random);
  if (type == EntryType::kContract) {
    record.terms = domain::ContractTerms{some_sequence(random), some_sequence(random), {}};
  } else if (type == EntryType::kMeasure) {
    record.terms =
        domain::MeasureTerms{static_cast<Basis>(random.below(5) + 1), some_text(random),
                             some_quantity(random), some_sequence(random), some_sequence(random)};
  } else if (type == EntryType::kCommitment) {
    domain::CommitmentTerms terms{some_dimensions(random), {}};
    for (std::uint64_t i = random.below(51); i > 0; --i) {
      terms.schedule.push_back({some_year(random), some_quantity(random)});
    }
    record.terms = std::move(terms);
  } else if (type == EntryType::kClaim) {
    domain::ClaimTerms terms{some_sequence(random),
                             some_dimensions(random),
                             some_year(random),
                             some_quantity(random),
                             some_sequence(random),
                             some_quantity(random),
                             {}};
    for (std::uint64_t i = random.below(4); i > 0; --i) terms.actors.add("a" + some_text(random));
    record.terms = std::move(terms);
  } else if (type == EntryType::kVerification) {
    record.terms = domain::VerificationTerms{some_sequence(random), some_text(random)};
  } else if (type == EntryType::kCorrection) {
    record.terms = domain::CorrectionTerms{some_sequence(random)};
  }
  return record;
}

constexpr EntryType kTypes[] = {EntryType::kOrganisation, EntryType::kProgramme,
                                EntryType::kContract,     EntryType::kMeasure,
                                EntryType::kCommitment,   EntryType::kClaim,
                                EntryType::kVerification, EntryType::kCorrection};

}  // namespace

TEST_CASE("A record of any type is read back as it was, and any byte more or less is damage") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  for (const EntryType type : kTypes) {
    for (int i = 0; i < 50; ++i) {
      const Record record = some_record(type, random);
      const std::string bytes = encode_record(record);
      const auto read = decode_record(bytes);
      REQUIRE(read.ok());
      REQUIRE(*read == record);
      REQUIRE_FALSE(decode_record(bytes + '\0').ok());
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto cut = decode_record(bytes.substr(0, size));
        REQUIRE_FALSE(cut.ok());
        REQUIRE(cut.error().code == ErrorCode::kDamaged);
      }
    }
  }
}

TEST_CASE("A record has a type, a standing and a basis that there are") {
  testing::Random random(1);
  const std::string measure = encode_record(some_record(EntryType::kMeasure, random));
  const auto with = [](std::string bytes, std::size_t at, char value) {
    bytes[at] = value;
    return decode_record(bytes).ok();
  };
  CHECK_FALSE(with(measure, 0, 0));
  CHECK_FALSE(with(measure, 0, 1));  // ledger-opened has no record
  CHECK_FALSE(with(measure, 0, 10));
  CHECK_FALSE(with(measure, 0, '\xff'));
  CHECK(with(measure, 1, 2));
  CHECK_FALSE(with(measure, 1, 3));
  Record plain;
  plain.type = EntryType::kMeasure;
  plain.terms = domain::MeasureTerms{};
  const std::string bytes = encode_record(plain);
  const std::size_t basis = 5;  // type, standing, version, users, length of the id
  CHECK(with(bytes, basis, 5));
  CHECK_FALSE(with(bytes, basis, 0));
  CHECK_FALSE(with(bytes, basis, 6));
}

TEST_CASE("Random changes to the bytes of records never do harm") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = encode_record(some_record(kTypes[random.below(std::size(kTypes))], random));
    for (std::uint64_t change = random.below(4) + 1; change > 0; --change) {
      const char to = random.one_in(3) ? '\xff' : static_cast<char>(random.below(256));
      bytes[random.below(bytes.size())] = to;
    }
    const std::vector<char> exact(bytes.begin(), bytes.end());
    const auto read = decode_record({exact.data(), exact.size()});
    if (!read.ok()) REQUIRE(read.error().code == ErrorCode::kDamaged);
  }
}

}  // namespace tally::projection
