#pragma once

// What is served: one ledger, and what the service keeps beside it.  Nothing here knows of sockets;
// any thread may answer a request.

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "service/answer_cache.h"
#include "service/failed_attempts.h"
#include "service/metrics.h"
#include "service/reading_gate.h"
#include "service/replays.h"
#include "service/self_check.h"
#include "service/token_check.h"
#include "tally/ledger.h"
#include "tally/service.h"

namespace tally::service {

// The signed checkpoint that was given out last: signing and keeping a newer one costs a sync.
class LastCheckpoint {
 public:
  Result<std::string> get(const Ledger& ledger, std::uint64_t head);

 private:
  std::mutex mutex_;
  std::string note_;
  std::uint64_t head_ = 0;
};

struct Site {
  Site(std::filesystem::path ledger_folder, ServiceOptions chosen);

  // Takes the ledger over once it is open.
  void open(std::unique_ptr<Ledger> opened);
  // Nothing while derived state is built anew.
  const Ledger* ledger() const {
    return is_open_.load(std::memory_order_acquire) ? held_.get() : nullptr;
  }
  // Where long answers are made ready.
  std::filesystem::path spool_folder() const { return folder / "spool"; }
  // Empties it of what a crash left.
  void clear_spool() const;

  const std::filesystem::path folder;
  const ServiceOptions options;
  std::atomic<std::uint64_t> head = 0;  // the last event that is durable and was answered
  Metrics metrics;
  TokenCheck tokens;
  FailedAttempts failed_attempts;
  AnswerCache cache;
  LastCheckpoint checkpoint;
  ReadingGate gate;
  std::atomic<std::uint64_t> rebuild_done = 0;  // of what is built anew before it opens
  std::atomic<std::uint64_t> rebuild_all = 0;
  std::atomic<bool> write_failed = false;  // nothing more can be appended by this process

 private:
  std::unique_ptr<Ledger> held_;
  std::atomic<bool> is_open_ = false;

 public:
  Replays replays;  // these two end before the ledger does
  SelfCheck self_check;
};

Timestamp time_now();

}  // namespace tally::service
