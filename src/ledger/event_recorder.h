#pragma once

// Gives decided events their bytes: details with their salt and digest, the stored form, the leaf's
// hash.  In a long submission this is done by a thread of its own, behind the one that decides.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "codec/event_codec.h"
#include "ledger/draft.h"
#include "tally/ledger.h"

namespace tally::ledger {

// Random salts, fetched many at a time.
class Salts {
 public:
  explicit Salts(const Environment& environment) : environment_(environment) {}
  std::string_view next();

 private:
  const Environment& environment_;
  std::string fetched_;
  std::size_t used_ = 0;
};

// An event and the line that it came from.
struct DecidedEvent {
  Event event;
  std::string_view file;
  std::uint64_t line = 0;
};

class EventRecorder {
 public:
  // All must outlive the recorder; nobody else may use them before `finish`, or the draft's events
  // before `finish` or `settle`.
  EventRecorder(Draft& draft, codec::EventEncoder& encoder, Salts& salts)
      : draft_(draft), encoder_(encoder), salts_(salts) {}
  ~EventRecorder();
  EventRecorder(const EventRecorder&) = delete;
  EventRecorder& operator=(const EventRecorder&) = delete;

  // Takes the next event.  An error may be that of an earlier one, and is then told again by
  // `settle`: `too-large`, with file and line.
  Result<void> add(DecidedEvent decided);
  // Waits until every event taken is in the draft.
  Result<void> settle();

 private:
  Result<void> record(DecidedEvent& decided);
  void run();

  Draft& draft_;
  codec::EventEncoder& encoder_;
  Salts& salts_;

  // Of the caller.
  std::uint64_t taken_ = 0;
  std::vector<DecidedEvent> filling_;

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<DecidedEvent>> waiting_;  // guarded by mutex_
  bool busy_ = false;                              // guarded by mutex_
  bool stopped_ = false;                           // guarded by mutex_
  Result<void> outcome_;                           // guarded by mutex_ once the thread runs
};

}  // namespace tally::ledger
