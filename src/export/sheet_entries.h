#pragma once

// A spreadsheet as the lines of a submission: each row that holds anything becomes the JSON of one
// entry, so that the ledger's one way of appending decides everything else.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "export/csv_read.h"
#include "export/sheet_fields.h"
#include "export/sheet_mapping.h"
#include "tally/ledger.h"

namespace tally::exports {

// Where a value of a row comes from.
struct SheetPlace {
  std::string column;  // its heading; empty for a constant
  std::string field;
};

class SheetEntries : public LineSource {
 public:
  // Reads CSV from `lines`, which must outlive this.  `currency` is the ledger's.
  SheetEntries(LineSource& lines, const SheetMapping& mapping, std::string currency);

  // Reads the headings; call it once, before next().  A column is the field that the mapping says,
  // else the one that its heading names; others are not read.  Errors: those of CsvReader;
  // `bad-entry` where a column that the mapping names is not there or there twice, a field comes
  // from two columns, or nothing gives a field that every entry of the type has.
  Result<void> open();

  // The next row's entry; its number is the line in which the row begins.  Errors: those of
  // CsvReader and of cell_value; `bad-entry` for a row with more or fewer cells than there are
  // headings.  After one of a row's own, the next call goes on with the row after it.
  Result<std::optional<InputLine>> next() override;

  // Rows that begin in these lines are passed over.
  void pass_over(const std::set<std::uint64_t>& lines) { passed_over_ = lines; }

  // Which cell a refusal is about, of this source or of the ledger; nothing where it is about none.
  std::optional<SheetPlace> place_of(const Error& error) const;

  // The headings of columns that are not read.
  const std::vector<std::string>& unread() const { return unread_; }

 private:
  // A field of the type and what gives it: a column, a constant, or for rows without it both.
  struct Source {
    const SheetField* field = nullptr;
    std::optional<std::size_t> column;
    std::string constant;
  };

  Result<void> assign(const SheetRow& heading);
  Result<void> assign_column(std::size_t column, const SheetField& field);
  Result<void> assign_constants();
  Result<const SheetField*> field_named(std::string_view name) const;
  Result<void> check_required() const;
  Result<void> write_entry(const SheetRow& row);
  Result<void> write_evidence(const SheetRow& row, std::string& json);
  // What the field holds in this row, empty where nothing.
  Result<std::string> value_of(const Source& source, const SheetRow& row);
  Source* source_named(std::string_view field);
  SheetPlace place(const Source& source) const;
  Error at_heading(std::string message) const;
  Error in_cell(const Source& source, Error error);

  CsvReader reader_;
  const SheetMapping mapping_;
  const CellRules rules_;
  std::vector<std::string> headings_;
  std::uint64_t heading_line_ = 1;
  std::vector<Source> sources_;  // in the order of a template
  std::vector<std::string> unread_;
  std::set<std::uint64_t> passed_over_;

  SheetRow row_;
  std::string json_;
  std::string entry_;                 // the id of the row at hand
  std::optional<SheetPlace> faulty_;  // the cell of the error that next() answered last
  std::uint64_t faulty_line_ = 0;     // which the ledger, reading ahead, may not have come to
};

}  // namespace tally::exports
