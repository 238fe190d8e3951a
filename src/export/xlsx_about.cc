// The sheet "About": which ledger this is of, as of when, what was asked for, and how to check it.

#include <fmt/format.h>

#include "export/about.h"
#include "export/xlsx_sheets.h"

namespace tally::exports {
namespace {

using enum CellStyle;

class AboutSheet {
 public:
  explicit AboutSheet(Sheet& sheet) : sheet_(sheet) { sheet_.set_widths({22, 110}); }

  void row(std::string_view what, std::string_view text, CellStyle style = kWrapped) {
    sheet_.text(0, what, kLabel);
    sheet_.text(1, text, style);
    sheet_.end_row();
  }

 private:
  Sheet& sheet_;
};

std::string listed(std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  std::string line(name);
  for (const std::string& text : texts) line += (&text == &texts.front() ? ": " : ", ") + text;
  return line + "\n";
}

std::string query_text(const Subject& subject) {
  const TotalsQuery& asked = subject.query.totals;
  std::vector<std::string> years;
  std::vector<std::string> stages;
  for (const Year year : asked.years) years.push_back(subject.year_start().year_text(year));
  for (const Stage stage : subject.query.stages) stages.emplace_back(stage_name(stage));
  std::string text = listed("years", years) + listed("measures", asked.measures) +
                     listed("programmes", asked.programmes) +
                     listed("organisations", asked.organisations) +
                     listed("contracts", asked.contracts) + listed("stages", stages);
  if (text.empty()) return "everything";
  text.pop_back();
  return text;
}

constexpr std::string_view kHowNumbersStand =
    "Quantities in Totals are sums over the rows of Postings that stand in their last column; "
    "Summary repeats them. Each posting is what one event of the log changed in one account. "
    "Rounding in a formula is to as many digits as its parts have: it takes away what binary "
    "numbers add, and nothing of the figure.";
constexpr std::string_view kHowExactStands =
    "A spreadsheet's number holds 15 digits, the ledger's more. Cells of this colour hold the "
    "ledger's exact figure where a formula would come to another one; with more than 15 digits it "
    "is a text, which sums pass over.";
constexpr std::string_view kHowSheetsStand =
    "Formulas name rows by their places, so the sheets are locked, without a password: filter them "
    "as they are; to sort, lift that, on a copy.";

}  // namespace

void write_about_sheet(const Subject& subject, Sheet& sheet) {
  AboutSheet about(sheet);
  const LedgerOpened& identity = subject.identity();
  about.row("Ledger", identity.name);
  about.row("Log", identity.origin);
  about.row("Currency", identity.currency);
  about.row("Year begins", identity.year_start.to_string());
  about.row("As of event", std::to_string(subject.as_of.value));
  about.row("Recorded at", subject.recorded_at.to_string());
  about.row("Asked for", query_text(subject));
  about.row("Numbers", kHowNumbersStand);
  about.row("Exact figures", kHowExactStands, kMarkedNote);
  about.row("Sheets", kHowSheetsStand);
  about.row("Log size", std::to_string(subject.head.size.count));
  about.row("Log root", subject.head.root.to_string(), kCode);
  for (const auto& [year, root] : subject.totals.roots) {
    about.row("Totals root " + identity.year_start.year_text(year), root.to_string(), kCode);
  }
  about.row("Key", subject.vkey, kCode);
  about.row("Checkpoint", subject.checkpoint, kCode);
  about.row("How to check",
            "Save the checkpoint, all its lines and the line feed after the last, as a file named "
            "checkpoint, and the key as log.vkey.\n" +
                how_to_check(subject));
  sheet.protect();
}

}  // namespace tally::exports
