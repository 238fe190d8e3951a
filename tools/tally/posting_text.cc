#include "posting_text.h"

#include <fmt/format.h>

#include <utility>

#include "entry_text.h"
#include "text.h"

namespace tally::tool {

std::string signed_text(Quantity quantity) {
  const std::string text = quantity_text(quantity);
  return quantity.is_negative() ? text : "+" + text;
}

void add_posting_notes(Table& table, const TracePosting& posting) {
  std::string account = fmt::format("{}, {}", posting.programme, posting.organisation);
  if (!posting.contract.empty()) account += fmt::format(", {}", posting.contract);
  table.add_note(fmt::format("for {}; recorded by {}", account, posting.actor));
  if (!posting.claim.empty() && posting.claim != posting.entry) {
    table.add_note("claim: " + posting.claim);
  }
  if (!posting.verification.empty() && posting.verification != posting.entry) {
    table.add_note("verification: " + posting.verification);
  }
  for (const Evidence& evidence : posting.evidence) {
    table.add_note("evidence: " + evidence_text(evidence));
  }
  for (const CorrectionNote& correction : posting.corrections) {
    if (correction.entry == posting.entry) {
      table.add_note("because: " + correction.reason);
      continue;
    }
    table.add_note(fmt::format("corrected by {} (event {}, {}): {}", correction.entry,
                               with_thousands(correction.sequence.value), correction.actor,
                               correction.reason));
  }
}

Table postings_table(const std::vector<TracePosting>& postings, YearStart year_start,
                     PostingColumns columns) {
  const bool with_stage = columns != PostingColumns::kFigure;
  const bool with_account = columns == PostingColumns::kEntry;
  std::vector<Column> titles = {{"event", Align::kRight}, {"recorded (UTC)"}, {"type"}, {"entry"}};
  if (with_account) titles.insert(titles.end(), {{"year"}, {"measure"}});
  if (with_stage) titles.push_back({"stage"});
  titles.push_back({"delta", Align::kRight});
  titles.push_back({with_account ? "account balance" : "balance", Align::kRight});

  Table table(std::move(titles), 2);
  for (const TracePosting& posting : postings) {
    std::vector<std::string> cells = {with_thousands(posting.sequence.value),
                                      time_text(posting.recorded_at),
                                      std::string(type_name(posting.type)), posting.entry};
    if (with_account) {
      cells.push_back(year_start.year_text(posting.year));
      cells.push_back(posting.measure);
    }
    if (with_stage) cells.emplace_back(stage_name(posting.stage));
    cells.push_back(signed_text(posting.delta));
    cells.push_back(quantity_text(posting.balance));
    table.add_row(std::move(cells));
    add_posting_notes(table, posting);
  }
  return table;
}

}  // namespace tally::tool
