#pragma once

// Which items of a population are drawn: pure functions over values and a key.  The rules, to the
// byte, are in tally/sample.h.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tally/decimal.h"
#include "tally/hash.h"

namespace tally::audit {

// What chance is taken from: seed, root and figure in one text.
std::string draw_key(std::string_view seed, const Hash& root, std::string_view figure);

// In millionths; 0 for a total that is less than the size.  The size is at least 1.
Int128 sampling_interval(Int128 total, std::uint64_t size);
// The first point, from 1 to the interval, which is not 0.
Int128 sampling_start(std::string_view key, Int128 interval);

struct DrawnItem {
  std::size_t index = 0;  // from 0
  Int128 point = 0;       // that drew it
};
struct MonetaryUnitDraw {
  std::vector<std::size_t> top_stratum;
  std::vector<DrawnItem> sample;
};

// The draw from values that are not negative; the start matters only where the interval is not 0.
MonetaryUnitDraw draw_monetary_units(std::span<const std::int64_t> values, Int128 interval,
                                     Int128 start);

// The items of a simple random sample, in order; all where the size is not less than the
// population.
std::vector<std::size_t> draw_at_random(std::string_view key, std::uint64_t population,
                                        std::uint64_t size);

}  // namespace tally::audit
