// The sheets "Totals", whose quantities are sums over "Postings", and "Summary", which shows them
// by year.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "export/about.h"
#include "export/sheet_number.h"
#include "export/xlsx_sheets.h"

namespace tally::exports {
namespace {

using enum CellStyle;

constexpr std::uint64_t kFirstRow = 2;  // of "Totals", below its heading
constexpr int kRatioDigits = 4;

constexpr std::size_t index_of(Stage stage) { return static_cast<std::size_t>(stage); }

std::string rounded(const std::string& formula, int digits) {
  return fmt::format("ROUND({},{})", formula, digits);
}

class TotalsSheet {
 public:
  TotalsSheet(const Subject& subject, const PostingsIndex& postings, const MeasureIndex& measures,
              Sheet& sheet)
      : subject_(subject),
        postings_(postings),
        measures_(measures),
        sheet_(sheet),
        cells_(subject.totals.rows.size()) {
    std::uint64_t row = kFirstRow;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const TotalsRow& total = subject.totals.rows[i];
      places_[{total.year, total.measure}] = i;
      for (const Stage stage : kStages) {
        if (subject.wants(stage)) cells_[i][index_of(stage)].row = row++;
      }
    }
  }

  TotalCells write() {
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      for (const Stage stage : kStages) {
        if (subject_.wants(stage)) write_row(i, stage);
      }
    }
    return std::move(cells_);
  }

 private:
  void write_row(std::size_t i, Stage stage) {
    const TotalsRow& total = subject_.totals.rows[i];
    TotalCell& cell = cells_[i][index_of(stage)];
    sheet_.text(0, subject_.year_start().year_text(total.year));
    sheet_.text(1, total.measure);
    sheet_.text(2, stage_name(stage));
    cell.is_number =
        write_figure(sheet_, 3, total.quantities[index_of(stage)], quantity_formula(i, stage));
    if (total.has_value) {
      cell.value_is_number =
          write_figure(sheet_, 4, total.values[index_of(stage)], value_formula(total, cell, stage));
    } else {
      sheet_.text(4, "–", kRight);
    }
    sheet_.text(5, total.unit);
    sheet_.text(6, basis_name(total.basis));
    if (total.restated) sheet_.text(7, "restated", kWarning);
    sheet_.text(8, rows_text(total));
    sheet_.end_row();
  }

  std::optional<Formula> quantity_formula(std::size_t i, Stage stage) const {
    const TotalsRow& total = subject_.totals.rows[i];
    if (total.basis == Basis::kRatio) return ratio_formula(total, stage);
    if (stage == Stage::kPending) return pending_formula(i);
    const auto found = postings_.find({total.year, total.measure});
    if (found == postings_.end()) return std::nullopt;
    const StageSum& sum = found->second.sums[index_of(stage)];
    if (!sum.all_numbers) return Formula{};
    const std::uint64_t row = cells_[i][index_of(stage)].row;
    std::string text;
    for (const PostingRows& rows : found->second.rows) {
      const std::string sheet = rows.sheet->quoted_name();
      text += fmt::format("{0}SUMIFS({1}!$I${2}:$I${3},{1}!$F${2}:$F${3},C{4})",
                          text.empty() ? "" : "+", sheet, rows.first, rows.last, row);
    }
    // A sum of whole numbers is exact; of others, rounding takes away what the sheet's numbers add.
    if (sum.digits > 0) text = rounded(text, sum.digits);
    return Formula{std::move(text), sum.computed, sum.digits};
  }

  // Claimed − verified − rejected, which stand in the rows above.
  std::optional<Formula> pending_formula(std::size_t i) const {
    const auto& cells = cells_[i];
    const TotalsRow& total = subject_.totals.rows[i];
    double computed = 0;
    int digits = 0;
    for (const Stage stage : {Stage::kClaimed, Stage::kVerified, Stage::kRejected}) {
      if (cells[index_of(stage)].row == 0) return std::nullopt;
      if (!cells[index_of(stage)].is_number) return Formula{};
      const Decimal part = *total.quantities[index_of(stage)];
      computed += (stage == Stage::kClaimed ? 1 : -1) * *sheet_number(part);
      digits = std::max(digits, fraction_digits(part));
    }
    std::string text =
        fmt::format("D{}-D{}-D{}", cells[index_of(Stage::kClaimed)].row,
                    cells[index_of(Stage::kVerified)].row, cells[index_of(Stage::kRejected)].row);
    if (digits > 0) text = rounded(text, digits);
    return Formula{std::move(text), computed, digits};
  }

  std::optional<Formula> ratio_formula(const TotalsRow& total, Stage stage) const {
    const auto measure = measures_.find(total.measure);
    if (measure == measures_.end()) return std::nullopt;
    const auto over = places_.find({total.year, measure->second.measure.numerator.id});
    const auto under = places_.find({total.year, measure->second.measure.denominator.id});
    if (over == places_.end() || under == places_.end()) return std::nullopt;
    const auto numerator = number_of(over->second, stage);
    const auto denominator = number_of(under->second, stage);
    if (!numerator || !denominator) return Formula{};
    if (*denominator == 0) return std::nullopt;
    return Formula{rounded(fmt::format("100*D{}/D{}", cells_[over->second][index_of(stage)].row,
                                       cells_[under->second][index_of(stage)].row),
                           kRatioDigits),
                   round_half_away(100 * *numerator / *denominator), kRatioDigits};
  }

  // Known from the figure: a ratio may stand above what it is of.
  std::optional<double> number_of(std::size_t i, Stage stage) const {
    const auto& quantity = subject_.totals.rows[i].quantities[index_of(stage)];
    return quantity ? sheet_number(*quantity) : std::nullopt;
  }

  // As sheets do it: on 15 digits, so that a half is one.
  static double round_half_away(double number) {
    const double shifted = std::strtod(fmt::format("{:.15g}", number * 10'000).c_str(), nullptr);
    return std::round(shifted) / 10'000;
  }

  std::optional<Formula> value_formula(const TotalsRow& total, const TotalCell& cell,
                                       Stage stage) const {
    if (!cell.is_number) return Formula{};
    const Decimal quantity = *total.quantities[index_of(stage)];
    const double number = *sheet_number(quantity);
    if (total.basis != Basis::kProxy) {
      return Formula{fmt::format("D{}", cell.row), number, fraction_digits(quantity)};
    }
    const auto measure = measures_.find(total.measure);
    if (measure == measures_.end()) return std::nullopt;
    const Decimal proxy = measure->second.measure.proxy;
    const auto price = sheet_number(proxy);
    if (!price) return Formula{};
    const int digits = fraction_digits(quantity) + fraction_digits(proxy);
    std::string text = fmt::format("D{}*Measures!$E${}", cell.row, measure->second.row);
    if (digits > 0) text = rounded(text, digits);
    return Formula{std::move(text), number * *price, digits};
  }

  // Where a person finds the postings behind a total.
  std::string rows_text(const TotalsRow& total) const {
    std::string text;
    const auto found = postings_.find({total.year, total.measure});
    if (found == postings_.end()) return text;
    for (const PostingRows& rows : found->second.rows) {
      text += fmt::format("{}{} {}–{}", text.empty() ? "" : ", ", rows.sheet->name(), rows.first,
                          rows.last);
    }
    return text;
  }

  const Subject& subject_;
  const PostingsIndex& postings_;
  const MeasureIndex& measures_;
  Sheet& sheet_;
  TotalCells cells_;
  std::map<std::pair<Year, std::string>, std::size_t> places_;
};

// The most that any of these has after its point: a row shows them all alike.
int digits_of(const StageNumbers& numbers) {
  int digits = 0;
  for (const auto& number : numbers) {
    if (number) digits = std::max(digits, fraction_digits(*number));
  }
  return digits;
}

// A cell that repeats one of "Totals".
void repeat(Sheet& sheet, std::uint16_t column, const std::optional<Decimal>& exact, char from,
            std::uint64_t row, bool is_number, int digits) {
  if (row == 0) return;
  std::optional<Formula> formula;
  if (is_number) {
    formula = Formula{fmt::format("Totals!{}{}", from, row), *sheet_number(*exact),
                      fraction_digits(*exact)};
  }
  write_figure(sheet, column, exact, formula, digits);
}

}  // namespace

TotalCells write_totals_sheet(const Subject& subject, const PostingsIndex& postings,
                              const MeasureIndex& measures, Sheet& sheet) {
  sheet.set_widths({10, 24, 12, 20, 22, 16, 10, 11, 26});
  write_headings(sheet, {{"Year", kHeading},
                         {"Measure", kHeading},
                         {"Stage", kHeading},
                         {"Quantity", kHeadingRight},
                         {"Value (" + subject.identity().currency + ")", kHeadingRight},
                         {"Unit", kHeading},
                         {"Basis", kHeading},
                         {"Restated", kHeading},
                         {"Rows behind it", kHeading}});
  sheet.freeze(2);
  TotalCells cells = TotalsSheet(subject, postings, measures, sheet).write();
  sheet.filter(1, 9);
  sheet.protect();
  return cells;
}

void write_summary_sheet(const Subject& subject, const MeasureIndex& measures,
                         const TotalCells& totals, Sheet& sheet) {
  sheet.set_widths({10, 24, 56, 14, 16, 16, 16, 16, 16, 22, 11});
  sheet.text(0, subject.identity().name, kTitle);
  sheet.end_row();
  sheet.text(0,
             fmt::format("Social value as of event {}, recorded {} UTC{}", subject.as_of.value,
                         time_text(subject.recorded_at),
                         is_filtered(subject) ? "; a part only: see the query in About" : ""),
             kNote);
  sheet.end_row();
  sheet.end_row();
  const std::uint64_t heading = sheet.row();
  write_headings(sheet, {{"Year", kHeading},
                         {"Measure", kHeading},
                         {"Title", kHeading},
                         {"Unit", kHeading},
                         {"Committed", kHeadingRight},
                         {"Claimed", kHeadingRight},
                         {"Verified", kHeadingRight},
                         {"Rejected", kHeadingRight},
                         {"Pending", kHeadingRight},
                         {"Verified value (" + subject.identity().currency + ")", kHeadingRight},
                         {"Restated", kHeading}});
  sheet.freeze(2);
  for (std::size_t i = 0; i < totals.size(); ++i) {
    const TotalsRow& total = subject.totals.rows[i];
    const auto measure = measures.find(total.measure);
    sheet.text(0, subject.year_start().year_text(total.year));
    sheet.text(1, total.measure);
    if (measure != measures.end()) sheet.text(2, measure->second.measure.title, kWrapped);
    sheet.text(3, total.unit);
    for (const Stage stage : kStages) {
      const TotalCell& cell = totals[i][index_of(stage)];
      repeat(sheet, static_cast<std::uint16_t>(4 + index_of(stage)),
             total.quantities[index_of(stage)], 'D', cell.row, cell.is_number,
             digits_of(total.quantities));
    }
    const TotalCell& verified = totals[i][index_of(Stage::kVerified)];
    repeat(sheet, 9, total.values[index_of(Stage::kVerified)], 'E', verified.row,
           verified.value_is_number, 0);
    if (total.restated) sheet.text(10, "restated", kWarning);
    sheet.end_row();
  }
  sheet.filter(heading, 11);
  sheet.protect();
}

}  // namespace tally::exports
