#include "queries.h"

#include <fmt/format.h>

#include <vector>

#include "base/try.h"
#include "database.h"
#include "questions.h"
#include "tally/decimal.h"

namespace tally::bench {
namespace {

constexpr const char* kTotals =
    "SELECT year, measure, stage, sum(delta) FROM posting GROUP BY year, measure, stage";
constexpr const char* kScan =
    "SELECT year, measure, stage, sum(delta) FROM posting NOT INDEXED "
    "GROUP BY year, measure, stage";
constexpr const char* kFigure =
    "SELECT sum(delta) FROM posting WHERE year = ? AND measure = ? AND stage = ? "
    "AND sequence <= ?";
constexpr const char* kFigureOfProgramme =
    "SELECT sum(delta) FROM posting WHERE year = ? AND measure = ? AND stage = ? "
    "AND sequence <= ? AND programme = ?";
constexpr const char* kFigureOfOrganisation =
    "SELECT sum(delta) FROM posting WHERE year = ? AND measure = ? AND stage = ? "
    "AND sequence <= ? AND organisation = ?";
constexpr const char* kPage =
    "SELECT * FROM posting WHERE year = ? AND measure = ? AND stage = ? AND sequence <= ? "
    "ORDER BY sequence LIMIT 50";
constexpr int kSequenceColumn = 0, kDeltaColumn = 12;

std::string quantity_text(std::int64_t millionths) {
  return Decimal::from_units(Int128{millionths} * (Decimal::kScale / Quantity::kScale)).to_string();
}

void bind_question(Statement& statement, const Question& question) {
  statement.bind(1, question.year);
  statement.bind(2, question.measure);
  statement.bind(3, question.stage);
  statement.bind(4, question.sequence);
  if (!question.programme.empty()) statement.bind(5, question.programme);
  if (!question.organisation.empty()) statement.bind(5, question.organisation);
}

Result<void> measure_cells(const Query& query, const char* sql, Report& report) {
  TALLY_ASSIGN(Database database, Database::open(query.database));
  TALLY_ASSIGN(Statement select, database.prepare(sql));
  std::vector<std::uint64_t> times;
  std::vector<std::string> cells;
  for (std::uint64_t i = 0; i < query.repetitions; ++i) {
    cells.clear();
    const Stopwatch watch;
    for (;;) {
      TALLY_ASSIGN(const bool row, select.step());
      if (!row) break;
      cells.push_back(fmt::format("{}\t{}\t{}\t{}", select.number(0), select.text(1),
                                  select.number(2), quantity_text(select.number(3))));
    }
    times.push_back(watch.nanoseconds());
  }
  report.nanoseconds(times);
  report.texts("cells", cells);
  return {};
}

}  // namespace

Result<void> measure_totals(const Query& query, Report& report) {
  return measure_cells(query, kTotals, report);
}

Result<void> measure_scan(const Query& query, Report& report) {
  return measure_cells(query, kScan, report);
}

Result<void> measure_figures(const Query& query, Report& report) {
  TALLY_ASSIGN(Database database, Database::open(query.database));
  TALLY_ASSIGN(const std::vector<Question> questions, read_questions(query.questions));
  TALLY_ASSIGN(Statement plain, database.prepare(kFigure));
  TALLY_ASSIGN(Statement of_programme, database.prepare(kFigureOfProgramme));
  TALLY_ASSIGN(Statement of_organisation, database.prepare(kFigureOfOrganisation));
  std::vector<std::uint64_t> times;
  std::vector<std::string> answers;
  for (const Question& question : questions) {
    Statement& statement = !question.programme.empty()      ? of_programme
                           : !question.organisation.empty() ? of_organisation
                                                            : plain;
    const Stopwatch watch;
    bind_question(statement, question);
    TALLY_ASSIGN(const bool row, statement.step());
    answers.push_back(quantity_text(row ? statement.number(0) : 0));
    statement.reset();
    times.push_back(watch.nanoseconds());
  }
  report.nanoseconds(times);
  report.texts("answers", answers);
  return {};
}

Result<void> measure_page(const Query& query, Report& report) {
  TALLY_ASSIGN(Database database, Database::open(query.database));
  TALLY_ASSIGN(const std::vector<Question> questions, read_questions(query.questions));
  TALLY_ASSIGN(Statement select, database.prepare(kPage));
  std::vector<std::uint64_t> times;
  std::vector<std::string> page;
  for (std::uint64_t i = 0; i < query.repetitions; ++i) {
    page.clear();
    const Stopwatch watch;
    bind_question(select, questions.front());
    for (;;) {
      TALLY_ASSIGN(const bool row, select.step());
      if (!row) break;
      page.push_back(fmt::format("{}\t{}", select.number(kSequenceColumn),
                                 quantity_text(select.number(kDeltaColumn))));
    }
    times.push_back(watch.nanoseconds());
  }
  report.nanoseconds(times);
  report.texts("page", page);
  return {};
}

}  // namespace tally::bench
