#pragma once

// What leaves the ledger for other tools: spreadsheets, open-data portals, contract registers.  An
// export says which ledger it is of, as of when, with which totals roots and under which
// checkpoint, so that it can be checked again; and it is there whole or not at all.
//
//   tally::ExportQuery query;
//   query.totals.years = {tally::Year{2022}};
//   auto written = tally::export_to(ledger, tally::ExportFormat::kCsv, query, "year-2022");
//
// The same ledger and query give the same bytes, whenever they are asked for (but for the
// checkpoint, which the key in force signs, and the program's version, which kProv tells).

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/ledger.h"
#include "tally/static_log.h"
#include "tally/totals.h"

namespace tally {

enum class ExportFormat : std::uint8_t {
  kCsv,          // a folder: tables with a Frictionless Data Package and CSVW descriptor
  kJsonlEvents,  // a folder: the events, one a line
  kJsonlTotals,  // a folder: the totals, one row a line
  kProv,         // a file: where each figure comes from, as PROV-JSON
  kOcds,         // a file: contracts with what was agreed and delivered, as an OCDS release package
};
std::string_view export_format_name(ExportFormat format);
std::optional<ExportFormat> export_format_from_name(std::string_view name);

struct ExportQuery {
  TotalsQuery totals;         // its filters and its point; `by` and `with_roots` are passed over
  std::vector<Stage> stages;  // only these; all where empty
};

struct ExportedFile {
  std::string name;  // within the folder
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  Hash sha256;
};

struct Exported {
  Sequence as_of;
  Hash root;  // of the log as of then
  std::vector<ExportedFile> files;
};

// Writes an export.  `out` must not be there yet (where a folder is written, it may be an empty
// one): it is written beside and renamed once it is complete.  Memory does not grow with the events
// (kProv keeps a bit of each).  Errors: `usage` where something is there, or, of kProv, where a
// filter is such that no figure reference names the totals; those of `totals` and `checkpoint`;
// `no-space`; `io`.
Result<Exported> export_to(const Ledger& ledger, ExportFormat format, const ExportQuery& query,
                           const std::filesystem::path& out, const LogProgress& progress = {});

}  // namespace tally
