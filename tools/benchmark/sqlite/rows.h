#pragma once

// The table that the rows of the benchmark go into, and the ways in: many rows a transaction, or
// one.

#include <cstdint>
#include <string>

#include "report.h"
#include "tally/result.h"

namespace tally::bench {

struct Loading {
  std::string database;
  std::string rows;   // tab-separated, in the columns of the table
  std::string texts;  // JSON Lines to keep beside them; none where empty
};

// A thousand rows a transaction, into a new database with both of its indexes.
Result<void> measure_load(const Loading& loading, Report& report);

struct SingleRows {
  std::string database;
  std::uint64_t span_ms = 1'000;
};

// One row a transaction.
Result<void> measure_commits(const SingleRows& rows, Report& report);

}  // namespace tally::bench
