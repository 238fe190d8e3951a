#pragma once

// Does what is left to do of decided events: adds what they post to the accounts, and gives them
// their bytes: details with their salt and digest, the stored form, the leaf's hash.  In a long
// submission this is done by a thread of its own, behind the one that decides.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "codec/event_codec.h"
#include "domain/decide.h"
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
  // All must outlive the recorder; until `settle`, nobody else may use them, but for the draft's
  // records and head.
  EventRecorder(Draft& draft, const domain::Settings& settings, codec::EventEncoder& encoder,
                Salts& salts)
      : draft_(draft), settings_(settings), encoder_(encoder), salts_(salts) {}
  ~EventRecorder();
  EventRecorder(const EventRecorder&) = delete;
  EventRecorder& operator=(const EventRecorder&) = delete;

  // Folds the next event into the draft's records, and takes it.  What is wrong with an earlier one
  // may only be told by `settle`, which is therefore asked first whatever goes wrong later: with
  // file and line, `overflow` where an account or a total would leave its range, and `too-large`.
  Result<void> add(DecidedEvent decided);
  // Waits until every event taken is in the draft and its accounts, which the head then counts.
  Result<void> settle();

 private:
  // Events that are handed over together, and what they post.
  struct Handover {
    std::vector<DecidedEvent> events;
    std::vector<projection::PostedLine> lines;
  };

  Result<void> take(Handover& handover);
  Result<void> record(DecidedEvent& decided);
  void run();

  Draft& draft_;
  const domain::Settings& settings_;
  codec::EventEncoder& encoder_;
  Salts& salts_;

  // Of the caller.
  std::uint64_t taken_ = 0;
  Handover filling_;

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Handover> waiting_;  // guarded by mutex_
  bool busy_ = false;             // guarded by mutex_
  bool stopped_ = false;          // guarded by mutex_
  Result<void> outcome_;          // guarded by mutex_ once the thread runs
};

}  // namespace tally::ledger
