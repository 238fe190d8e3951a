#include "audit/draw.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/bytes.h"
#include "merkle/sha256.h"

namespace tally::audit {
namespace {

constexpr std::string_view kZeroByte("\0", 1);

std::uint64_t number_at(const Hash& hash, std::size_t offset) {
  return base::get_big_endian<std::uint64_t>(
      reinterpret_cast<const char*>(hash.bytes.data() + offset));
}

// The numbers that a key gives, one after the other.
class KeyedNumbers {
 public:
  explicit KeyedNumbers(std::string_view key) : key_(key) {}

  // From 0 to `limit` − 1, each as likely as any other: what would favour the small ones is passed
  // over.
  std::uint64_t below(std::uint64_t limit) {
    const std::uint64_t uneven = (UINT64_MAX % limit + 1) % limit;  // 2^64 modulo the limit
    for (;;) {
      const std::uint64_t number = next();
      if (number <= UINT64_MAX - uneven) return number % limit;
    }
  }

 private:
  std::uint64_t next() {
    if (offset_ == block_.bytes.size()) {
      std::string counter;
      base::put_big_endian(counter, blocks_++);
      block_ = merkle::sha256({key_, kZeroByte, counter});
      offset_ = 0;
    }
    offset_ += sizeof(std::uint64_t);
    return number_at(block_, offset_ - sizeof(std::uint64_t));
  }

  std::string_view key_;
  std::uint64_t blocks_ = 0;
  Hash block_;
  std::size_t offset_ = sizeof(Hash::bytes);
};

}  // namespace

std::string draw_key(std::string_view seed, const Hash& root, std::string_view figure) {
  std::string key(seed);
  key.append(kZeroByte).append(root.to_string()).append(kZeroByte).append(figure);
  return key;
}

Int128 sampling_interval(Int128 total, std::uint64_t size) {
  return total / static_cast<Int128>(size);
}

Int128 sampling_start(std::string_view key, Int128 interval) {
  return 1 + static_cast<Int128>(number_at(merkle::sha256({key}), 0)) % interval;
}

MonetaryUnitDraw draw_monetary_units(std::span<const std::int64_t> values, Int128 interval,
                                     Int128 start) {
  MonetaryUnitDraw draw;
  Int128 sum = 0;
  Int128 point = start;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] >= interval) {
      draw.top_stratum.push_back(i);
      continue;
    }
    // Less than the interval, so that no item meets two points.
    sum += values[i];
    if (sum < point) continue;
    draw.sample.push_back({i, point});
    point += interval;
  }
  return draw;
}

std::vector<std::size_t> draw_at_random(std::string_view key, std::uint64_t population,
                                        std::uint64_t size) {
  if (size >= population) {
    std::vector<std::size_t> all(population);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
  }
  KeyedNumbers numbers(key);
  std::set<std::size_t> taken;
  for (std::uint64_t last = population - size; last < population; ++last) {
    if (!taken.insert(numbers.below(last + 1)).second) taken.insert(last);
  }
  return {taken.begin(), taken.end()};
}

}  // namespace tally::audit
