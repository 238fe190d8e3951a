#include "tally/verify.h"

#include <fmt/format.h>

#include <chrono>

#include "audit/comparison.h"
#include "base/try.h"
#include "codec/details.h"
#include "domain/decide.h"
#include "ledger/core.h"
#include "projection/changes.h"
#include "projection/tree.h"

namespace tally {
namespace audit {
namespace {

constexpr std::uint64_t kProgressEvery = 16'384;

// Folds the whole log anew, checking each event as it comes.
class Refold {
 public:
  Refold(const ledger::Core& core, const VerifyOptions& options)
      : core_(core), options_(options), tree_(merkle::Frontier()) {}

  // An error with `damaged` is a fault at `at()`.
  Result<void> run(LogSize size) {
    size_ = size;
    TALLY_ASSIGN(const auto blocks, core_.log().read(Sequence{0}));
    while (changes_.head().size < size_) {
      TALLY_ASSIGN(const auto block, blocks->next());
      if (!block) return fault("the log ends before its head");
      TALLY_TRY(fold_block(*block));
    }
    changes_.head().root = tree_.frontier().root();
    return {};
  }

  Sequence at() const { return Sequence{changes_.head().size.count}; }
  projection::Changes& changes() { return changes_; }
  const projection::TreeChanges& tree() const { return tree_; }

 private:
  Error fault(std::string_view what) const {
    return {ErrorCode::kDamaged, fmt::format("event {}: {}", at().value, what), {}, 0, {}};
  }

  Result<void> fold_block(const store::LogBlock& block) {
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
      TALLY_TRY(fold_event(*frame, own));
      if (options_.progress && at().value % kProgressEvery == 0) {
        options_.progress(at().value, size_.count);
      }
    }
    if (next_details != details.end()) return fault("details of no event stand beside the log");
    return {};
  }

  Result<void> fold_event(const store::BlockReader::Frame& frame,
                          const store::StoredDetails* details) {
    TALLY_ASSIGN(Event event, ledger::decode_with_details(frame.sequence, frame.event, details));
    TALLY_TRY(check_details(event, details));
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
    tree_.append(merkle::leaf_hash_prefixed(frame.leaf));
    return changes_.apply(core_.settings(), event);
  }

  Result<void> check_details(const Event& event, const store::StoredDetails* details) const {
    if (details == nullptr) {
      if (!event.details_digest) return {};
      return fault("its details are missing, and no event erased them");
    }
    if (!event.details_digest) return fault("it has details, and no digest of them");
    if (merkle::sha256({details->salt, details->text}) != *event.details_digest) {
      return fault("its details are not those that were recorded");
    }
    return {};
  }

  const ledger::Core& core_;
  const VerifyOptions& options_;
  LogSize size_;
  projection::Changes changes_;
  projection::TreeChanges tree_;
};

Result<void> check_key_files(const ledger::Core& core) {
  TALLY_ASSIGN(const std::string vkey, core.directory().read_file("log.vkey"));
  if (vkey == core.identity().vkey + "\n") return {};
  return Error{ErrorCode::kDamaged,
               "log.vkey is not the key that the ledger was opened with; restore it from the log: "
               "`tally status` prints it", {}, 0, {}};
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
      report.fault = comparison.fault().value_or(
          Fault{"store", std::nullopt, compared.error().message});
    }
    report.digest = comparison.digest();
    return {};
  };
  TALLY_TRY(check());
  report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace tally
