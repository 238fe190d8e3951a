#pragma once

// The log: a sequence of batches of events, appended on condition, read in whole blocks.  The
// interface asks for nothing that only a store in this process could give; tests/support holds one
// conformance suite for whatever implements it.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "store/block.h"
#include "store/store.h"
#include "tally/result.h"
#include "tally/sequence.h"

namespace tally::store {

// Names one append, so that it can be settled when its answer was lost.
using BatchId = std::array<std::uint8_t, 16>;

// What one commit appends: the events from the log's size on.
struct LogBatch {
  BatchId id{};
  std::vector<LogBlock> blocks;
  // Events appended before, whose details are to go.
  std::vector<Sequence> erased;
  std::uint64_t count() const;
};

enum class AppendOutcome : std::uint8_t {
  kAppended,       // durable
  kAlreadyThere,   // this batch was appended before
  kHeadMoved,      // the log is not of the expected size; nothing was written
  kFenced,         // another writer has taken over; nothing was written
  kIndeterminate,  // the answer was lost: settle it before going on
  kUnavailable,    // the log cannot be reached; nothing was written
};

// Reads blocks in order.
class BlockCursor {
 public:
  virtual ~BlockCursor() = default;
  // The next block, nothing at the end of the log.  Errors: `damaged`, `io`.
  virtual Result<std::optional<LogBlock>> next() = 0;
};

// Writes derived state into a batch.
using WriteDerived = std::function<Result<void>(Batch&)>;

class LogStore {
 public:
  virtual ~LogStore() = default;

  virtual Result<LogSize> size() = 0;

  // Appends the batch if the log has the expected size.  Where the log and derived state share a
  // store, what `derived` writes goes with it in one step; elsewhere the caller writes it after
  // kAppended.  An error of `derived`, or kNoSpace before anything was made visible, leaves the log
  // as it was.
  virtual Result<AppendOutcome> append(const LogBatch& batch, LogSize expected,
                                       const WriteDerived& derived) = 0;
  // Sees to it that nothing the log keeps holds the details that appended batches erased; what a
  // crash left of that is done as well.  Nobody may be reading meanwhile what was read before.
  virtual Result<void> finish_erasures() = 0;

  // What became of an append whose answer was lost: kAppended, or kUnavailable where it is not in
  // the log and may be tried again.
  virtual Result<AppendOutcome> settle(const BatchId& id) = 0;

  // The block that holds an event; `damaged` where there is none.
  virtual Result<LogBlock> block_of(Sequence sequence) = 0;
  // Blocks in order from the one that holds `from` on.
  virtual Result<std::unique_ptr<BlockCursor>> read(Sequence from) = 0;

  // Blocks of events read so far: what shows that totals are not computed from the log.
  virtual std::uint64_t blocks_read() const = 0;
};

// The log in the same store as derived state.
std::unique_ptr<LogStore> make_store_log(Store& store);

}  // namespace tally::store
