// Quantities as derived state stores them (projection/quantity_codec.h).

#include "projection/quantity_codec.h"

#include "support/catch.h"
#include "support/random.h"

namespace tally::projection {
namespace {

std::string written(std::int64_t millionths) {
  std::string bytes;
  put_quantity(bytes, *Quantity::from_millionths(millionths));
  return bytes;
}

// The millionths that bytes are read as, all of them; nothing where they are none.
std::optional<std::int64_t> read(std::string_view bytes) {
  base::ByteReader in(bytes);
  const auto quantity = read_quantity(in);
  if (!quantity || !in.ok() || !in.at_end()) return std::nullopt;
  return quantity->millionths();
}

TEST_CASE("Whole quantities and hundredths are short, and all others are stored too") {
  struct Row {
    std::int64_t millionths;
    std::size_t bytes;
  };
  const Row rows[] = {
      {0, 1},
      {1'000'000, 1},
      {-31'000'000, 1},
      {32'000'000, 2},
      {130'000'000, 2},
      {16'250'000, 2},
      {578'030'000, 3},
      {-20'000, 1},
      {10'000, 1},
      {1, 2},
      {9'999, 4},
      {1'000'001, 4},
      {-1, 2},
      {999'999, 4},
      {Quantity::kLimit, 7},
      {-Quantity::kLimit, 7},
      {Quantity::kLimit - 10'000, 8},
      {Quantity::kLimit - 1, 11},
      {1 - Quantity::kLimit, 11},
  };
  for (const Row& row : rows) {
    CAPTURE(row.millionths);
    CHECK(written(row.millionths).size() == row.bytes);
    CHECK(read(written(row.millionths)) == row.millionths);
  }
}

TEST_CASE("Every quantity is read back, and nothing less than all of its bytes is one") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  for (int i = 0; i < 5'000; ++i) {
    const std::int64_t unit = random.pick(std::vector<std::int64_t>{1, 100, 10'000, 1'000'000});
    const std::int64_t most = Quantity::kLimit / unit >> random.below(60);
    const std::int64_t millionths = random.between(-most, most) * unit;
    const std::string bytes = written(millionths);
    REQUIRE(read(bytes) == millionths);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      REQUIRE_FALSE(read(bytes.substr(0, size)));
    }
  }
}

TEST_CASE("What leaves the range, or is of no kind, is no quantity") {
  const auto bytes = [](std::uint64_t first, std::optional<std::int64_t> second = std::nullopt) {
    std::string text;
    base::put_varint(text, first);
    if (second) base::put_signed_varint(text, *second);
    return text;
  };
  const std::int64_t units = Quantity::kLimit / Quantity::kScale;
  const std::int64_t hundredths = Quantity::kLimit / kMillionthsInHundredth;
  CHECK(read(bytes(base::zigzag(units) << 1)));
  CHECK(read(bytes(base::zigzag(-units) << 1)));
  CHECK(read(bytes(base::zigzag(hundredths - 1) << 2 | 1)));
  CHECK(read(bytes(3, Quantity::kLimit - 1)));
  CHECK_FALSE(read(bytes(base::zigzag(units + 1) << 1)));
  CHECK_FALSE(read(bytes(base::zigzag(-units - 1) << 1)));
  CHECK_FALSE(read(bytes(base::zigzag(hundredths + 1) << 2 | 1)));
  CHECK_FALSE(read(bytes(base::zigzag(-hundredths - 1) << 2 | 1)));
  CHECK_FALSE(read(bytes(3, Quantity::kLimit + 1)));
  CHECK_FALSE(read(bytes(3, INT64_MIN)));
  CHECK_FALSE(read(bytes(7)));
  CHECK_FALSE(read(bytes(7, 1)));
  CHECK_FALSE(read(bytes(UINT64_MAX)));
  CHECK_FALSE(read(bytes(UINT64_MAX - 1)));
  CHECK_FALSE(read(bytes(UINT64_MAX - 2)));
}

TEST_CASE("What could be written shorter is no quantity") {
  const auto hundredths = [](std::int64_t count) {
    std::string text;
    base::put_varint(text, base::zigzag(count) << 2 | 1);
    return text;
  };
  const auto millionths = [](std::int64_t count) {
    std::string text;
    base::put_varint(text, 3);
    base::put_signed_varint(text, count);
    return text;
  };
  for (const std::int64_t count : {0, 100, -100, 700, 12'300}) {
    CAPTURE(count);
    CHECK_FALSE(read(hundredths(count)));
    CHECK(read(hundredths(count + 1)));
    CHECK_FALSE(read(millionths(count * kMillionthsInHundredth)));
    CHECK_FALSE(read(millionths((count + 1) * kMillionthsInHundredth)));
    CHECK(read(millionths(count * kMillionthsInHundredth + 1)));
  }
}

}  // namespace
}  // namespace tally::projection
