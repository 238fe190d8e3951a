#pragma once

// Checks a ledger against its own events: every leaf and tile of the hash tree, every record, every
// balance and every posting, recomputed from the log and compared with what is stored; every
// checkpoint that the ledger keeps, and one that an auditor brings; and every byte of the store's
// files.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tally/hash.h"
#include "tally/ledger.h"

namespace tally {

struct VerifyOptions {
  // With more than one, events are read, decoded and hashed ahead of those that are folded in.  The
  // report is the same for any number; 0 is as many as the machine has cores.
  unsigned threads = 0;
  // About how much memory it may take, 500 MB at least; 0 is half of the machine's.  Where that is
  // too little for a log (an event takes some 600 bytes), what its events give is kept in the
  // temporary folder, TMPDIR, and compared from there, which takes longer, and as much room as the
  // ledger has beside its log.  The report is the same.
  std::uint64_t memory_bytes = 0;
  // A checkpoint that this log issued at some time: today's log must extend it.
  std::optional<std::string> against;
  // Called now and then with the events checked so far, and how many there are.
  std::function<void(std::uint64_t checked, std::uint64_t all)> progress;
  // Asked as often; where it says true the check ends, and the report says that it was stopped.
  std::function<bool()> stop;
};

// The first thing that is wrong.
struct Fault {
  std::string where;  // "log", "tree", "checkpoint", "records", "accounts", "postings", "ids", …
  std::optional<Sequence> sequence;
  std::string message;
  std::vector<std::string> totals;  // that it touches: `2022-23:jobs:verified`, as far as is known
  std::string advice;               // what to do
};

struct VerifyReport {
  std::uint64_t events = 0;
  Hash root;
  std::uint64_t accounts = 0;
  std::uint64_t postings = 0;
  std::uint64_t publications = 0;
  std::uint64_t checkpoints = 0;  // that the log was held against
  Hash digest;  // over all records, accounts and postings; the same for the same log, anywhere
  double seconds = 0;
  std::optional<Fault> fault;
  bool stopped = false;  // as `VerifyOptions::stop` asked: nothing is known of what was not reached

  bool ok() const { return !fault && !stopped; }
};

// A report, whether the ledger is sound or not; an error only where it could not be read at all.
Result<VerifyReport> verify(const Ledger& ledger, const VerifyOptions& options = {});

}  // namespace tally
