#pragma once

// The tables of a CSV export: what their columns are, for who writes the rows and for the two
// descriptors.

#include <array>
#include <string_view>
#include <vector>

namespace tally::exports {

// How a column is read.  Texts are those of people, and made safe for spreadsheets; words are
// ours (ids, names of stages), which never need it.
enum class ColumnType { kText, kWord, kSequence, kDecimal, kDate, kTime, kTruth };

struct Column {
  std::string_view name;
  ColumnType type;
  bool required;
  std::string_view meaning;
};

struct ForeignKey {
  std::string_view column;
  std::string_view table;
  std::string_view target;
};

struct CsvTable {
  std::string_view name;  // the file's without its ending
  std::string_view title;
  std::vector<Column> columns;
  std::vector<std::string_view> primary_key;
  std::vector<ForeignKey> foreign_keys;
};

// totals, accounts, postings, events, measures.
const std::vector<CsvTable>& csv_tables();
const CsvTable& csv_table(std::string_view name);

}  // namespace tally::exports
