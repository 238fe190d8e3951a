#pragma once

// The one commit path.  Submissions queue; whoever stands first takes those that wait behind it,
// decides each against what those before it leave, writes the accepted ones in one batch with one
// sync, and gives each its own answer.  Throughput comes from sharing the sync, never from
// skipping it.

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "codec/entry_json.h"
#include "codec/event_codec.h"
#include "ledger/checkpoints.h"
#include "ledger/draft.h"
#include "ledger/entry_source.h"
#include "ledger/event_recorder.h"
#include "ledger/turns.h"
#include "store/log_store.h"
#include "store/store.h"
#include "tally/ledger.h"

namespace tally::ledger {

class Writer {
 public:
  Writer(store::Store& store, store::LogStore& log, Checkpoints& checkpoints,
         domain::Settings settings, Environment environment);

  // Decides and writes one submission; any thread may call.  `bytes` is its size where it is known
  // beforehand: small ones are written together.
  Result<Receipt> submit(LineSource& source, const AppendOptions& options,
                         std::optional<std::size_t> bytes);
  // A submission that comes with others, and its answer.
  struct Offered {
    LineSource* source = nullptr;
    const AppendOptions* options = nullptr;
    std::size_t bytes = 0;
    std::optional<Result<Receipt>> answer;
  };
  // The same for many, in their order, by one thread: each is still a submission of its own.
  void submit_all(std::span<Offered> offered);

  // Writes the first event of a new log.
  Result<void> open_log(const LedgerOpened& opened);
  // What the ledger itself says of its key and of its past.
  using Own = std::variant<KeyRotated, LedgerRestored>;
  // Appends it, in turn with what is submitted.
  Result<void> record(const Own& own);
  // Does something in turn with what is submitted, while nothing is decided or written.
  Result<void> run_alone(const std::function<Result<void>()>& task);

  // The log's head as this writer left it, on disk; nothing where it has not written, or where the
  // outcome of a write is not known.
  std::optional<Checkpoint> written_head();

 private:
  struct Submission {
    LineSource* source;
    const AppendOptions* options;
    const Own* own;                             // instead of a source
    const std::function<Result<void>()>* task;  // instead of either
    bool small;
    std::optional<Result<Receipt>> answer;
  };

  Result<Receipt> take_turn(Submission mine);
  void take_turns(std::span<Submission> mine);
  using Group = Turns<Submission>::Group;
  void perform_task(Submission& submission);
  void write_group(Group& group);
  Result<Receipt> decide_onto(std::optional<Draft>& draft, const Submission& submission);
  Result<Draft> new_draft();
  Result<Receipt> decide_all(Draft& draft, const Submission& submission);
  struct Progress;
  Result<void> decide_entry(Draft& draft, EventRecorder& recorder, const AppendOptions& options,
                            ReadEntry& entry, Progress& progress);
  Result<void> write(Draft& draft);
  Result<void> record_own(Draft& draft, Event event);
  void keep_checkpoint();
  struct WrittenHead {
    LogSize size;
    Hash root;
  };
  void note_head(const std::optional<WrittenHead>& head);
  Result<std::optional<Event>> decide_parsed(Draft& draft, EventRecorder& recorder,
                                             const AppendOptions& options,
                                             codec::ParsedEntry& parsed, Progress& progress);
  Result<void> freeze(Draft& draft, Publication& publication, Progress& progress);
  Result<Impact> impact_of(Draft& draft);
  Result<bool> is_duplicate(Draft& draft, EventRecorder& recorder, const codec::ParsedEntry& parsed,
                            Sequence existing);

  store::Store& store_;
  store::LogStore& log_;
  Checkpoints& checkpoints_;
  const domain::Settings settings_;
  const Environment environment_;

  Turns<Submission> turns_;

  std::mutex head_mutex_;
  std::optional<WrittenHead> written_head_;  // guarded by head_mutex_

  // Of whoever writes, one at a time.  (`reader_` also completes replacements.)
  codec::EntryReader reader_;
  codec::EventEncoder encoder_;
  Salts salts_;
  std::unique_ptr<store::View> view_;
  std::optional<merkle::Frontier> frontier_;
  Timestamp checkpoint_kept_at_;  // when a commit last signed and kept the head as well
  std::optional<Error> failed_;   // a write whose outcome is not known: nothing more is written
};

}  // namespace tally::ledger
