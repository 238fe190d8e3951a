#pragma once

// How long something took.

#include <chrono>

namespace tally::base {

class Stopwatch {
 public:
  // Since it was made.
  std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }
  double seconds() const { return std::chrono::duration<double>(elapsed()).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace tally::base
