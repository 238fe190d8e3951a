#include "totals_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "table.h"
#include "text.h"

namespace tally::tool {
namespace {

constexpr const char* kNone = "–";

}  // namespace

// ---- CSV --------------------------------------------------------------------------------------

std::string csv_line(const AccountLine& line, YearStart year_start) {
  // Years, ids, stage names and decimals hold no comma and no quote: nothing needs quoting.
  std::string text = line.to_line(year_start);
  std::replace(text.begin(), text.end(), '\t', ',');
  return text + "\n";
}

// ---- Text -------------------------------------------------------------------------------------

namespace {

std::string shown(const std::optional<Decimal>& number) {
  return number ? number->to_display() : kNone;
}

Table table_of(const TotalsQuery& query, const std::string& currency) {
  std::vector<Column> columns = {{"measure"}};
  for (const Dimension dimension : query.by) {
    columns.push_back({std::string(dimension_name(dimension))});
  }
  columns.push_back({"unit"});
  for (const Stage stage : kStages) {
    columns.push_back({std::string(stage_name(stage)), Align::kRight});
  }
  columns.push_back({fmt::format("verified value ({})", harmless(currency)), Align::kRight});
  return Table(std::move(columns), 2);
}

std::vector<std::string> cells_of(const TotalsRow& row) {
  std::vector<std::string> cells = {row.measure};
  for (const std::optional<std::string>& dimension : row.dimensions) {
    cells.push_back(dimension.value_or(kNone));
  }
  cells.push_back(row.unit);
  for (const std::optional<Decimal>& quantity : row.quantities) cells.push_back(shown(quantity));
  cells.push_back(shown(row.values[static_cast<std::size_t>(Stage::kVerified)]));
  return cells;
}

}  // namespace

void print_totals(const Totals& totals, const TotalsQuery& query, const LedgerOpened& identity,
                  Console& console) {
  if (totals.rows.empty()) console.out.write("\nNothing that was asked for has been posted to.\n");
  for (auto row = totals.rows.begin(); row != totals.rows.end();) {
    const Year year = row->year;
    const std::string restated = row->restated ? ", restated since it was published" : "";
    console.out.write("\n" + console.style.bold(identity.year_start.year_text(year) + restated) +
                      "\n");
    Table table = table_of(query, identity.currency);
    for (; row != totals.rows.end() && row->year == year; ++row) table.add_row(cells_of(*row));
    table.print(console);
  }
  if (totals.roots.empty()) return;
  console.out.write("\n" + console.style.bold("Totals roots") + " (of the whole year)\n");
  Facts roots;
  for (const auto& [year, root] : totals.roots) {
    roots.add(identity.year_start.year_text(year), root.to_string());
  }
  roots.print(console);
}

}  // namespace tally::tool
