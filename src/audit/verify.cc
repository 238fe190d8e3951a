#include "tally/verify.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "audit/comparison.h"
#include "audit/fault_scope.h"
#include "audit/refolded_state.h"
#include "base/decimal_digits.h"
#include "base/stopwatch.h"
#include "base/try.h"
#include "ledger/core.h"
#include "ledger/log_walk.h"
#include "projection/damage.h"

namespace tally {
namespace audit {
namespace {

constexpr std::uint64_t kProgressEvery = 16'384;
// What an event takes in memory, where everything that all give is there.  A log that does not fit
// needs a scratch store and the accounts, and for each event also what that one refers to.
constexpr std::uint64_t kBytesAnEvent = 640;
constexpr std::uint64_t kScratchBytes = 480 << 20;
constexpr std::uint64_t kBytesAnEventInPieces = 1'280;
constexpr std::uint64_t kEventsAtLeast = 8;

// How many events are held in memory at once.
std::uint64_t events_in_memory(LogSize size, std::uint64_t memory_bytes) {
  if (memory_bytes == 0) {
    memory_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                   static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 2;
  }
  if (size.count <= memory_bytes / kBytesAnEvent) return std::max(kEventsAtLeast, size.count);
  const std::uint64_t left = memory_bytes - std::min(memory_bytes, kScratchBytes);
  return std::max(kEventsAtLeast, left / kBytesAnEventInPieces);
}

// That nothing is known of what should be checked, rather than that it is wrong.
bool is_unreadable(const Error& error) {
  return error.code == ErrorCode::kIo || error.code == ErrorCode::kNoSpace;
}

// A checkpoint that the log must extend.
struct Vouched {
  std::string name;
  Checkpoint checkpoint;
};

class Verification {
 public:
  Verification(const ledger::Core& core, projection::Reader& reader, const VerifyOptions& options)
      : core_(core),
        reader_(reader),
        options_(options),
        state_(parallel(), events_in_memory(size(), options.memory_bytes)) {}

  // Fills in the report.  An error only where something could not be read at all.
  Result<void> run(VerifyReport& report) {
    begin_checking_files();
    const std::array<Result<void> (Verification::*)(), 7> steps = {
        &Verification::check_key_files,
        &Verification::gather_checkpoints,
        &Verification::fold,
        &Verification::compare,
        &Verification::check_publications,
        &Verification::check_checkpoints,
        &Verification::check_files};
    for (const auto step : steps) {
      auto done = (this->*step)();
      report.stopped = stopped_;
      if (stopped_) return {};
      if (done.ok()) continue;
      if (is_unreadable(done.error())) return done;
      if (!fault_) fault_ = Fault{"store", std::nullopt, done.error().message, {}, {}};
      complete(*fault_, reader_, core_.identity().year_start, account_);
      report.fault = fault_;
      return {};
    }
    report.checkpoints = vouched_.size();
    report.publications = state_.published().size();
    report.digest = digest_;
    return {};
  }

 private:
  LogSize size() const { return reader_.head().size; }
  bool parallel() const { return options_.threads != 1 && std::thread::hardware_concurrency() > 1; }

  Error fault(std::string where, std::optional<Sequence> sequence, std::string message) {
    fault_ = Fault{std::move(where), sequence, message, {}, {}};
    return projection::damaged(std::move(message));
  }
  // What went wrong, told as a fault of this place.
  template <typename T>
  Result<void> at(std::string_view where, const Result<T>& result) {
    if (result.ok()) return {};
    if (result.error().code == ErrorCode::kIo) return Error(result.error());
    return fault(std::string(where), std::nullopt, result.error().message);
  }

  Result<void> check_key_files() {
    for (const char* file : {ledger::kVkeyFile, ledger::kKeyFile}) {
      if (core_.directory().has_file(file)) continue;
      return fault("key", std::nullopt, fmt::format("{} is missing", file));
    }
    const auto fit = key_files_fit(core_.checkpoints());
    if (fit.ok()) return {};
    // This state may be of before a rotation of the key, and the files of after it.
    const auto now = ledger::Core::open(core_.directory(), Ledger::Access::kRead, {});
    moved_on_ = now.ok() && key_files_fit((*now)->checkpoints()).ok();
    return moved_on_ ? Result<void>() : at("key", fit);
  }

  Result<void> key_files_fit(const ledger::Checkpoints& checkpoints) const {
    TALLY_ASSIGN(const std::string vkey, core_.directory().read_file(ledger::kVkeyFile));
    if (vkey != checkpoints.key().to_string() + "\n") {
      return projection::damaged(fmt::format("{} is not the key that the log is signed with, {}",
                                             ledger::kVkeyFile, checkpoints.key().to_string()));
    }
    auto key = checkpoints.signing_key();
    if (!key.ok()) return key.take_error();
    return {};
  }

  Result<void> gather_checkpoints() {
    const ledger::Checkpoints& checkpoints = core_.checkpoints();
    auto kept = checkpoints.kept();
    TALLY_TRY(at("checkpoint", kept));
    const bool is_lost = core_.goes_on_without(kept->checkpoint);
    if (!is_lost) vouched_.push_back({ledger::kCheckpointFile, kept->checkpoint});
    TALLY_TRY(gather_rotations());
    if (options_.against) {
      auto against = check_checkpoint(*options_.against, checkpoints.keys());
      TALLY_TRY(at("against", against));
      vouched_.push_back({"the checkpoint that it is held against", *against});
    }
    for (const Vouched& one : vouched_) {
      if (one.checkpoint.size <= size()) continue;
      return fault("checkpoint", std::nullopt,
                   fmt::format("the log has {} events, and {} vouches for {}: events are lost",
                               size().count, one.name, one.checkpoint.size.count));
    }
    return {};
  }

  // Each rotation of the key has left a checkpoint that the old key and the new one signed.
  Result<void> gather_rotations() {
    TALLY_ASSIGN(const auto files, core_.directory().files_in(ledger::kRotationsFolder));
    std::map<LogSize, std::string> notes;
    for (const std::string& file : files) {
      const auto size = base::canonical_number(file);
      if (!size) return fault("checkpoint", std::nullopt, rotation_name(file) + " is not a size");
      // What came after this state is no part of it.
      if (*size > this->size().count && moved_on_) continue;
      auto rotation = core_.checkpoints().rotation(LogSize{*size});
      TALLY_TRY(at("checkpoint", rotation));
      vouched_.push_back({rotation_name(file), (*rotation)->checkpoint});
      notes.emplace(LogSize{*size}, std::move((*rotation)->note));
    }
    const std::vector<VerifierKey> keys = core_.checkpoints().keys();
    if (notes.size() + 1 != keys.size()) {
      return fault("checkpoint", std::nullopt,
                   fmt::format("the key was rotated {} times, and {} holds {} checkpoints of that",
                               keys.size() - 1, ledger::kRotationsFolder, notes.size()));
    }
    auto key = keys.begin();
    for (const auto& [size, note] : notes) {
      TALLY_TRY(at("checkpoint", check_checkpoint(note, {&*key, 1})));
      TALLY_TRY(at("checkpoint", check_checkpoint(note, {&*++key, 1})));
    }
    return {};
  }

  static std::string rotation_name(const std::string& file) {
    return fmt::format("{}/{}", ledger::kRotationsFolder, file);
  }

  Result<void> fold() {
    TALLY_ASSIGN(auto blocks, core_.log().read(Sequence{0}));
    ledger::LogWalk walk(std::move(blocks), parallel());
    std::vector<ledger::LogWalk::Step> steps;
    for (bool ended = false; !ended;) {
      steps = walk.next(std::move(steps));
      ended = steps.empty();
      for (std::size_t i = 0; i < steps.size(); ++i) {
        ledger::LogWalk::Step& step = steps[i];
        if (state_.at().value == size().count) {
          // Behind the last event there is nothing, or what was appended meanwhile.
          TALLY_TRY(at("log", step.sound));
          ended = true;
          continue;
        }
        const Sequence place = state_.at();
        if (!step.sound.ok()) {
          if (step.sound.error().code == ErrorCode::kIo) return std::move(step.sound);
          return fault("log", place, step.sound.error().message);
        }
        if (i + ledger::Refold::kAhead < steps.size()) {
          state_.expect(steps[i + ledger::Refold::kAhead].event);
        }
        TALLY_TRY(followed(state_.add(step.event, step.leaf)));
        note_root();
        note_details(step.event);
        if (state_.at().value % kProgressEvery != 0) continue;
        if (options_.progress) options_.progress(state_.at().value, size().count);
        stopped_ = options_.stop && options_.stop();
        if (stopped_) return {};
      }
    }
    TALLY_TRY(followed(state_.finish()));
    if (state_.at().value < size().count) {
      return fault("log", state_.at(), "the log ends before its head");
    }
    if (state_.identity() != core_.identity()) {
      return fault("log", Sequence{0}, "the log does not begin with this ledger's `ledger-opened`");
    }
    return check_erasures();
  }

  Result<void> followed(const Result<void>& added) {
    if (added.ok()) return {};
    if (is_unreadable(added.error())) return Error(added.error());
    const Sequence event = state_.refused();
    return fault("log", event, fmt::format("event {}: {}", event.value, added.error().message));
  }

  void note_details(const Event& event) {
    if (event.details_erased) without_details_.insert(event.sequence);
    if (const auto* erasure = std::get_if<Erasure>(&event.entry.content)) {
      erased_.insert(erasure->erases);
    }
  }

  // The details that are not there are those that were erased.
  Result<void> check_erasures() {
    for (const Sequence event : without_details_) {
      if (erased_.contains(event)) continue;
      return fault(
          "log", event,
          fmt::format("event {}: its details are missing, and no event erased them", event.value));
    }
    for (const Sequence event : erased_) {
      if (without_details_.contains(event)) continue;
      return fault("log", event,
                   fmt::format("event {}: its details were erased, and are there", event.value));
    }
    return {};
  }

  // The roots of those sizes that a checkpoint vouches for are kept on the way.
  void note_root() {
    const LogSize now = state_.frontier().size();
    for (const Vouched& one : vouched_) {
      if (one.checkpoint.size == now) roots_[now] = state_.frontier().root();
    }
  }

  bool agrees(const Vouched& vouched) const {
    const auto root = roots_.find(vouched.checkpoint.size);
    return root != roots_.end() && root->second == vouched.checkpoint.root;
  }

  Result<void> compare() {
    Comparison comparison(reader_, parallel());
    auto compared = [&]() -> Result<void> {
      TALLY_TRY(state_.write(comparison));
      return comparison.finish();
    }();
    digest_ = comparison.digest();
    if (compared.ok()) return {};
    fault_ = comparison.fault();
    account_ = comparison.account();
    // Either the event or the hash of it was changed: a checkpoint tells which.
    if (fault_ && fault_->where == "tree" && !vouched_.empty() && !agrees(vouched_.front())) {
      fault_->where = "log";
      fault_->message += ", nor is its root what was vouched for: the event was changed";
    }
    return compared;
  }

  // What is stored is by now known to be what the events give.
  Result<void> check_publications() {
    TALLY_ASSIGN(auto wrong,
                 ledger::find_wrong_root(reader_, core_.identity().year_start, state_.published()));
    if (!wrong) return {};
    return fault("publication", wrong->frozen.publication, wrong->to_string());
  }

  Result<void> check_checkpoints() {
    for (const Vouched& one : vouched_) {
      if (agrees(one)) continue;
      return fault("checkpoint", std::nullopt,
                   fmt::format("the first {} events have the root {}, and {} says {}: this is not "
                               "the log that it vouches for",
                               one.checkpoint.size.count, roots_[one.checkpoint.size].to_string(),
                               one.name, one.checkpoint.root.to_string()));
    }
    return {};
  }

  // Read while the events are folded, which leaves one core half idle.
  void begin_checking_files() {
    files_ = std::async(parallel() ? std::launch::async : std::launch::deferred,
                        [this] { return core_.store().check_files(); });
  }

  Result<void> check_files() { return at("files", files_.get()); }

  const ledger::Core& core_;
  projection::Reader& reader_;
  const VerifyOptions& options_;
  bool moved_on_ = false;  // the key was rotated since this state
  std::vector<Vouched> vouched_;
  std::map<LogSize, Hash> roots_;
  RefoldedState state_;
  std::future<Result<void>> files_;
  std::set<Sequence> without_details_;
  std::set<Sequence> erased_;
  Hash digest_;
  bool stopped_ = false;
  std::optional<Fault> fault_;
  std::optional<domain::AccountKey> account_;  // that the fault is of
};

}  // namespace
}  // namespace audit

Result<VerifyReport> verify(const Ledger& ledger, const VerifyOptions& options) {
  const base::Stopwatch watch;
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(projection::Reader reader, core.reader());
  const projection::Head& head = reader.head();
  VerifyReport report;
  report.events = head.size.count;
  report.root = head.root;
  report.accounts = head.accounts;
  report.postings = head.postings;
  TALLY_TRY(audit::Verification(core, reader, options).run(report));
  report.seconds = watch.seconds();
  return report;
}

}  // namespace tally
