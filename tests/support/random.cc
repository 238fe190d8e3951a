#include "support/random.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace tally::testing {

std::uint64_t test_seed() {
  static const std::uint64_t kSeed = [] {
    const char* given = std::getenv("TALLY_TEST_SEED");
    const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device()();
    // Printed at once, so that it is known even if the test program dies.
    std::printf("TALLY_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    return seed;
  }();
  return kSeed;
}

}  // namespace tally::testing
