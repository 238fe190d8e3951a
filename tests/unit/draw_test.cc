// Which items an auditor's draw takes from a list of values.

#include "audit/draw.h"

#include <algorithm>
#include <map>

#include "merkle/sha256.h"
#include "support/catch.h"
#include "support/random.h"
#include "tally/sample.h"

namespace tally::audit {
namespace {

std::vector<std::int64_t> whole_units(std::initializer_list<std::int64_t> units) {
  std::vector<std::int64_t> values;
  for (const std::int64_t unit : units) values.push_back(unit * Quantity::kScale);
  return values;
}

Int128 sum_of(const std::vector<std::int64_t>& values) {
  Int128 sum = 0;
  for (const std::int64_t value : values) sum += value;
  return sum;
}

std::vector<std::size_t> indexes(const MonetaryUnitDraw& draw) {
  std::vector<std::size_t> all;
  for (const DrawnItem& item : draw.sample) all.push_back(item.index);
  return all;
}

std::vector<std::size_t> counting(std::size_t count) {
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}

}  // namespace

TEST_CASE("Of eight known items the seventh is the top stratum, and three points draw three") {
  const auto values = whole_units({5, 3, 6, 2, 4, 1, 12, 7});
  const Int128 interval = sampling_interval(sum_of(values), 4);
  CHECK(interval == 10 * Quantity::kScale);
  const auto draw = draw_monetary_units(values, interval, 4 * Quantity::kScale);
  CHECK(draw.top_stratum == std::vector<std::size_t>{6});
  CHECK(indexes(draw) == std::vector<std::size_t>{0, 2, 7});
  REQUIRE(draw.sample.size() == 3);
  CHECK(draw.sample[0].point == 4 * Quantity::kScale);
  CHECK(draw.sample[1].point == 14 * Quantity::kScale);
  CHECK(draw.sample[2].point == 24 * Quantity::kScale);
}

TEST_CASE("An item is drawn when the sum reaches the point, and not before") {
  const auto values = whole_units({4, 5, 1});
  const Int128 interval = 6 * Quantity::kScale;
  CHECK(indexes(draw_monetary_units(values, interval, 4 * Quantity::kScale)) ==
        std::vector<std::size_t>{0, 2});
  CHECK(indexes(draw_monetary_units(values, interval, 4 * Quantity::kScale + 1)) ==
        std::vector<std::size_t>{1});
}

TEST_CASE("An item of exactly the interval is in the top stratum") {
  const auto values = whole_units({6, 5, 6});
  const auto draw = draw_monetary_units(values, 6 * Quantity::kScale, 1);
  CHECK(draw.top_stratum == std::vector<std::size_t>{0, 2});
  CHECK(indexes(draw) == std::vector<std::size_t>{1});
}

TEST_CASE("Where more items are asked for than there are millionths, all are taken") {
  const std::vector<std::int64_t> values = {1, 2, 3};
  CHECK(sampling_interval(sum_of(values), 7) == 0);
  CHECK(sampling_interval(sum_of(values), UINT64_MAX) == 0);
  CHECK(draw_monetary_units(values, 0, 0).top_stratum == counting(3));
}

TEST_CASE("Of nothing nothing is drawn") {
  CHECK(sampling_interval(0, 3) == 0);
  const auto draw = draw_monetary_units({}, 0, 0);
  CHECK(draw.top_stratum.empty());
  CHECK(draw.sample.empty());
  CHECK(draw_at_random("key", 0, 3).empty());
}

TEST_CASE("Sums beyond 64 bits are drawn from like any others") {
  const std::vector<std::int64_t> values(50, Quantity::kLimit);
  const Int128 total = sum_of(values);
  REQUIRE(total > Int128{UINT64_MAX});
  for (const std::uint64_t size : {1, 3, 49}) {
    const Int128 interval = sampling_interval(total, size);
    const Int128 start = sampling_start("key", interval);
    CHECK((start >= 1 && start <= interval));
    CHECK(draw_monetary_units(values, interval, start).sample.size() == size);
  }
  CHECK(draw_monetary_units(values, sampling_interval(total, 50), 1).top_stratum == counting(50));
}

TEST_CASE("A monetary-unit sample holds an item for each point that its items reach") {
  testing::Random random(testing::test_seed());
  for (int round = 0; round < 300; ++round) {
    std::vector<std::int64_t> values(random.below(40));
    for (std::int64_t& value : values) value = random.between(1, 1'000);
    const std::uint64_t size = 1 + random.below(20);
    const Int128 interval = sampling_interval(sum_of(values), size);
    if (interval == 0) continue;
    const Int128 start = 1 + static_cast<Int128>(random.below(1'000)) % interval;
    const auto draw = draw_monetary_units(values, interval, start);
    Int128 rest = 0;
    for (const std::int64_t value : values) rest += value < interval ? value : 0;
    const Int128 points = rest < start ? 0 : (rest - start) / interval + 1;
    CHECK(static_cast<Int128>(draw.sample.size()) == points);
    CHECK(std::is_sorted(draw.top_stratum.begin(), draw.top_stratum.end()));
    for (const DrawnItem& item : draw.sample) CHECK(values[item.index] < interval);
  }
}

TEST_CASE("The first point comes from the hash of seed, root and figure") {
  const Hash root = merkle::empty_tree_hash();
  const std::string key = draw_key("seed", root, "2022-23:jobs:verified@60");
  CHECK(key == std::string("seed\0", 5) + root.to_string() + std::string("\0", 1) +
                   "2022-23:jobs:verified@60");
  // The first eight bytes of sha256(key), as any other program computes them.
  CHECK(sampling_start(key, Int128{1} << 64) == 1 + Int128{0x8ccaa5c4cf51b9b9U});
  CHECK(sampling_start(key, 1) == 1);
  CHECK(sampling_start(key, 10) == 1 + static_cast<std::int64_t>(0x8ccaa5c4cf51b9b9U % 10));
}

TEST_CASE("A random sample takes as many different items as asked for, or all there are") {
  for (const std::uint64_t population : {1, 2, 7, 100}) {
    for (std::uint64_t size = 1; size <= population + 1; ++size) {
      const auto drawn = draw_at_random("key" + std::to_string(size), population, size);
      REQUIRE(drawn.size() == std::min(size, population));
      CHECK(std::is_sorted(drawn.begin(), drawn.end()));
      CHECK(std::adjacent_find(drawn.begin(), drawn.end()) == drawn.end());
      CHECK(drawn.back() < population);
    }
  }
  CHECK(draw_at_random("key", 3, UINT64_MAX) == counting(3));
}

TEST_CASE("A random sample favours no set of items") {
  std::map<std::vector<std::size_t>, int> times;
  const int rounds = 6'000;
  for (int round = 0; round < rounds; ++round) {
    ++times[draw_at_random("key " + std::to_string(round), 6, 3)];
  }
  REQUIRE(times.size() == 20);
  // 300 each are expected, with a standard deviation of 17; the keys are fixed, so this never
  // fails by chance.
  for (const auto& [items, count] : times) CHECK((count > 230 && count < 370));
}

}  // namespace tally::audit
