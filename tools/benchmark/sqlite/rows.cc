#include "rows.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <string_view>
#include <vector>

#include "base/try.h"
#include "database.h"
#include "questions.h"

namespace tally::bench {
namespace {

constexpr std::uint64_t kRowsATransaction = 1'000;
constexpr std::size_t kColumns = 13;

constexpr const char* kSchema =
    "CREATE TABLE posting ("
    "  sequence INTEGER NOT NULL, recorded_at TEXT NOT NULL, entry TEXT NOT NULL,"
    "  line INTEGER NOT NULL, type TEXT NOT NULL, actor TEXT NOT NULL, year INTEGER NOT NULL,"
    "  measure TEXT NOT NULL, programme TEXT NOT NULL, organisation TEXT NOT NULL,"
    "  contract TEXT NOT NULL, stage INTEGER NOT NULL, delta INTEGER NOT NULL);"
    // No entry twice.
    "CREATE UNIQUE INDEX posting_entry ON posting (entry, line);"
    // All that totals need, so that they never read the table.
    "CREATE INDEX posting_total ON posting (year, measure, stage, sequence, delta);";

constexpr const char* kTextSchema =
    "CREATE TABLE submitted (line INTEGER PRIMARY KEY, entry TEXT NOT NULL)";

constexpr const char* kInsert = "INSERT INTO posting VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)";

// Which columns hold whole numbers.
constexpr std::array<bool, kColumns> kIsNumber = {true,  false, false, true,  false, false, true,
                                                  false, false, false, false, true,  true};

Result<void> bind_row(Statement& insert, std::string_view line) {
  const std::vector<std::string_view> fields = fields_of(line);
  if (fields.size() != kColumns) return bad_field("a row of 13 fields with tabs", line);
  for (std::size_t column = 0; column < kColumns; ++column) {
    const int place = static_cast<int>(column) + 1;
    if (kIsNumber[column]) {
      TALLY_ASSIGN(const std::int64_t number, whole_number(fields[column]));
      insert.bind(place, number);
    } else {
      insert.bind(place, fields[column]);
    }
  }
  return {};
}

// Calls `put` for each line of a file, committing now and then; the number of lines.
template <typename Put>
Result<std::uint64_t> in_transactions(Database& database, const std::string& path, const Put& put) {
  std::ifstream file(path);
  if (!file) return bad_field("a file that can be read", path);
  TALLY_TRY(database.run("BEGIN"));
  std::uint64_t lines = 0;
  for (std::string line; std::getline(file, line);) {
    TALLY_TRY(put(line, ++lines));
    if (lines % kRowsATransaction == 0) TALLY_TRY(database.run("COMMIT; BEGIN"));
  }
  TALLY_TRY(database.run("COMMIT"));
  return lines;
}

Result<std::uint64_t> load(const Loading& loading) {
  TALLY_ASSIGN(Database database, Database::open(loading.database));
  TALLY_TRY(database.run(kSchema));
  TALLY_ASSIGN(Statement insert, database.prepare(kInsert));
  TALLY_ASSIGN(const std::uint64_t rows,
               in_transactions(database, loading.rows,
                               [&](const std::string& line, std::uint64_t) -> Result<void> {
                                 TALLY_TRY(bind_row(insert, line));
                                 return insert.run();
                               }));
  if (loading.texts.empty()) return rows;
  TALLY_TRY(database.run(kTextSchema));
  TALLY_ASSIGN(Statement keep, database.prepare("INSERT INTO submitted VALUES (?,?)"));
  TALLY_ASSIGN([[maybe_unused]] const std::uint64_t texts,
               in_transactions(database, loading.texts,
                               [&](const std::string& line, std::uint64_t number) -> Result<void> {
                                 keep.bind(1, static_cast<std::int64_t>(number));
                                 keep.bind(2, line);
                                 return keep.run();
                               }));
  return rows;
}

}  // namespace

Result<void> measure_load(const Loading& loading, Report& report) {
  const Stopwatch watch;
  TALLY_ASSIGN(const std::uint64_t rows, load(loading));  // closed again, as a load ends
  report.nanoseconds({watch.nanoseconds()});
  report.count("rows", rows);
  return {};
}

Result<void> measure_commits(const SingleRows& rows, Report& report) {
  TALLY_ASSIGN(Database database, Database::open(rows.database));
  TALLY_ASSIGN(Statement latest, database.prepare("SELECT max(sequence) FROM posting"));
  TALLY_ASSIGN(const bool found, latest.step());
  if (!found) return bad_field("a database with rows", rows.database);
  const std::int64_t head = latest.number(0);
  latest.reset();
  TALLY_ASSIGN(Statement insert, database.prepare(kInsert));
  const Stopwatch watch;
  std::uint64_t commits = 0;
  for (; watch.nanoseconds() < rows.span_ms * 1'000'000; ++commits) {
    const std::int64_t number = head + 1 + static_cast<std::int64_t>(commits);
    const std::string line = fmt::format(
        "{}\t2026-01-01T00:00:00.000000Z\tbench-{}\t1\tclaim\ts-1\t2022\tsv-01\tprog-001\torg-00001"
        "\t\t1\t1000000",
        number, number);
    TALLY_TRY(bind_row(insert, line));
    TALLY_TRY(insert.run());
  }
  report.nanoseconds({watch.nanoseconds()});
  report.count("commits", commits);
  return {};
}

}  // namespace tally::bench
