// The sheets "Publications", each statement held against the ledger, and "Restated", what moved
// those that no longer stand.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/try.h"
#include "export/about.h"
#include "export/sheet_number.h"
#include "export/xlsx_sheets.h"
#include "ledger/restatement.h"
#include "tally/bridge.h"
#include "tally/reconcile.h"

namespace tally::exports {
namespace {

using enum CellStyle;

constexpr std::uint16_t kColumns = 16;
constexpr std::size_t kCauses = 5;

// A publication, and how it stands as of the export's point.
struct Published {
  Event event;
  bool restated = false;
  std::string standing;

  const Publication& publication() const { return std::get<Publication>(event.entry.content); }
};

Result<std::vector<Published>> published(Subject& subject) {
  const projection::Reader& reader = subject.reading.reader;
  const std::set<Year>& years = subject.selection.years;
  TALLY_ASSIGN(const auto recorded, reader.publications());
  std::vector<Published> all;
  std::map<std::string, std::string> successors;
  std::map<Year, Sequence> latest;
  for (const auto& one : recorded) {
    if (one.publication > subject.as_of) continue;
    if (!years.empty() && !years.contains(one.year)) continue;
    Published found;
    TALLY_ASSIGN(found.event, subject.reading.events.read_named(one.publication));
    TALLY_ASSIGN(found.restated, ledger::year_differs(reader, one.year, one.as_of, subject.as_of));
    const Reference& supersedes = found.publication().supersedes;
    if (supersedes.present()) successors[supersedes.id] = found.event.entry.id;
    latest[one.year] = std::max(latest[one.year], one.publication);
    all.push_back(std::move(found));
  }
  for (Published& one : all) {
    one.standing = one.restated ? "restated since" : "stands";
    const auto successor = successors.find(one.event.entry.id);
    if (successor != successors.end()) {
      one.standing += ", superseded by " + successor->second;
    } else if (latest[one.publication().year] != one.event.sequence) {
      one.standing += ", a later one was recorded";
    }
  }
  return all;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "\n") + text;
  return all;
}

void write_publication(const Subject& subject, const Published& one, Sheet& sheet) {
  const Publication& publication = one.publication();
  sheet.text(0, subject.year_start().year_text(publication.year));
  sheet.text(1, one.event.entry.id);
  sheet.text(2, publication.title, kWrapped);
  sheet.text(3, time_text(one.event.recorded_at));
  sheet.plain(4, publication.as_of->value);
  sheet.text(5, one.standing, one.restated ? kWarning : kText);
}

// Ledger − stated, of the two cells before.
void write_difference(Sheet& sheet, const ReconciledStatement& one, bool are_numbers) {
  if (!one.difference) return;
  std::optional<Formula> formula = Formula{};
  if (are_numbers) {
    const Decimal stated = one.statement.stated;
    const int digits = std::max(fraction_digits(stated), fraction_digits(*one.ledger));
    formula->text = fmt::format("L{0}-K{0}", sheet.row());
    if (digits > 0) formula->text = fmt::format("ROUND({},{})", formula->text, digits);
    formula->computed = *sheet_number(*one.ledger) - *sheet_number(stated);
    formula->digits = digits;
  }
  write_figure(sheet, 12, one.difference, formula);
}

void write_statement(const Subject& subject, const ReconciledStatement& one, bool at_head,
                     Sheet& sheet) {
  const Statement& statement = one.statement;
  sheet.text(6, statement.label, kWrapped);
  sheet.text(7, statement.figure.to_string(subject.year_start()), kWrapped);
  sheet.text(8, statement_of_name(statement.of));
  sheet.text(9, qualifier_name(statement.qualifier));
  const bool stated = write_figure(sheet, 10, statement.stated);
  const bool ledger = write_figure(sheet, 11, one.ledger);
  write_difference(sheet, one, stated && ledger);
  sheet.text(13, result_name(one.result),
             one.result == StatementResult::kAgrees ? kText : kWarning);
  // What would explain a difference is told as of the head, which moves on.
  if (at_head) sheet.text(14, joined(one.because), kWrapped);
  sheet.text(15, joined(one.contradicts), kWrapped);
}

Result<void> write_statements(Subject& subject, const std::vector<Published>& all, Sheet& sheet) {
  sheet.set_widths({10, 26, 34, 20, 14, 22, 44, 44, 10, 11, 18, 18, 18, 13, 70, 40});
  write_headings(sheet, {{"Year", kHeading},
                         {"Publication", kHeading},
                         {"Title", kHeading},
                         {"Published (UTC)", kHeading},
                         {"As of event", kHeadingRight},
                         {"Now", kHeading},
                         {"Statement", kHeading},
                         {"Figure", kHeading},
                         {"Of", kHeading},
                         {"Meant", kHeading},
                         {"Stated", kHeadingRight},
                         {"Ledger", kHeadingRight},
                         {"Difference", kHeadingRight},
                         {"Result", kHeading},
                         {"Because", kHeading},
                         {"Contradicts", kHeading}});
  sheet.freeze(2);
  const bool at_head = subject.as_of == subject.reading.reader.last();
  for (const Published& one : all) {
    TALLY_ASSIGN(const Reconciliation found, reconcile(subject.ledger, one.event.entry.id));
    for (const ReconciledStatement& statement : found.statements) {
      write_publication(subject, one, sheet);
      write_statement(subject, statement, at_head, sheet);
      sheet.end_row();
    }
    if (found.statements.empty()) {
      write_publication(subject, one, sheet);
      sheet.end_row();
    }
  }
  if (all.empty()) {
    sheet.text(0, "Nothing has been published.", kNote);
  } else {
    sheet.filter(1, kColumns);
  }
  sheet.protect();
  return {};
}

// A row: from what was published, by cause, to what is now.
void write_bridge(const Subject& subject, const Published& one, const Statement& statement,
                  const Bridge& bridge, Sheet& sheet) {
  const bool of_value = statement.of == StatementOf::kValue;
  std::array<Decimal, kCauses> moved{};
  for (const BridgeLine& line : bridge.lines) {
    Decimal& sum = moved[static_cast<std::size_t>(line.cause)];
    sum = sum.plus(of_value ? line.value.value_or(Decimal()) : line.quantity);
  }
  const auto& opening = of_value ? bridge.opening.value : bridge.opening.quantity;
  const auto& closing = of_value ? bridge.closing.value : bridge.closing.quantity;
  sheet.text(0, subject.year_start().year_text(one.publication().year));
  sheet.text(1, one.event.entry.id);
  sheet.text(2, bridge.figure.to_string(subject.year_start()), kWrapped);
  sheet.text(3, statement_of_name(statement.of));
  bool are_numbers = write_figure(sheet, 4, opening);
  double computed = are_numbers ? *sheet_number(*opening) : 0;
  int digits = opening ? fraction_digits(*opening) : 0;
  for (std::size_t i = 0; i < kCauses; ++i) {
    are_numbers = write_figure(sheet, static_cast<std::uint16_t>(5 + i), moved[i]) && are_numbers;
    computed += sheet_number(moved[i]).value_or(0);
    digits = std::max(digits, fraction_digits(moved[i]));
  }
  Formula formula;
  if (are_numbers) {
    formula.text = fmt::format("SUM(E{0}:J{0})", sheet.row());
    if (digits > 0) formula.text = fmt::format("ROUND({},{})", formula.text, digits);
    formula.computed = computed;
    formula.digits = digits;
  }
  write_figure(sheet, 10, closing, formula);
  sheet.plain(11, bridge.lines.size());
  sheet.end_row();
}

void write_restated_headings(Sheet& sheet) {
  sheet.set_widths({10, 26, 44, 10, 18, 20, 18, 18, 18, 18, 18, 11});
  write_headings(sheet, {{"Year", kHeading},
                         {"Publication", kHeading},
                         {"Published figure", kHeading},
                         {"Of", kHeading},
                         {"As it was", kHeadingRight},
                         {"Late commitments", kHeadingRight},
                         {"Late claims", kHeadingRight},
                         {"Verifications", kHeadingRight},
                         {"Corrections", kHeadingRight},
                         {"Proxy changes", kHeadingRight},
                         {"Now", kHeadingRight},
                         {"Events", kHeadingRight}});
  sheet.freeze(2);
}

Result<void> write_restated(Subject& subject, const std::vector<Published>& all, Sheet& sheet) {
  write_restated_headings(sheet);
  const std::uint64_t first = sheet.row();
  for (const Published& one : all) {
    if (!one.restated) continue;
    std::set<std::pair<std::string, StatementOf>> seen;
    for (const Statement& statement : one.publication().statements) {
      FigureReference figure = statement.figure;
      const Sequence from = figure.as_of.value_or(*one.publication().as_of);
      figure.as_of.reset();
      if (!seen.emplace(statement.figure.to_string(subject.year_start()), statement.of).second) {
        continue;
      }
      TALLY_ASSIGN(const Bridge found, bridge(subject.ledger, figure, {from, subject.as_of}));
      // A ratio has no lines; its numerator and denominator have bridges of their own.
      if (!found.lines.empty()) write_bridge(subject, one, statement, found, sheet);
    }
  }
  if (sheet.row() == first) {
    sheet.text(0, "No published figure has moved since.", kNote);
  } else {
    sheet.filter(1, 12);
  }
  sheet.protect();
  return {};
}

}  // namespace

Result<void> write_publications_sheets(Subject& subject, Sheet& publications, Sheet& restated) {
  TALLY_ASSIGN(const std::vector<Published> all, published(subject));
  TALLY_TRY(write_statements(subject, all, publications));
  return write_restated(subject, all, restated);
}

}  // namespace tally::exports
