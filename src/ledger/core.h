#pragma once

// What is behind a Ledger: its folder, its store, its log and its writer.

#include <memory>
#include <optional>

#include "ledger/checkpoints.h"
#include "ledger/event_reader.h"
#include "ledger/writer.h"
#include "store/directory.h"
#include "store/log_store.h"
#include "store/store.h"
#include "tally/ledger.h"

namespace tally::ledger {

class Core {
 public:
  explicit Core(store::Directory directory);
  // A writer leaves the checkpoint of its head behind.
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Makes a new ledger on disk.
  static Result<std::unique_ptr<Core>> init(const store::Directory& directory,
                                            const LedgerOptions& options, Environment environment);
  static Result<std::unique_ptr<Core>> open(const store::Directory& directory,
                                            Ledger::Access access, Environment environment,
                                            const ReplayOptions* rebuild = nullptr);
  // Opens for writing a ledger that lies behind the newest checkpoint known to have been issued,
  // and says so in its log.  `conflict` where it does not lie behind.
  static Result<std::unique_ptr<Core>> go_on(const store::Directory& directory,
                                             Environment environment);

  const store::Directory& directory() const { return directory_; }
  const LedgerOpened& identity() const { return identity_; }
  domain::Settings settings() const { return {identity_.year_start, identity_.currency}; }
  store::Store& store() const { return *store_; }
  store::LogStore& log() const { return *log_; }
  // Of a ledger that is open for writing; nothing otherwise.
  Writer* writer() const { return writer_.get(); }
  Checkpoints& checkpoints() const { return *checkpoints_; }

  // Looks up which keys the log has had by now.
  Result<void> load_keys();
  // For a reader: sees what was committed since.
  Result<void> refresh();

  // Whether the last event says that the log goes on without what this checkpoint vouched for. It
  // then vouches for nothing any more, and stands there only because the ledger was stopped before
  // it kept one of its own.  An event that cannot be read says nothing.
  bool goes_on_without(const Checkpoint& lost) const;

  // Derived state as it is now.
  Result<projection::Reader> reader() const { return projection::Reader::open(store_->view()); }

 private:
  Result<void> load();
  Result<void> load_rebuilding(const ReplayOptions& options);
  static Result<std::unique_ptr<Core>> open_state(const store::Directory& directory,
                                                  Ledger::Access access,
                                                  const ReplayOptions* rebuild);
  Result<bool> settle_going_on();
  Result<void> begin_writing(const IssuedCheckpoint& newest, Environment environment);

  store::Directory directory_;
  std::optional<store::WriterLock> lock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::LogStore> log_;
  LedgerOpened identity_;
  std::unique_ptr<Checkpoints> checkpoints_;
  std::unique_ptr<Writer> writer_;
};

}  // namespace tally::ledger
