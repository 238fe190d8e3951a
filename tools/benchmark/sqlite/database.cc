#include "database.h"

#include "base/try.h"

namespace tally::bench {
namespace {

Error error_of(sqlite3* database) {
  return {ErrorCode::kIo, std::string("SQLite: ") + sqlite3_errmsg(database), {}, 0, {}};
}

}  // namespace

Result<bool> Statement::step() {
  const int code = sqlite3_step(held_.get());
  if (code == SQLITE_ROW) return true;
  Error error = error_of(sqlite3_db_handle(held_.get()));
  sqlite3_reset(held_.get());
  if (code == SQLITE_DONE) return false;
  return error;
}

Result<void> Statement::run() {
  TALLY_ASSIGN(const bool row, step());
  if (row) reset();
  return {};
}

std::string Statement::text(int column) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(held_.get(), column));
  return bytes == nullptr ? "" : bytes;
}

Result<Database> Database::open(const std::string& path) {
  Database database;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(path.c_str(), &opened);
  database.held_.reset(opened);
  if (code != SQLITE_OK) return error_of(opened);
  TALLY_TRY(database.run(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-1000000;"
      "PRAGMA mmap_size=8000000000; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=10000"));
  return database;
}

Result<void> Database::run(const char* sql) {
  if (sqlite3_exec(held_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return error_of(held_.get());
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v3(held_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) !=
      SQLITE_OK) {
    return error_of(held_.get());
  }
  return Statement(prepared);
}

}  // namespace tally::bench
