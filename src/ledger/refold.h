#pragma once

// Folds a log anew from its events alone, holding each against the rules, as if it were submitted
// now: what `verify`, `replay`, `check-log` and
// `check-bundle` rest on.

#include <vector>

#include "domain/decide.h"
#include "ledger/frozen_year.h"
#include "projection/changes.h"
#include "tally/checkpoint.h"
#include "tally/entry.h"

namespace tally::ledger {

class Refold {
 public:
  Refold() = default;
  // On top of derived state that was folded before from the events before, which said so.
  Refold(const store::View& view, const projection::Head& head, LedgerOpened identity,
         std::vector<VerifierKey> keys)
      : changes_(view, head), identity_(std::move(identity)), keys_(std::move(keys)) {}

  // Takes the next event, references by sequence.  `damaged`, saying what it cannot follow: its
  // place, its time, an id that is taken, a rule that it breaks, a key that is not the one in
  // force.
  Result<void> add(Event& event);

  // The sequence that comes next.
  Sequence at() const { return Sequence{changes_.head().size.count}; }
  // What the first event said; not before it was added.
  const LedgerOpened& identity() const { return identity_; }
  domain::Settings settings() const { return {identity_.year_start, identity_.currency}; }
  // The keys that the log has had, the one in force last.
  const std::vector<VerifierKey>& keys() const { return keys_; }
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

  projection::Changes changes_;
  LedgerOpened identity_;
  std::vector<VerifierKey> keys_;
  std::vector<FrozenYear> published_;
};

}  // namespace tally::ledger
