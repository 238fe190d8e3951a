#pragma once

// The service's own `verify`, again and again, on a thread of its own: so that damage is noticed
// while nobody asks.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "service/reading_gate.h"
#include "tally/ledger.h"
#include "tally/verify.h"

namespace tally::service {

class SelfCheck {
 public:
  explicit SelfCheck(ReadingGate& gate) : gate_(gate) {}
  // Stops what runs, and waits for it.
  ~SelfCheck();
  SelfCheck(const SelfCheck&) = delete;
  SelfCheck& operator=(const SelfCheck&) = delete;

  // Checks now, and then as often.  The ledger must outlive it.
  void begin(const Ledger& ledger, std::chrono::hours every);

  // How the last one came out, and how far the one under way is, as JSON: `every_hours` (null where
  // it is not asked for), `running` ({done, all} or null) and `last` (or null).  Of a fault it
  // tells the place and what it touches, and nothing of the machine.
  std::string json() const;

  // Of the one that runs: the events checked, and how many there are; 0 and 0 where none does.
  std::pair<std::uint64_t, std::uint64_t> running() const { return {done_.load(), all_.load()}; }
  struct Outcome {
    Timestamp at;
    VerifyReport report;
  };
  std::optional<Outcome> last() const;

 private:
  void run(const Ledger& ledger);
  // False where it gave way to an erasure.
  bool check(const Ledger& ledger);

  ReadingGate& gate_;
  std::chrono::hours every_{0};
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::uint64_t> all_ = 0;
  std::atomic<bool> asked_to_stop_ = false;
  mutable std::mutex mutex_;
  std::condition_variable stopping_;
  std::optional<Outcome> last_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace tally::service
