#pragma once

// Rebuilds of everything that is derived from the log, as they are started, watched and cancelled
// over HTTP: one at a time, each on a thread of its own.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "service/reading_gate.h"
#include "tally/ledger.h"

namespace tally::service {

enum class ReplayState : std::uint8_t { kRunning, kDone, kCancelled, kFailed };
std::string_view replay_state_name(ReplayState state);

class Replays {
 public:
  explicit Replays(ReadingGate& gate) : gate_(gate) {}
  // Stops what runs, and waits for it.
  ~Replays();
  Replays(const Replays&) = delete;
  Replays& operator=(const Replays&) = delete;

  // The id of a new one; nothing while another runs.  The ledger must outlive it.
  std::optional<std::string> start(const Ledger& ledger);
  // How it stands, as JSON: id, state, events folded and how many there are, and once it is done
  // what `replay --json` prints.  Nothing where there is none with this id: those of before the
  // last few are forgotten.
  struct Progress {
    ReplayState state = ReplayState::kRunning;
    std::string json;
  };
  std::optional<Progress> progress(const std::string& id) const;
  // Those that are remembered, the newest first, as a JSON array of what `progress` tells.
  std::string list() const;
  // Asks it to stop; false where there is none with this id.
  bool cancel(const std::string& id);

  // Of the one that runs: the events folded, and how many there are; 0 and 0 where none does.
  std::pair<std::uint64_t, std::uint64_t> running() const;
  // Why the last one failed, for the log, once.
  std::optional<std::string> take_failure();

 private:
  struct Run {
    std::string id;
    std::atomic<bool> asked_to_stop = false;
    std::atomic<std::uint64_t> done = 0;
    std::atomic<std::uint64_t> all = 0;
    // Guarded by mutex_.
    ReplayState state = ReplayState::kRunning;
    std::string code;    // of a failure
    std::string report;  // the members of the report
  };

  void run(const Ledger& ledger, Run& run);
  std::shared_ptr<Run> find(const std::string& id) const;
  static std::string json_of(const Run& run);

  ReadingGate& gate_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<Run>> runs_;  // guarded by mutex_, as what follows
  std::uint64_t started_ = 0;
  std::optional<std::string> failure_;
};

}  // namespace tally::service
