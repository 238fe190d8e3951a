#pragma once

// Replay: everything that is derived from the log (records, accounts, postings, the hash tree, all
// indexes) is built anew from the events alone, beside what is in force, and takes its place in one
// step once it has caught up (spec "Totals: Replay").  Reads and appends go on meanwhile, and come
// first: a replay of an open ledger takes what they leave of the processors, and more only where the
// log would otherwise outgrow it.
//
//   auto report = tally::replay(*ledger);
//   if (report.ok() && report->differences.empty()) …  // nothing was other than the events say
//
// Interrupted at any point, by a crash too, it leaves what is in force as it was; run again, it
// goes on from what it had built.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tally/hash.h"
#include "tally/ledger.h"
#include "tally/totals.h"

namespace tally {

// A balance that came out other than it was.  The account's own has all its dimensions; of one that
// is rolled up, those that it is the sum over are absent.
struct BalanceDifference {
  Year year;
  std::string measure;
  std::optional<std::string> programme;
  std::optional<std::string> organisation;
  std::optional<std::string> contract;  // empty text: of those without one
  Stage stage = Stage::kCommitted;
  Quantity was;
  Quantity is;
  // The events whose postings to it differ, the first of them; none where only the balance did.
  std::vector<Sequence> events;
  std::uint64_t events_count = 0;
};

struct ReplayReport {
  bool stopped = false;            // as `ReplayOptions::stop` asked: nothing has changed
  std::uint64_t events = 0;        // folded
  std::optional<std::string> why;  // derived state could not be used before: what was wrong
  std::vector<BalanceDifference> differences;
  Hash digest;  // over all records, accounts and postings; the same for the same log, anywhere
  double seconds = 0;
};

// Of a ledger that is open for writing.  Errors: `usage` where it is not; `damaged` where the log
// cannot be followed, or is not the one that its newest checkpoint vouches for; `no-space`; `io`.
// What was in force stays so then.  One replay of a ledger at a time.
Result<ReplayReport> replay(const Ledger& ledger, const ReplayOptions& options = {});

// Of one that is not open, also where its derived state is unusable.  Errors also: those of opening
// it.
Result<ReplayReport> replay(const std::filesystem::path& folder, const ReplayOptions& options = {});

}  // namespace tally
