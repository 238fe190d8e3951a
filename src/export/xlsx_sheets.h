#pragma once

// The sheets of a workbook, a function each, in the order in which they are written: formulas name
// the rows of sheets that were written before.

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "export/subject.h"
#include "export/workbook.h"

namespace tally::exports {

// Where the postings of a year and measure stand: rows that follow one another, in each sheet that
// they go through.
struct PostingRows {
  const Sheet* sheet = nullptr;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// What a sheet makes of the postings of a stage.
struct StageSum {
  std::uint64_t count = 0;
  double computed = 0;      // added up as a sheet does, from the first row to the last
  int digits = 0;           // the most that a delta has after its point
  bool all_numbers = true;  // false: a delta has too many digits for a sheet's number
};

struct PostingsOf {
  std::vector<PostingRows> rows;
  std::array<StageSum, kAccountStages> sums;
};
using PostingsIndex = std::map<std::pair<Year, std::string>, PostingsOf>;

// A measure as of the export's point, and its row.
struct MeasureRow {
  Measure measure;
  std::uint64_t row = 0;
};
using MeasureIndex = std::map<std::string, MeasureRow>;

// Where a total stands in "Totals", and what other cells may do with it.
struct TotalCell {
  std::uint64_t row = 0;  // 0: not asked for
  bool is_number = false;
  bool value_is_number = false;
};
// By the rows of the subject's totals.
using TotalCells = std::vector<std::array<TotalCell, kStages.size()>>;

// "Postings", "Postings 2", …: made here, behind all others.
Result<PostingsIndex> write_postings_sheets(Subject& subject, Workbook& workbook,
                                            const LogProgress& progress);
Result<MeasureIndex> write_measures_sheet(Subject& subject, Sheet& sheet);
TotalCells write_totals_sheet(const Subject& subject, const PostingsIndex& postings,
                              const MeasureIndex& measures, Sheet& sheet);
void write_summary_sheet(const Subject& subject, const MeasureIndex& measures,
                         const TotalCells& totals, Sheet& sheet);
// What was published up to the export's point, and what it moved by since.
Result<void> write_publications_sheets(Subject& subject, Sheet& publications, Sheet& restated);
void write_about_sheet(const Subject& subject, Sheet& sheet);

// A figure in a cell.
struct Formula {
  std::string text;
  double computed = 0;  // what a sheet finds
  int digits = 0;       // and keeps, after the point
};
// As a formula where the sheet finds the figure, to its last digit; else as a number; as an exact
// text where no number of a sheet holds it.  What a formula was meant for and could not have is
// marked.  It shows as many fraction digits as it has, and `digits` at least.  Says whether a
// number stands there.
bool write_figure(Sheet& sheet, std::uint16_t column, const std::optional<Decimal>& exact,
                  const std::optional<Formula>& formula = std::nullopt, int digits = 0);

void write_headings(Sheet& sheet, const std::vector<std::pair<std::string, CellStyle>>& headings);

}  // namespace tally::exports
