#pragma once

// Reads the log from its first event on, decodes and hashes each event, and holds its details
// (where they are there) against their digest: all that can be told of an event without those
// before it.  With threads, this is done ahead of whoever takes the events.

#include <deque>
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

  // Takes one block apart into steps, put behind those that are there.  An error where the block
  // itself cannot be read on.
  static Result<void> take_apart(const store::LogBlock& block, std::vector<Step>& steps);

  LogWalk(std::unique_ptr<store::BlockCursor> blocks, bool ahead);

  // The next events, in order; none at the end of the log.  What cannot be read ends the list.
  // Events that are done with may be handed back: they are let go beside whoever goes on, and their
  // room is used again.
  std::vector<Step> next(std::vector<Step> done = {});

 private:
  void prepare(std::vector<Step> done);

  std::unique_ptr<store::BlockCursor> blocks_;
  bool ahead_;
  std::deque<std::future<std::vector<Step>>> prepared_;
};

}  // namespace tally::ledger
