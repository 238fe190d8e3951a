#pragma once

// Postings as `trace` and `show` print them for people.

#include <cstdint>
#include <string>
#include <vector>

#include "table.h"
#include "tally/trace.h"

namespace tally::tool {

// What is the same for all postings of a table needs no column.
enum class PostingColumns : std::uint8_t {
  kFigure,   // of one year, measure and stage
  kPending,  // of one year and measure
  kEntry,    // of any accounts; the balance is the account's
};

// `+3`, `-3`
std::string signed_text(Quantity quantity);

// Lines under the row of a posting: what stands behind it.
void add_posting_notes(Table& table, const TracePosting& posting);

// The postings as a table; under each what stands behind it: the rest of its account, who recorded
// it, claim, verification, evidence, corrections.
Table postings_table(const std::vector<TracePosting>& postings, YearStart year_start,
                     PostingColumns columns);

}  // namespace tally::tool
