#pragma once

// One line that says how far long work has come.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "output.h"

namespace tally::tool {

// Shown only where standard error is a terminal, and only once the work has lasted over half a
// second.  The line is taken away when the work is over, or this goes out of scope.
class Progress {
 public:
  explicit Progress(const Console& console) : shown_at_all_(console.error_is_terminal) {}
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `Appending: 120,000 entries, 310,000 a second`.  `all` is 0 where the end is not known; else
  // the share and the time left are told too.
  void update(std::string_view what, std::string_view noun, std::uint64_t done, std::uint64_t all);
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_at_all_;
  bool on_screen_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_;
};

}  // namespace tally::tool
