#pragma once

// What is read within a process that has the ledger open already, a time for each reading.

#include <cstdint>
#include <string>

#include "report.h"
#include "tally/ledger.h"
#include "tally/result.h"

namespace tally::bench {

struct Reading {
  std::string ledger;
  std::string questions;        // of figures: a file (questions.h)
  std::string reference;        // of a page: the figure
  std::uint64_t postings = 50;  // on a page
  std::uint64_t repetitions = 1;
};

// Opens the ledger for reading, again and again.
Result<void> measure_open(const Reading& reading, Report& report);
// All yearly totals; `cells` has each as `YEAR<TAB>MEASURE<TAB>STAGE<TAB>QUANTITY`.
Result<void> measure_totals(const Reading& reading, Report& report);
// One figure after the other; `answers` has their quantities.
Result<void> measure_figures(const Reading& reading, Report& report);
// The beginning of a trace; `page` has it as JSON, with so many postings.
Result<void> measure_page(const Reading& reading, Report& report);

}  // namespace tally::bench
