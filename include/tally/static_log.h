#pragma once

// A log as static files (c2sp.org/tlog-tiles), which any web server can serve and public tools can
// read:
//
//   PATH/checkpoint                     the signed head
//   PATH/tile/<L>/<N>[.p/<W>]           the hash tree, 256 hashes a tile
//   PATH/tile/entries/<N>[.p/<W>]       the events: each behind its length, two bytes, big-endian
//
// It holds every event's bytes and none of the details that can be erased.  Whoever has it and the
// log's key can check the whole log, and fold it into the yearly totals, without the ledger.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tally/checkpoint.h"
#include "tally/ledger.h"
#include "tally/totals.h"

namespace tally {

// Called now and then with the events that are done, and how many there are.
using LogProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

struct StaticLogWritten {
  LogSize size;
  Hash root;
  std::uint64_t files = 0;  // that were written
};

// Writes the log of now.  `path` is new, empty, or an earlier export of the same log, which is
// brought up to date: the checkpoint last, so that whoever reads meanwhile sees the old log or the
// new one.  Errors: `usage` where something else is there; those of `checkpoint`; `no-space`; `io`.
Result<StaticLogWritten> write_static_log(const Ledger& ledger, const std::filesystem::path& path,
                                          const LogProgress& progress = {});

// What a whole log says, recomputed from its events.
struct StaticLogReport {
  Checkpoint checkpoint;
  LedgerOpened identity;
  std::uint64_t postings = 0;
  std::uint64_t publications = 0;  // each with the totals root that the events give
  Totals totals;                   // of all years, each with its root
  std::vector<AccountLine> lines;  // the accounts behind them
};

// Checks the signature, every tile and every event's hash, folds every event by the rules of the
// ledger, and gives the totals: nothing can have been left out.  Needs no ledger, and trusts
// nothing in what it reads.  Errors: `refused`, naming the first wrong thing; `io`.
Result<StaticLogReport> check_static_log(const std::filesystem::path& path, const VerifierKey& key,
                                         const LogProgress& progress = {});

}  // namespace tally
