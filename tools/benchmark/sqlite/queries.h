#pragma once

// The questions that the ledger is asked, as SQL.

#include <cstdint>
#include <string>

#include "report.h"
#include "tally/result.h"

namespace tally::bench {

struct Query {
  std::string database;
  std::string questions;  // of figures and of a page: a file (questions.h)
  std::uint64_t repetitions = 1;
};

// All totals by the covering index; `cells` has each as `YEAR<TAB>MEASURE<TAB>STAGE<TAB>QUANTITY`,
// the year and the stage as numbers.
Result<void> measure_totals(const Query& query, Report& report);
// The same by going through the table, which is what recomputing them takes.
Result<void> measure_scan(const Query& query, Report& report);
// One figure after the other; `answers` has their quantities.
Result<void> measure_figures(const Query& query, Report& report);
// The first 50 rows behind the first question; `page` has each as `SEQUENCE<TAB>DELTA`.
Result<void> measure_page(const Query& query, Report& report);

}  // namespace tally::bench
