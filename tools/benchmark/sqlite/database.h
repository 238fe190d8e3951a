#pragma once

// SQLite as its users would have it at its best for this work: write-ahead log, a sync for each
// commit, a large cache; prepared statements.

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tally/result.h"

namespace tally::bench {

class Database;

// A prepared statement.  What is bound must outlive the step.
class Statement {
 public:
  void bind(int place, std::int64_t number) { sqlite3_bind_int64(held_.get(), place, number); }
  void bind(int place, std::string_view text) {
    sqlite3_bind_text(held_.get(), place, text.data(), static_cast<int>(text.size()),
                      SQLITE_STATIC);
  }
  // Whether there is a row.  The last step makes the statement ready for its next use.
  Result<bool> step();
  // Runs to the end, for statements that answer nothing.
  Result<void> run();
  std::int64_t number(int column) { return sqlite3_column_int64(held_.get(), column); }
  std::string text(int column);
  void reset() { sqlite3_reset(held_.get()); }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  explicit Statement(sqlite3_stmt* held) : held_(held) {}
  std::unique_ptr<sqlite3_stmt, Finalize> held_;
};

class Database {
 public:
  static Result<Database> open(const std::string& path);
  Result<void> run(const char* sql);
  Result<Statement> prepare(const char* sql);

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  std::unique_ptr<sqlite3, Close> held_;
};

}  // namespace tally::bench
