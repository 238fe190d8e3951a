#include "reads.h"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "base/try.h"
#include "questions.h"
#include "tally/totals.h"
#include "tally/trace.h"

namespace tally::bench {
namespace {

std::vector<std::string> cells_of(const Totals& totals, YearStart year_start) {
  std::vector<std::string> cells;
  for (const TotalsRow& row : totals.rows) {
    if (row.basis == Basis::kRatio) continue;  // derived from other cells
    for (std::size_t stage = 0; stage < kAccountStages; ++stage) {
      const std::optional<Decimal>& quantity = row.quantities[stage];
      cells.push_back(fmt::format("{}\t{}\t{}\t{}", year_start.year_text(row.year), row.measure,
                                  stage_name(kStages[stage]),
                                  quantity ? quantity->to_string() : ""));
    }
  }
  return cells;
}

// A trace with its first postings, as JSON.
Result<std::string> first_page(const Ledger& ledger, const FigureReference& reference,
                               std::uint64_t postings) {
  std::string text;
  TracePage page;
  page.limit = postings;
  TALLY_TRY(trace_json(ledger, reference, page, [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  }));
  return text;
}

}  // namespace

Result<void> measure_open(const Reading& reading, Report& report) {
  std::vector<std::uint64_t> times;
  for (std::uint64_t i = 0; i < reading.repetitions; ++i) {
    const Stopwatch watch;
    TALLY_ASSIGN(const auto ledger, Ledger::open(reading.ledger, Ledger::Access::kRead));
    times.push_back(watch.nanoseconds());
  }
  report.nanoseconds(times);
  return {};
}

Result<void> measure_totals(const Reading& reading, Report& report) {
  TALLY_ASSIGN(const auto ledger, Ledger::open(reading.ledger, Ledger::Access::kRead));
  std::vector<std::uint64_t> times;
  Totals found;
  for (std::uint64_t i = 0; i < reading.repetitions; ++i) {
    const Stopwatch watch;
    TALLY_ASSIGN(found, totals(*ledger, {}));
    times.push_back(watch.nanoseconds());
  }
  report.nanoseconds(times);
  report.texts("cells", cells_of(found, ledger->identity().year_start));
  return {};
}

Result<void> measure_figures(const Reading& reading, Report& report) {
  TALLY_ASSIGN(const auto ledger, Ledger::open(reading.ledger, Ledger::Access::kRead));
  TALLY_ASSIGN(const std::vector<Question> questions, read_questions(reading.questions));
  const YearStart year_start = ledger->identity().year_start;
  std::vector<std::uint64_t> times;
  std::vector<std::string> answers;
  for (const Question& question : questions) {
    TALLY_ASSIGN(const FigureReference reference,
                 FigureReference::parse(question.reference, year_start));
    const Stopwatch watch;
    TALLY_ASSIGN(const Figure found, figure(*ledger, reference));
    times.push_back(watch.nanoseconds());
    answers.push_back(found.quantity ? found.quantity->to_string() : "");
  }
  report.nanoseconds(times);
  report.texts("answers", answers);
  return {};
}

Result<void> measure_page(const Reading& reading, Report& report) {
  TALLY_ASSIGN(const auto ledger, Ledger::open(reading.ledger, Ledger::Access::kRead));
  TALLY_ASSIGN(const FigureReference reference,
               FigureReference::parse(reading.reference, ledger->identity().year_start));
  std::vector<std::uint64_t> times;
  std::string page;
  for (std::uint64_t i = 0; i < reading.repetitions; ++i) {
    const Stopwatch watch;
    TALLY_ASSIGN(page, first_page(*ledger, reference, reading.postings));
    times.push_back(watch.nanoseconds());
  }
  report.nanoseconds(times);
  report.texts("page", {page});
  return {};
}

}  // namespace tally::bench
