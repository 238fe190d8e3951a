#pragma once

// Single durable commits: a claim each, with every rule, record and posting.

#include <cstdint>
#include <string>

#include "report.h"
#include "tally/result.h"

namespace tally::bench {

struct Commits {
  std::string ledger;         // made by tally-workload
  std::uint64_t writers = 1;  // threads of one process, each with one claim at a time
  std::uint64_t span_ms = 1'000;
};

// `commits`, and the nanoseconds that they took.
Result<void> measure_commits(const Commits& commits, Report& report);

}  // namespace tally::bench
