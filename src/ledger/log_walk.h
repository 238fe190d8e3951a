#pragma once

// Reads the log from its first event on, decodes and hashes each event, and holds its details
// (where they are there) against their digest: all that can be told of an event without those
// before it.  With a thread, this is done ahead of whoever takes the events.

#include <future>
#include <vector>

#include "store/log_store.h"
#include "tally/entry.h"
#include "tally/hash.h"

namespace tally::ledger {

class LogWalk {
 public:
  struct Step {
    Event event;
    Hash leaf;
    Result<void> sound;  // an error in the place of what could not be read
  };

  LogWalk(std::unique_ptr<store::BlockCursor> blocks, bool ahead);

  // The next events, in order; none at the end of the log.  What cannot be read ends the list.
  std::vector<Step> next();

 private:
  std::future<std::vector<Step>> prepare();

  std::unique_ptr<store::BlockCursor> blocks_;
  bool ahead_;
  std::future<std::vector<Step>> prepared_;
};

}  // namespace tally::ledger
