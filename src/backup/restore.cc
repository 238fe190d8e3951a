// Makes a ledger from a backup, and has one that lies behind go on.

#include <fmt/format.h>

#include "backup/segment.h"
#include "backup/set_folder.h"
#include "base/stopwatch.h"
#include "base/try.h"
#include "ledger/core.h"
#include "ledger/rebuild.h"
#include "merkle/refused.h"
#include "merkle/signing_key.h"
#include "projection/damage.h"
#include "projection/tree.h"
#include "tally/backup.h"

namespace tally {
namespace backups {
namespace {

using projection::damaged;

class RestoreRun {
 public:
  RestoreRun(const SetFolder& from, const store::Directory& directory,
             const RestoreOptions& options)
      : from_(from), directory_(directory), options_(options) {}

  Result<RestoreReport> run() {
    TALLY_ASSIGN(auto list, from_.list());
    if (!list) {
      return Error{ErrorCode::kUsage,
                   fmt::format("there is no backup in {}: it has no {}",
                               from_.directory().path().string(), kListFile),
                   {},
                   0,
                   {}};
    }
    list_ = std::move(*list);
    // Before the first byte is written.
    TALLY_TRY(check_files());
    TALLY_TRY(directory_.create());
    Result<RestoreReport> made = make();
    if (!made.ok()) clear();
    return made;
  }

 private:
  Result<void> check_files() {
    for (const ListedFile* file : list_.files()) {
      TALLY_ASSIGN(const std::string content, from_.read(*file));
      report_.bytes += content.size();
      ++report_.files;
    }
    return {};
  }

  Result<RestoreReport> make() {
    TALLY_ASSIGN(const store::WriterLock lock, store::WriterLock::acquire(directory_));
    for (const ListedFile& file : list_.ledger_files) {
      TALLY_ASSIGN(const std::string content, from_.read(file));
      const std::string name(name_in_ledger(file.path));
      TALLY_TRY(directory_.replace_file(name, content, name == ledger::kKeyFile));
    }
    TALLY_TRY(make_store());
    TALLY_TRY(directory_.seal());
    TALLY_TRY(check_opened());
    report_.events = list_.size.count;
    report_.root = list_.root;
    report_.made_at = list_.made_at;
    return report_;
  }

  Result<void> make_store() {
    TALLY_ASSIGN(const std::unique_ptr<store::Store> store,
                 store::Store::create(directory_.store()));
    const std::unique_ptr<store::LogStore> log = store::make_store_log(*store);
    for (const Segment& segment : list_.segments) TALLY_TRY(put_back(segment, *log));
    ReplayOptions replay;
    replay.progress = options_.progress;
    ledger::Rebuild rebuild(*store, *log, replay);
    TALLY_ASSIGN(const bool done, rebuild.catch_up(0));
    if (!done) return damaged("the events could not be folded to their end");
    TALLY_TRY(store->put_in_force(rebuild.built()));
    TALLY_ASSIGN(const projection::Head head, projection::Head::read(*store->view()));
    if (head.root != list_.root) {
      return damaged(fmt::format("the events of the backup have the root {}, and its {} names {}",
                                 head.root.to_string(), kListFile, list_.root.to_string()));
    }
    return store->check_files();
  }

  Result<void> put_back(const Segment& segment, store::LogStore& log) const {
    TALLY_ASSIGN(const std::string events, from_.read(segment.events));
    std::string details;
    if (segment.details) {
      TALLY_ASSIGN(details, from_.read(*segment.details));
    }
    store::LogBatch batch;
    merkle::fill_random(batch.id.data(), batch.id.size());
    TALLY_ASSIGN(batch.blocks, read_segment(segment, events, details));
    TALLY_ASSIGN(const store::AppendOutcome outcome,
                 log.append(batch, LogSize{segment.first.value},
                            [](store::Batch&) { return Result<void>(); }));
    if (outcome == store::AppendOutcome::kAppended) return {};
    return damaged("the log that is being restored was changed from outside");
  }

  // The ledger as anyone will open it: its keys, its checkpoints, and the one that was given.
  Result<void> check_opened() {
    TALLY_ASSIGN(const std::unique_ptr<ledger::Core> core,
                 ledger::Core::open(directory_, Ledger::Access::kRead, {}));
    TALLY_ASSIGN(const projection::Reader reader, core->reader());
    TALLY_ASSIGN(const auto kept, core->checkpoints().check_kept(reader));
    auto key = core->checkpoints().signing_key();
    if (!key.ok()) return key.take_error();
    if (!options_.checkpoint) return {};
    TALLY_ASSIGN(const Checkpoint shown,
                 check_checkpoint(*options_.checkpoint, core->checkpoints().keys()));
    if (shown.size <= reader.head().size) {
      const auto extends = ledger::check_extends(reader, shown);
      if (extends.ok()) return {};
      return merkle::refused("the backup is of another history than the checkpoint: " +
                             extends.error().message);
    }
    report_.behind = shown;
    return directory_.replace_file(ledger::kCheckpointFile, *options_.checkpoint, false);
  }

  // What was made here was made by this run: the folder was new or empty.
  void clear() const {
    std::error_code ignored;
    for (std::filesystem::directory_iterator entry(directory_.path(), ignored), end; entry != end;
         entry.increment(ignored)) {
      std::filesystem::remove_all(entry->path(), ignored);
      if (ignored) break;
    }
  }

  const SetFolder& from_;
  const store::Directory& directory_;
  const RestoreOptions& options_;
  BackupList list_;
  RestoreReport report_;
};

}  // namespace
}  // namespace backups

Result<RestoreReport> restore(const std::filesystem::path& from,
                              const std::filesystem::path& folder, const RestoreOptions& options) {
  const base::Stopwatch watch;
  const backups::SetFolder set(from);
  const store::Directory directory(folder);
  TALLY_ASSIGN(RestoreReport report, backups::RestoreRun(set, directory, options).run());
  report.seconds = watch.seconds();
  return report;
}

Result<Sequence> go_on(const std::filesystem::path& folder, Environment environment) {
  TALLY_ASSIGN(const std::unique_ptr<ledger::Core> core,
               ledger::Core::go_on(store::Directory(folder), std::move(environment)));
  TALLY_ASSIGN(const projection::Reader reader, core->reader());
  return reader.last();
}

}  // namespace tally
