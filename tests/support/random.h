#pragma once

// Chance that can be had again: a random test prints its seed, and takes one from TALLY_TEST_SEED.

#include <cstdint>
#include <random>
#include <vector>

namespace tally::testing {

// The seed of this run; printed when it is first asked for.
std::uint64_t test_seed();

// The same numbers from the same seed on every system, unlike the distributions of <random>.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // From 0 to `count` − 1.
  std::uint64_t below(std::uint64_t count) { return engine_() % count; }
  // From `low` to `high`, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    // Unsigned, so that bounds further apart than the type reaches are told without overflow.
    const auto first = static_cast<std::uint64_t>(low);
    return static_cast<std::int64_t>(first + below(static_cast<std::uint64_t>(high) - first + 1));
  }
  bool one_in(std::uint64_t count) { return below(count) == 0; }
  template <typename T>
  const T& pick(const std::vector<T>& of) {
    return of[below(of.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace tally::testing
