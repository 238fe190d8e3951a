#include "service/failed_attempts.h"

namespace tally::service {

bool FailedAttempts::note(const std::string& address, std::uint64_t now_s) {
  if (windows_.size() >= kAddresses && !windows_.contains(address)) {
    std::erase_if(windows_,
                  [&](const auto& one) { return now_s - one.second.began_s > kWindowSeconds; });
    if (windows_.size() >= kAddresses) windows_.clear();
  }
  Window& window = windows_[address];
  if (now_s - window.began_s > kWindowSeconds) window = {now_s, 0};
  return ++window.count <= most_;
}

}  // namespace tally::service
