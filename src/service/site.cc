#include "service/site.h"

#include <chrono>
#include <system_error>

#include "base/try.h"
#include "tally/integrity.h"

namespace tally::service {
namespace {

constexpr std::uint64_t kCacheBytes = 32 << 20;

}  // namespace

Timestamp time_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

Site::Site(std::filesystem::path ledger_folder, ServiceOptions chosen)
    : folder(std::move(ledger_folder)),
      options(std::move(chosen)),
      tokens(folder),
      failed_attempts(options.limits.failed_tokens),
      cache(kCacheBytes),
      replays(gate),
      self_check(gate) {}

void Site::open(std::unique_ptr<Ledger> opened) {
  held_ = std::move(opened);
  if (const auto now = held_->head(); now.ok()) head = now->value;
  if (options.verify_every_hours > 0) {
    self_check.begin(*held_, std::chrono::hours(options.verify_every_hours));
  }
  is_open_.store(true, std::memory_order_release);
}

void Site::clear_spool() const {
  std::error_code ignored;
  std::filesystem::remove_all(spool_folder(), ignored);
  std::filesystem::create_directory(spool_folder(), ignored);
  std::filesystem::permissions(spool_folder(), std::filesystem::perms::owner_all, ignored);
}

Result<std::string> LastCheckpoint::get(const Ledger& ledger, std::uint64_t head) {
  const std::lock_guard lock(mutex_);
  if (!note_.empty() && head_ == head) return note_;
  TALLY_ASSIGN(note_, tally::checkpoint(ledger));
  head_ = head;
  return note_;
}

}  // namespace tally::service
