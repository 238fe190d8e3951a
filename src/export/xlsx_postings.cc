// The sheets "Postings" and "Measures": what the formulas of the others are over.

#include <fmt/format.h>

#include "audit/defined_measures.h"
#include "base/try.h"
#include "export/sheet_number.h"
#include "export/xlsx_sheets.h"

namespace tally::exports {
namespace {

using enum CellStyle;

constexpr std::uint16_t kColumns = 10;
constexpr std::uint64_t kProgressEvery = 16'384;

class PostingsSheets {
 public:
  explicit PostingsSheets(Workbook& workbook) : workbook_(workbook) { begin(); }

  void add(const Subject::AccountTexts& account, const Subject::Posting& posting,
           std::string_view entry) {
    if (sheet_->row() > Sheet::kRowLimit) {
      finish();
      begin();
    }
    sheet_->text(0, account.year, kPlain);
    sheet_->text(1, account.measure, kPlain);
    sheet_->text(2, account.programme, kPlain);
    sheet_->text(3, account.organisation, kPlain);
    sheet_->text(4, account.contract, kPlain);
    sheet_->text(5, account.stage, kPlain);
    sheet_->plain(6, posting.sequence.value);
    sheet_->text(7, entry, kPlain);
    write_figure(*sheet_, 8, posting.delta);
    write_figure(*sheet_, 9, posting.balance);
    enter(index_[{posting.account.year, account.measure}], posting);
    sheet_->end_row();
  }

  void finish() {
    sheet_->filter(1, kColumns);
    sheet_->protect();
  }

  PostingsIndex& index() { return index_; }

 private:
  void begin() {
    ++count_;
    sheet_ = &workbook_.add_sheet(count_ == 1 ? "Postings" : fmt::format("Postings {}", count_));
    sheet_->set_widths({10, 22, 22, 26, 20, 11, 10, 24, 18, 20});
    write_headings(*sheet_, {{"Year", kHeading},
                             {"Measure", kHeading},
                             {"Programme", kHeading},
                             {"Organisation", kHeading},
                             {"Contract", kHeading},
                             {"Stage", kHeading},
                             {"Event", kHeadingRight},
                             {"Entry", kHeading},
                             {"Delta", kHeadingRight},
                             {"Balance", kHeadingRight}});
    sheet_->freeze(0);
  }

  // Of the row that is written now.
  void enter(PostingsOf& of, const Subject::Posting& posting) const {
    if (of.rows.empty() || of.rows.back().sheet != sheet_) {
      of.rows.push_back({sheet_, sheet_->row(), sheet_->row()});
    }
    of.rows.back().last = sheet_->row();
    StageSum& sum = of.sums[static_cast<std::size_t>(posting.account.stage)];
    const std::optional<double> delta = sheet_number(posting.delta);
    ++sum.count;
    sum.computed += delta.value_or(0);
    sum.digits = std::max(sum.digits, fraction_digits(posting.delta));
    sum.all_numbers = sum.all_numbers && delta;
  }

  Workbook& workbook_;
  Sheet* sheet_ = nullptr;
  int count_ = 0;
  PostingsIndex index_;
};

}  // namespace

Result<PostingsIndex> write_postings_sheets(Subject& subject, Workbook& workbook,
                                            const LogProgress& progress) {
  PostingsSheets sheets(workbook);
  std::optional<domain::AccountKey> account;
  Subject::AccountTexts texts;
  std::uint64_t done = 0;
  TALLY_TRY(subject.for_each_posting([&](const Subject::Posting& posting) -> Result<void> {
    if (account != posting.account) {
      account = posting.account;
      TALLY_ASSIGN(texts, subject.texts_of(posting.account));
    }
    TALLY_ASSIGN(const std::string entry, subject.reading.reader.id_of(posting.sequence));
    sheets.add(texts, posting, entry);
    if (++done % kProgressEvery == 0 && progress) progress(done, done);
    return {};
  }));
  sheets.finish();
  return std::move(sheets.index());
}

Result<MeasureIndex> write_measures_sheet(Subject& subject, Sheet& sheet) {
  sheet.set_widths({24, 48, 14, 10, 20, 34, 20, 20, 20, 12, 12, 19});
  write_headings(sheet, {{"Measure", kHeading},
                         {"Title", kHeading},
                         {"Unit", kHeading},
                         {"Basis", kHeading},
                         {"Proxy (" + subject.identity().currency + " a unit)", kHeadingRight},
                         {"Proxy from", kHeading},
                         {"Numerator", kHeading},
                         {"Denominator", kHeading},
                         {"Framework", kHeading},
                         {"Edition", kHeading},
                         {"State", kHeading},
                         {"Defined by event", kHeadingRight}});
  sheet.freeze(1);
  TALLY_ASSIGN(const std::vector<DefinedMeasure> all,
               audit::defined_measures(subject.reading, subject.as_of));
  MeasureIndex index;
  for (const DefinedMeasure& one : all) {
    const Measure* const measure = &one.measure;
    index[one.id] = {*measure, sheet.row()};
    sheet.text(0, one.id);
    sheet.text(1, measure->title, kWrapped);
    sheet.text(2, measure->unit);
    sheet.text(3, basis_name(measure->basis));
    if (measure->basis == Basis::kProxy) write_figure(sheet, 4, measure->proxy);
    sheet.text(5, measure->proxy_source, kWrapped);
    sheet.text(6, measure->numerator.id);
    sheet.text(7, measure->denominator.id);
    sheet.text(8, measure->framework, kWrapped);
    sheet.text(9, measure->edition);
    sheet.text(10, one.in_force ? "in force" : "withdrawn");
    sheet.plain(11, one.version.value);
    sheet.end_row();
  }
  return index;
}

}  // namespace tally::exports
