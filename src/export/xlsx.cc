// A workbook for people: the totals by year, every sum a formula over the postings behind it, what
// was published and whether it stands, and how to check all that.

#include <algorithm>

#include "base/try.h"
#include "export/formats.h"
#include "export/sheet_number.h"
#include "export/xlsx_sheets.h"

namespace tally::exports {

bool write_figure(Sheet& sheet, std::uint16_t column, const std::optional<Decimal>& exact,
                  const std::optional<Formula>& formula, int digits) {
  if (!exact) {
    sheet.text(column, "–", CellStyle::kRight);
    return false;
  }
  const std::optional<double> number = sheet_number(*exact);
  if (!number) {
    sheet.text(column, exact->to_string(), CellStyle::kExact);
    return false;
  }
  digits = std::max(digits, fraction_digits(*exact));
  if (formula && !formula->text.empty() && rounds_to(formula->computed, formula->digits, *exact)) {
    sheet.formula(column, formula->text, *number, digits);
  } else {
    sheet.number(column, *number, digits, formula.has_value());
  }
  return true;
}

void write_headings(Sheet& sheet, const std::vector<std::pair<std::string, CellStyle>>& headings) {
  std::uint16_t column = 0;
  for (const auto& [text, style] : headings) sheet.text(column++, text, style);
  sheet.end_row();
}

Result<void> write_xlsx(Subject& subject, Staging& staging, const LogProgress& progress) {
  const std::string name = "workbook.xlsx";
  const std::filesystem::path path = staging.path_of(name);
  Workbook workbook(
      path, path.parent_path(),
      subject.identity().name + ": social value as of event " + std::to_string(subject.as_of.value),
      subject.recorded_at);
  Sheet& summary = workbook.add_sheet("Summary");
  Sheet& totals = workbook.add_sheet("Totals");
  Sheet& publications = workbook.add_sheet("Publications");
  Sheet& restated = workbook.add_sheet("Restated");
  Sheet& measures = workbook.add_sheet("Measures");
  Sheet& about = workbook.add_sheet("About");
  TALLY_ASSIGN(const PostingsIndex postings, write_postings_sheets(subject, workbook, progress));
  TALLY_ASSIGN(const MeasureIndex defined, write_measures_sheet(subject, measures));
  const TotalCells cells = write_totals_sheet(subject, postings, defined, totals);
  write_summary_sheet(subject, defined, cells, summary);
  TALLY_TRY(write_publications_sheets(subject, publications, restated));
  write_about_sheet(subject, about);
  TALLY_TRY(workbook.finish());
  std::uint64_t rows = 0;
  for (const auto& [key, of] : postings) {
    for (const StageSum& sum : of.sums) rows += sum.count;
  }
  return staging.adopt(name, rows);
}

}  // namespace tally::exports
