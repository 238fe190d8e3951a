#include "tally/doctor.h"

#include <fmt/format.h>

#include <filesystem>
#include <thread>

#include "base/try.h"
#include "ledger/core.h"
#include "ledger/key_rotation.h"
#include "ledger/log_walk.h"
#include "merkle/frontier.h"
#include "projection/damage.h"

namespace tally {
namespace audit {
namespace {

// So much free space a commit and its compaction want at the least.
constexpr std::uintmax_t kScarceBytes = 256 << 20;

class Examination {
 public:
  Examination(store::Directory directory, const VerifyOptions& options)
      : directory_(std::move(directory)), options_(options) {}

  Result<Diagnosis> run() {
    TALLY_TRY(look_at_folder());
    if (!found_.findings.empty()) return std::move(found_);
    auto ledger = Ledger::open(directory_.path(), Ledger::Access::kRead);
    if (!ledger.ok()) {
      if (ledger.error().code != ErrorCode::kDamaged && ledger.error().code != ErrorCode::kIo) {
        return ledger.take_error();
      }
      look_at_log(ledger.error());
      return std::move(found_);
    }
    auto report = verify(**ledger, options_);
    if (report.ok()) {
      take(*report);
    } else {
      look_at_log(report.error());
    }
    return std::move(found_);
  }

 private:
  Result<void> look_at_folder() {
    const auto format = directory_.check_format();
    if (!format.ok() && format.error().code != ErrorCode::kDamaged) return Error(format.error());
    if (!format.ok()) {
      Damage& finding = add("format", format.error().message);
      finding.totals_unknown = true;
      finding.ways_out = {restore()};
      return {};
    }
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(directory_.path(), error);
    if (!error && space.available < kScarceBytes) {
      found_.notes.push_back(fmt::format(
          "the disk has {} MB left; what does not fit any more is refused with `no-space`, and "
          "nothing is lost",
          space.available >> 20));
    }
    if (directory_.has_file(ledger::kNextKeyFile)) {
      found_.notes.emplace_back(
          "a rotation of the key was interrupted; whoever next opens the ledger for writing "
          "finishes it");
    }
    return {};
  }

  void take(const VerifyReport& report) {
    found_.events = report.events;
    if (report.ok()) {
      found_.log_is_whole = true;
      return;
    }
    const Fault& fault = *report.fault;
    // Verification goes through the log first, and then to what it is compared with.
    found_.log_is_whole =
        fault.where != "log" && fault.where != "checkpoint" && fault.where != "key";
    Damage& finding = add(fault.where, fault.message);
    finding.sequence = fault.sequence;
    finding.totals = fault.totals;
    finding.ways_out = ways_out_of(fault);
  }

  std::vector<WayOut> ways_out_of(const Fault& fault) const {
    if (fault.where == "key") {
      if (directory_.has_file(ledger::kNextKeyFile)) {
        return {{fmt::format("tally append {}", path()),
                 "opens the ledger for writing, which finishes the rotation of the key"},
                restore()};
      }
      return {{"put a copy of the file back",
               "the ledger signs and takes entries again; its events are not in question"},
              restore()};
    }
    if (fault.where == "checkpoint") {
      return {{fmt::format("tally verify {} --against FILE", path()),
               "tells whether a checkpoint that others hold says the same"},
              restore(),
              {fmt::format("tally go-on {}", path()),
               "where events are lost for good: says so in the log, and takes entries again"}};
    }
    if (fault.where == "files") {
      return {{"copy the ledger to another disk while it can be read", "saves what there is"},
              restore()};
    }
    if (found_.log_is_whole) return {replay(), restore()};
    return {restore()};
  }

  // The ledger cannot be opened, or not be read to its end: whether the log is whole decides what
  // can be done.
  void look_at_log(const Error& why) {
    const Result<void> walked = walk_log();
    if (walked.ok()) {
      found_.log_is_whole = true;
      Damage& finding = add("head", why.message);
      finding.totals_unknown = true;
      finding.ways_out = {replay(), restore()};
      return;
    }
    Damage& first = add(found_.events > 0 ? "log" : "store", walked.error().message);
    first.totals_unknown = true;
    if (found_.events > 0) first.sequence = Sequence{found_.events};
    first.ways_out = {restore()};
    if (why.message == walked.error().message) return;
    Damage& second = add("head", why.message);
    second.totals_unknown = true;
    second.ways_out = {restore()};
  }

  Result<void> walk_log() {
    TALLY_ASSIGN(const std::unique_ptr<store::Store> store,
                 store::Store::open(directory_.store(), store::Access::kRead));
    const std::unique_ptr<store::LogStore> log = store::make_store_log(*store);
    TALLY_ASSIGN(auto blocks, log->read(Sequence{0}));
    ledger::LogWalk walk(std::move(blocks), std::thread::hardware_concurrency() > 1);
    std::optional<Checkpoint> kept = kept_checkpoint();
    merkle::Frontier frontier;
    for (auto steps = walk.next(); !steps.empty(); steps = walk.next()) {
      for (ledger::LogWalk::Step& step : steps) {
        if (!step.sound.ok()) return std::move(step.sound);
        frontier.append(step.leaf);
        ++found_.events;
        if (!kept || kept->size != frontier.size() || kept->root == frontier.root()) continue;
        return projection::damaged(
            fmt::format("the first {} events are not those that the checkpoint kept beside them "
                        "vouches for",
                        kept->size.count));
      }
    }
    if (found_.events == 0) return projection::damaged("the log has no event");
    if (!kept || kept->size <= frontier.size()) return {};
    return projection::damaged(
        fmt::format("the log has {} events, and the checkpoint kept beside "
                    "it vouches for {}: events are lost",
                    found_.events, kept->size.count));
  }

  // Unchecked: whether its signature is good is for `verify` to say.
  std::optional<Checkpoint> kept_checkpoint() const {
    const auto vkey = directory_.read_file(ledger::kVkeyFile);
    const auto note = directory_.read_file(ledger::kCheckpointFile);
    if (!vkey.ok() || !note.ok()) return std::nullopt;
    const auto key = VerifierKey::parse(vkey->substr(0, vkey->find('\n')));
    if (!key.ok()) return std::nullopt;
    const auto checkpoint = check_checkpoint(*note, {&*key, 1});
    return checkpoint.ok() ? std::optional(*checkpoint) : std::nullopt;
  }

  Damage& add(std::string where, std::string message) {
    Damage& finding = found_.findings.emplace_back();
    finding.where = std::move(where);
    finding.message = std::move(message);
    return finding;
  }

  std::string path() const { return directory_.path().string(); }
  WayOut replay() const {
    return {fmt::format("tally replay {}", path()),
            "builds what is derived from the events anew, and tells every balance that moves"};
  }
  WayOut restore() const {
    return {
        fmt::format("tally restore BACKUP NEW --checkpoint {}/{}", path(), ledger::kCheckpointFile),
        "makes a ledger from a backup, and says whether it lies behind this one"};
  }

  store::Directory directory_;
  const VerifyOptions& options_;
  Diagnosis found_;
};

}  // namespace
}  // namespace audit

Result<Diagnosis> diagnose(const std::filesystem::path& folder, const VerifyOptions& options) {
  return audit::Examination(store::Directory(folder), options).run();
}

}  // namespace tally
