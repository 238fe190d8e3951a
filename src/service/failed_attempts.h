#pragma once

// How many tokens that are not good an address has tried lately.  Who has a good one is let in
// whatever others at the same address do.

#include <cstdint>
#include <map>
#include <string>

namespace tally::service {

// Of one thread.  Remembers a bounded number of addresses.
class FailedAttempts {
 public:
  explicit FailedAttempts(std::uint32_t most_a_minute) : most_(most_a_minute) {}

  // Notes one more; false where the address has had too many by now.  Seconds of a steady clock.
  bool note(const std::string& address, std::uint64_t now_s);

 private:
  static constexpr std::size_t kAddresses = 10'000;
  static constexpr std::uint64_t kWindowSeconds = 60;
  struct Window {
    std::uint64_t began_s = 0;
    std::uint32_t count = 0;
  };

  const std::uint32_t most_;
  std::map<std::string, Window> windows_;
};

}  // namespace tally::service
