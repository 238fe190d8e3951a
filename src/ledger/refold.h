#pragma once

// Folds a log anew from its events alone, holding each against the rules, as if it were submitted
// now: what `verify`, `replay`, `check-log` and `check-bundle` rest on.

#include <future>
#include <vector>

#include "domain/decide.h"
#include "ledger/frozen_year.h"
#include "projection/changes.h"
#include "tally/checkpoint.h"
#include "tally/entry.h"

namespace tally::ledger {

class Refold {
 public:
  // When what events post is added to the accounts: with each event; or with many at a time, which
  // is quicker, while later events are taken or before they are.
  enum class Posting { kAtOnce, kBeside, kBefore };
  // How many events ahead `expect` is best told.
  static constexpr std::size_t kAhead = 8;

  explicit Refold(Posting posting = Posting::kAtOnce) : posting_(posting) {}
  // On top of derived state that was folded before from the events before, which said so.
  Refold(Posting posting, const store::View& view, const projection::Head& head,
         LedgerOpened identity, std::vector<VerifierKey> keys)
      : posting_(posting),
        changes_(view, head),
        identity_(std::move(identity)),
        keys_(std::move(keys)) {}

  // Takes the next event, references by sequence.  `damaged`, saying what it cannot follow: its
  // place, its time, an id that is taken, a rule that it breaks, a key that is not the one in
  // force, a total that would leave its range.
  Result<void> add(Event& event);
  // Has the processor fetch what adding this event will read, a few events later.
  void expect(Event& event) { changes_.records().expect(event); }
  // Adds to the accounts what is left to be.  Errors as `add` has them.
  Result<void> finish();
  // The event that an error was of: the one that was added, unless posting went on later.
  Sequence refused() const { return refused_.value_or(at()); }

  // Once finished and written: goes on on top of a view that holds it.
  void go_on(const store::View& view) { changes_.go_on(view); }

  // The sequence that comes next.
  Sequence at() const { return Sequence{changes_.head().size.count}; }
  // What the first event said; not before it was added.
  const LedgerOpened& identity() const { return identity_; }
  domain::Settings settings() const { return {identity_.year_start, identity_.currency}; }
  // The keys that the log has had, the one in force last.
  const std::vector<VerifierKey>& keys() const { return keys_; }
  // To be written only once it is finished.
  projection::Changes& changes() { return changes_; }
  // The years that the events added here published, oldest publication first.
  const std::vector<FrozenYear>& published() const { return published_; }

 private:
  static Error fault(std::string_view what);
  Result<void> open(const Event& event);
  Result<void> rotate(const KeyRotated& rotated);
  Result<void> restore(const LedgerRestored& restored) const;
  Result<void> take_key(const std::string& vkey);
  Result<void> submit(Event& event);
  Result<void> hand_over();
  Result<void> settle();

  Posting posting_;
  projection::Changes changes_;
  LedgerOpened identity_;
  std::vector<VerifierKey> keys_;
  std::vector<FrozenYear> published_;
  std::vector<projection::PostedLine> lines_;   // that are still to be posted
  std::vector<projection::PostedLine> handed_;  // that are being posted
  std::optional<Sequence> refused_;
  std::future<Result<void>> posted_;
};

}  // namespace tally::ledger
