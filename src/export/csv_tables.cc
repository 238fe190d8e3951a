#include "export/csv_tables.h"

#include <algorithm>

#include "base/check.h"

namespace tally::exports {
namespace {

using enum ColumnType;

CsvTable totals() {
  return {"totals",
          "Yearly totals: a row a year, measure and stage",
          {{"year", kWord, true, "Reporting year"},
           {"measure", kWord, true, "The measure's id"},
           {"stage", kWord, true, "committed, claimed, verified, rejected, or pending"},
           {"quantity", kDecimal, false, "In the measure's unit; empty for a share of 0"},
           {"value", kDecimal, false, "Money, exact; empty where the measure has none"},
           {"unit", kText, true, "The measure's unit"},
           {"basis", kWord, true, "How the measure is worth money"},
           {"restated", kTruth, true, "Whether the year is not as it was last published"}},
          {"year", "measure", "stage"},
          {{"measure", "measures", "measure"}}};
}

CsvTable accounts() {
  return {"accounts",
          "The accounts behind the totals that are not at 0: the lines of the totals root",
          {{"year", kWord, true, "Reporting year"},
           {"measure", kWord, true, "The measure's id"},
           {"programme", kWord, true, "The programme's id"},
           {"organisation", kWord, true, "The organisation's id"},
           {"contract", kWord, false, "The contract's id; empty for none"},
           {"stage", kWord, true, "committed, claimed, verified or rejected"},
           {"quantity", kDecimal, true, "The account's balance"},
           {"proxy", kDecimal, false, "Money a unit; empty unless the basis is proxy"}},
          {},
          {{"measure", "measures", "measure"}}};
}

CsvTable postings() {
  return {"postings",
          "What each event changed in each account: every total is a sum of these",
          {{"year", kWord, true, "Reporting year of the account"},
           {"measure", kWord, true, "The measure's id"},
           {"programme", kWord, true, "The programme's id"},
           {"organisation", kWord, true, "The organisation's id"},
           {"contract", kWord, false, "The contract's id; empty for none"},
           {"stage", kWord, true, "committed, claimed, verified or rejected"},
           {"sequence", kSequence, true, "The event that posted"},
           {"delta", kDecimal, true, "What it added"},
           {"balance", kDecimal, true, "What the account held after it"}},
          {},
          {{"sequence", "events", "sequence"}, {"measure", "measures", "measure"}}};
}

CsvTable events() {
  return {"events",
          "Every event of the log, oldest first",
          {{"sequence", kSequence, true, "The event's place in the log"},
           {"recorded_at", kTime, true, "When the ledger took it, UTC"},
           {"type", kWord, true, "The entry's type"},
           {"entry", kWord, false, "The entry's id; empty for what the ledger wrote itself"},
           {"actor", kWord, false, "Who recorded it"},
           {"about", kWord, false,
            "What it corrects, verifies, claims against or supersedes: an id; "
            "what it erases: a sequence"},
           {"organisation", kWord, false, "The organisation's id"},
           {"programme", kWord, false, "The programme's id"},
           {"measure", kWord, false, "The measure's id"},
           {"contract", kWord, false, "The contract's id"},
           {"year", kWord, false, "Reporting year of a commitment to one, or of a publication"},
           {"quantity", kDecimal, false, "The quantity"},
           {"from", kDate, false, "First day"},
           {"to", kDate, false, "Last day"},
           {"outcome", kWord, false, "Of a verification; of a correction: replaced or withdrawn"},
           {"method", kText, false, "How it was verified"},
           {"title", kText, false, "Name or title"},
           {"reason", kText, false, "Why it was corrected or erased"},
           {"note", kText, false, "Free text; empty where it was erased"},
           {"evidence", kWord, false, "SHA-256 of each document, with spaces between"},
           {"details_erased", kTruth, true, "Whether its free text was erased"}},
          {"sequence"},
          {}};
}

CsvTable measures() {
  return {"measures",
          "The measures as they were defined at this point",
          {{"measure", kWord, true, "Its id"},
           {"title", kText, true, "Its title"},
           {"unit", kText, true, "What is counted"},
           {"basis", kWord, true, "count, proxy, in-kind, cash or ratio"},
           {"proxy", kDecimal, false, "Money a unit, of basis proxy"},
           {"proxy_source", kText, false, "Where that is from"},
           {"numerator", kWord, false, "Of a ratio"},
           {"denominator", kWord, false, "Of a ratio"},
           {"framework", kText, false, "Such as National TOMs"},
           {"edition", kText, false, "Of the framework"},
           {"state", kWord, true, "in-force or withdrawn"},
           {"defined_by", kSequence, true, "The event that said so last"}},
          {"measure"},
          {{"defined_by", "events", "sequence"}}};
}

}  // namespace

const std::vector<CsvTable>& csv_tables() {
  static const std::vector<CsvTable> kTables = {totals(), accounts(), postings(), events(),
                                                measures()};
  return kTables;
}

const CsvTable& csv_table(std::string_view name) {
  const auto found = std::find_if(csv_tables().begin(), csv_tables().end(),
                                  [&](const CsvTable& table) { return table.name == name; });
  TALLY_CHECK(found != csv_tables().end());
  return *found;
}

}  // namespace tally::exports
