#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace tally::base {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "tally: internal check failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace tally::base
