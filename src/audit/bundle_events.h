#pragma once

// The events of a bundle as a small ledger of their own, in memory: each proven to stand in the
// log, and folded by the rules.

#include <memory>
#include <string>

#include "audit/versions.h"
#include "audit/zip_file.h"
#include "store/log_store.h"
#include "store/memory_store.h"
#include "tally/checkpoint.h"

namespace tally::audit::bundle {

// The numbers of the events and details that a bundle has parts of, each pair complete.  `refused`
// for a part that no bundle has.
struct Contents {
  std::vector<Sequence> events;   // ascending
  std::vector<Sequence> details;  // ascending

  static Result<Contents> list(const ZipFile& zip);
};

class FoldedEvents {
 public:
  // Proves them all, and folds all but the publication: that says what was told of the year, and
  // posts nothing.  `checkpoint` is that of the note `note`, with which each proof must
  // end.  `refused`, naming the part.
  static Result<FoldedEvents> fold(const ZipFile& zip, const Contents& contents,
                                   const Checkpoint& checkpoint, std::string_view note);

  const LedgerOpened& identity() const { return identity_; }
  // The publication, where there is one.  Its measures and what it supersedes are not looked up.
  const std::optional<Event>& publication() const { return publication_; }
  // Reads it as of its last event, which stands for the point that the checkpoint is of.
  Result<std::unique_ptr<Reading>> reading() const;

 private:
  LedgerOpened identity_;
  std::optional<Event> publication_;
  ledger::Numbering numbers_;
  std::unique_ptr<store::MemoryStore> store_;
  std::unique_ptr<store::LogStore> log_;
};

}  // namespace tally::audit::bundle
