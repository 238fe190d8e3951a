#pragma once

// Checks that are always on.  A failed check is a bug of this project: it says where, and stops
// the program before anything wrong is written.

namespace tally::base {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace tally::base

#define TALLY_CHECK(condition) \
  ((condition) ? void() : ::tally::base::check_failed(#condition, __FILE__, __LINE__))
