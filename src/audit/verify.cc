#include "tally/verify.h"

#include <fmt/format.h>

#include <chrono>
#include <future>
#include <thread>

#include "audit/comparison.h"
#include "base/try.h"
#include "domain/decide.h"
#include "ledger/core.h"
#include "projection/changes.h"
#include "projection/tree.h"

namespace tally {
namespace audit {
namespace {

constexpr std::uint64_t kProgressEvery = 16'384;
constexpr std::size_t kBlocksAhead = 16;

// Folds the whole log anew, checking each event as it comes.
class Refold {
 public:
  Refold(const ledger::Core& core, const VerifyOptions& options)
      : core_(core), options_(options), tree_(merkle::Frontier()) {}

  // An error with `damaged` is a fault at `at()`.
  Result<void> run(LogSize size) {
    TALLY_ASSIGN(const auto blocks, core_.log().read(Sequence{0}));
    const bool ahead = options_.threads != 1 && std::thread::hardware_concurrency() > 1;
    auto prepare = [&] {
      return std::async(ahead ? std::launch::async : std::launch::deferred,
                        [&] { return prepare_blocks(*blocks); });
    };
    auto next = prepare();
    while (changes_.head().size < size) {
      std::vector<Prepared> events = next.get();
      if (events.empty()) return fault("the log ends before its head");
      next = prepare();
      for (Prepared& prepared : events) {
        TALLY_TRY(check_end(prepared, size));
        if (at().value == size.count) break;
        TALLY_TRY(fold_event(prepared));
        if (options_.progress && at().value % kProgressEvery == 0) {
          options_.progress(at().value, size.count);
        }
      }
    }
    for (const Prepared& behind : next.get()) TALLY_TRY(check_end(behind, size));
    changes_.head().root = tree_.frontier().root();
    return {};
  }

  Sequence at() const { return Sequence{changes_.head().size.count}; }
  projection::Changes& changes() { return changes_; }
  const projection::TreeChanges& tree() const { return tree_; }

 private:
  // An event and what can be told of it without those before it.
  struct Prepared {
    Event event;
    Hash leaf;
    Result<void> sound;
  };

  // Behind the last event there is nothing, or what was appended meanwhile.
  Result<void> check_end(const Prepared& prepared, LogSize size) const {
    if (at().value < size.count || prepared.sound.ok()) return {};
    return Error(prepared.sound.error());
  }

  static Error fault_at(Sequence sequence, std::string_view what) {
    return {ErrorCode::kDamaged, fmt::format("event {}: {}", sequence.value, what), {}, 0, {}};
  }

  // What cannot be read stands in the place of the event that it was met at, and ends the list.
  static std::vector<Prepared> prepare_blocks(store::BlockCursor& blocks) {
    std::vector<Prepared> events;
    for (std::size_t i = 0; i < kBlocksAhead; ++i) {
      auto block = blocks.next();
      if (block.ok() && !*block) break;
      const Result<void> read =
          block.ok() ? prepare_block(**block, events) : Result<void>(block.take_error());
      if (!read.ok()) {
        events.emplace_back().sound = Error(read.error());
        break;
      }
    }
    return events;
  }

  static Result<void> prepare_block(const store::LogBlock& block, std::vector<Prepared>& events) {
    TALLY_ASSIGN(const auto details, store::read_details(block.first, block.details));
    auto next_details = details.begin();
    store::BlockReader frames(block.first, block.events);
    for (;;) {
      TALLY_ASSIGN(const auto frame, frames.next());
      if (!frame) break;
      const store::StoredDetails* own = nullptr;
      if (next_details != details.end() && next_details->sequence == frame->sequence) {
        own = &(next_details++)->details;
      }
      Result<Event> event = ledger::decode_with_details(frame->sequence, frame->event, own);
      if (!event.ok()) return event.take_error();
      Result<void> sound = check_details(*event, own);
      events.push_back(
          {std::move(*event), merkle::leaf_hash_prefixed(frame->leaf), std::move(sound)});
    }
    if (next_details == details.end()) return {};
    return fault_at(next_details->sequence, "details of no event stand beside the log");
  }

  static Result<void> check_details(const Event& event, const store::StoredDetails* details) {
    if (details == nullptr) {
      if (!event.details_digest) return {};
      return fault_at(event.sequence, "its details are missing, and no event erased them");
    }
    if (!event.details_digest) {
      return fault_at(event.sequence, "it has details, and no digest of them");
    }
    if (merkle::sha256({details->salt, details->text}) != *event.details_digest) {
      return fault_at(event.sequence, "its details are not those that were recorded");
    }
    return {};
  }

  Error fault(std::string_view what) const { return fault_at(at(), what); }

  Result<void> fold_event(Prepared& prepared) {
    if (!prepared.sound.ok()) return Error(prepared.sound.error());
    Event& event = prepared.event;
    if (event.recorded_at < changes_.head().recorded_at && at().value > 0) {
      return fault("it was recorded before the event before it");
    }
    if (at().value == 0) {
      const auto* opened = std::get_if<LedgerOpened>(&event.entry.content);
      if (opened == nullptr || *opened != core_.identity()) {
        return fault("the log does not begin with the `ledger-opened` of this ledger");
      }
    } else {
      TALLY_ASSIGN(const auto taken, changes_.sequence_of(event.entry.id));
      if (taken) return fault(fmt::format("its id is that of event {}", taken->value));
      auto decided = domain::decide(changes_, core_.settings(), event.entry);
      if (!decided.ok()) {
        return fault(fmt::format("the rules refuse it ({}): {}", code_name(decided.error().code),
                                 decided.error().message));
      }
    }
    tree_.append(prepared.leaf);
    return changes_.apply(core_.settings(), event);
  }

  const ledger::Core& core_;
  const VerifyOptions& options_;
  projection::Changes changes_;
  projection::TreeChanges tree_;
};

Result<void> check_key_files(const ledger::Core& core) {
  TALLY_ASSIGN(const std::string vkey, core.directory().read_file("log.vkey"));
  if (vkey == core.identity().vkey + "\n") return {};
  return Error{ErrorCode::kDamaged,
               "log.vkey is not the key that the ledger was opened with; restore it from the log: "
               "`tally status` prints it",
               {},
               0,
               {}};
}

}  // namespace
}  // namespace audit

Result<VerifyReport> verify(const Ledger& ledger, const VerifyOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(const projection::Reader reader, core.reader());
  const projection::Head& head = reader.head();
  VerifyReport report;
  report.events = head.size.count;
  report.root = head.root;
  report.accounts = head.accounts;
  report.postings = head.postings;

  auto check = [&]() -> Result<void> {
    auto keys = audit::check_key_files(core);
    if (!keys.ok()) {
      report.fault = Fault{"key", std::nullopt, keys.error().message};
      return {};
    }
    audit::Refold refold(core, options);
    auto folded = refold.run(head.size);
    if (!folded.ok()) {
      if (folded.error().code == ErrorCode::kIo) return folded;
      report.fault = Fault{"log", refold.at(), folded.error().message};
      return {};
    }
    audit::Comparison comparison(reader);
    auto compared = [&]() -> Result<void> {
      TALLY_TRY(refold.tree().write(comparison));
      TALLY_TRY(refold.changes().write(comparison));
      return comparison.finish();
    }();
    if (!compared.ok()) {
      if (compared.error().code == ErrorCode::kIo) return compared;
      report.fault =
          comparison.fault().value_or(Fault{"store", std::nullopt, compared.error().message});
    }
    report.digest = comparison.digest();
    return {};
  };
  TALLY_TRY(check());
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace tally
