// Makes backups, and brings them up to date.

#include "tally/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "backup/segment.h"
#include "backup/set_folder.h"
#include "base/decimal_digits.h"
#include "base/stopwatch.h"
#include "base/try.h"
#include "ledger/core.h"
#include "ledger/log_walk.h"
#include "merkle/sha256.h"
#include "projection/damage.h"
#include "projection/tree.h"

namespace tally {
namespace backups {
namespace {

using projection::damaged;

class BackupRun {
 public:
  BackupRun(const ledger::Core& core, const projection::Reader& reader, SetFolder& folder,
            const BackupProgress& progress)
      : core_(core), reader_(reader), folder_(folder), progress_(progress) {}

  // Copies what is to be in the backup, beside the one that is in force.
  Result<void> copy(Timestamp now) {
    TALLY_ASSIGN(const ledger::IssuedCheckpoint kept, core_.checkpoints().check_kept(reader_));
    TALLY_ASSIGN(const std::optional<BackupList> before, folder_.list());
    if (before) TALLY_TRY(check_same_log(*before));
    list_.origin = core_.identity().origin;
    list_.size = reader_.head().size;
    list_.root = reader_.head().root;
    list_.made_at = now;
    report_.added = list_.size.count - (before ? before->size.count : 0);
    if (before) TALLY_TRY(keep_segments(*before));
    TALLY_TRY(copy_rest());
    TALLY_TRY(forget_erased());
    return copy_ledger_files(kept);
  }

  Result<BackupReport> put_in_force() {
    TALLY_TRY(folder_.put_in_force(list_));
    report_.events = list_.size.count;
    report_.root = list_.root;
    report_.made_at = list_.made_at;
    report_.files = list_.files().size();
    report_.bytes += report_.written_bytes;
    return report_;
  }

 private:
  Result<void> check_same_log(const BackupList& before) const {
    auto conflict = [&](std::string why) {
      return Error{ErrorCode::kConflict,
                   fmt::format("the backup in {} is of another history than this ledger: {}; name "
                               "another folder",
                               folder_.directory().path().string(), why),
                   {},
                   0,
                   {}};
    };
    const std::string& origin = core_.identity().origin;
    if (before.origin != origin) {
      return conflict(fmt::format("its origin is {}, and the ledger's {}", before.origin, origin));
    }
    const LogSize size = reader_.head().size;
    if (before.size > size) {
      return conflict(
          fmt::format("it has {} events, and the ledger {}", before.size.count, size.count));
    }
    TALLY_ASSIGN(const Hash root, projection::TreeReader(reader_.view()).root(before.size));
    if (root == before.root) return {};
    return conflict(fmt::format("its {} events have the root {}, and the ledger's first {} have {}",
                                before.size.count, before.root.to_string(), before.size.count,
                                root.to_string()));
  }

  // Full segments stay; each is read again, since a backup that is not looked at rots unseen.
  Result<void> keep_segments(const BackupList& before) {
    for (std::size_t i = 0; i < before.segments.size(); ++i) {
      const Segment& segment = before.segments[i];
      TALLY_ASSIGN(const std::string events, folder_.read(segment.events));
      std::string details;
      if (segment.details) {
        TALLY_ASSIGN(details, folder_.read(*segment.details));
      }
      const bool full =
          segment.count >= kSegmentEvents || events.size() + details.size() >= kSegmentBytes;
      if (!full && i + 1 == before.segments.size()) return {};  // it is written anew, with more
      report_.bytes += events.size() + details.size();
      list_.segments.push_back(segment);
      done_.value += segment.count;
      tell_progress();
    }
    return {};
  }

  Result<void> copy_rest() {
    tell_progress();
    if (done_.value == list_.size.count) return {};
    projection::TreeReader tree(reader_.view());
    TALLY_ASSIGN(merkle::Frontier frontier, tree.frontier(LogSize{done_.value}));
    TALLY_ASSIGN(const auto blocks, core_.log().read(done_));
    SegmentBuilder segment(done_);
    while (done_.value < list_.size.count) {
      TALLY_ASSIGN(const auto block, blocks->next());
      if (!block || block->first != done_) {
        return damaged(fmt::format("the log is damaged: event {} is missing", done_.value));
      }
      TALLY_TRY(check(*block, frontier));
      segment.add(*block);
      done_.value += block->count;
      if (!segment.full()) continue;
      TALLY_TRY(write(segment));
      segment = SegmentBuilder(done_);
      tell_progress();
    }
    if (!segment.empty()) TALLY_TRY(write(segment));
    if (frontier.root() == list_.root) return {};
    return damaged("the events do not have the root that stands in the head; run `tally verify`");
  }

  Result<void> check(const store::LogBlock& block, merkle::Frontier& frontier) {
    std::vector<ledger::LogWalk::Step> steps;
    TALLY_TRY(ledger::LogWalk::take_apart(block, steps));
    for (const ledger::LogWalk::Step& step : steps) {
      if (!step.sound.ok()) return Error(step.sound.error());
      frontier.append(step.leaf);
      if (const auto* erasure = std::get_if<Erasure>(&step.event.entry.content)) {
        erased_.insert(erasure->erases);
      }
    }
    return {};
  }

  Result<void> write(const SegmentBuilder& built) {
    Segment segment{built.first(), built.count(), {}, std::nullopt};
    TALLY_ASSIGN(segment.events, write_part("events", built, built.events()));
    if (!built.details().empty()) {
      TALLY_ASSIGN(segment.details, write_part("details", built, built.details()));
    }
    list_.segments.push_back(std::move(segment));
    return {};
  }

  Result<ListedFile> write_part(std::string_view folder, const SegmentBuilder& built,
                                const std::string& content) {
    const Hash sha256 = merkle::sha256({content});
    ListedFile file{segment_path(folder, built.first(), built.count(), sha256), sha256};
    TALLY_TRY(folder_.write(file, content, false));
    report_.written_bytes += content.size();
    return file;
  }

  // Segments that stayed may hold details that were erased since: those are written anew.
  Result<void> forget_erased() {
    for (Segment& segment : list_.segments) {
      const auto first = erased_.lower_bound(segment.first);
      if (first == erased_.end() || first->value >= segment.first.value + segment.count) continue;
      TALLY_ASSIGN(const auto blocks, core_.log().read(segment.first));
      SegmentBuilder now(segment.first);
      while (now.count() < segment.count) {
        TALLY_ASSIGN(const auto block, blocks->next());
        if (!block) return damaged("the log ends before its head");
        now.add(*block);
      }
      segment.details.reset();
      if (now.details().empty()) continue;
      TALLY_ASSIGN(segment.details, write_part("details", now, now.details()));
    }
    return {};
  }

  Result<void> copy_ledger_files(const ledger::IssuedCheckpoint& kept) {
    // That the key is the one in force is checked as it is read.
    TALLY_ASSIGN(const merkle::SigningKey key, core_.checkpoints().signing_key());
    std::map<std::string, std::string> files = {
        {ledger::kKeyFile, key.to_pem()},
        {ledger::kVkeyFile, core_.checkpoints().key().to_string() + "\n"},
        {ledger::kCheckpointFile, kept.note}};
    TALLY_ASSIGN(const auto rotations, core_.directory().files_in(ledger::kRotationsFolder));
    std::size_t held = 0;
    for (const std::string& rotation : rotations) {
      const LogSize size{base::canonical_number(rotation).value_or(0)};
      if (size.count == 0 || size > list_.size) continue;  // of after this state
      TALLY_ASSIGN(const auto issued, core_.checkpoints().rotation(size));
      if (issued) files[fmt::format("{}/{}", ledger::kRotationsFolder, rotation)] = issued->note;
      ++held;
    }
    if (held != reader_.head().rotations.size()) {
      return damaged(fmt::format(
          "the key was rotated {} times by event {}, and {} holds {} "
          "checkpoints of that; if it is being rotated right now, try again",
          reader_.head().rotations.size(), reader_.last().value, ledger::kRotationsFolder, held));
    }
    merkle::Sha256 of_all;
    for (const auto& [name, content] : files) {
      of_all.update(merkle::sha256({name}).to_string());
      of_all.update(merkle::sha256({content}).to_string());
    }
    const std::string folder = ledger_folder(of_all.finish());
    for (const auto& [name, content] : files) {
      ListedFile file{folder + name, merkle::sha256({content})};
      TALLY_TRY(folder_.write(file, content, name == ledger::kKeyFile));
      report_.written_bytes += content.size();
      list_.ledger_files.push_back(std::move(file));
    }
    return {};
  }

  void tell_progress() const {
    if (progress_) progress_(done_.value, list_.size.count);
  }

  const ledger::Core& core_;
  const projection::Reader& reader_;
  SetFolder& folder_;
  const BackupProgress& progress_;
  BackupList list_;
  BackupReport report_;
  Sequence done_;
  std::set<Sequence> erased_;
};

std::uint64_t erasures(const projection::Reader& reader) {
  return reader.head().events_of_type[static_cast<std::size_t>(EntryType::kErasure)];
}

}  // namespace
}  // namespace backups

Result<BackupReport> backup(const Ledger& ledger, const std::filesystem::path& to,
                            const BackupProgress& progress) {
  const base::Stopwatch watch;
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  backups::SetFolder folder(to);
  TALLY_TRY(folder.prepare());
  TALLY_ASSIGN(const store::FolderLock alone, store::FolderLock::acquire(folder.directory()));
  for (;;) {
    TALLY_ASSIGN(const projection::Reader reader, ledger.core().reader());
    backups::BackupRun run(ledger.core(), reader, folder, progress);
    TALLY_TRY(run.copy({now.count()}));
    // Details that went while the log was read are missing from the copy, and so is the event that
    // erased them: nobody is to restore that, and another round takes it in.
    TALLY_ASSIGN(const projection::Reader after, ledger.core().reader());
    if (backups::erasures(after) != backups::erasures(reader)) continue;
    TALLY_ASSIGN(BackupReport report, run.put_in_force());
    report.seconds = watch.seconds();
    return report;
  }
}

}  // namespace tally
