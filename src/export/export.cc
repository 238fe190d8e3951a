#include "tally/export.h"

#include <array>

#include "base/try.h"
#include "export/formats.h"

namespace tally {
namespace {

using exports::Format;
using exports::Staging;

constexpr std::array<Format, 7> kFormats = {{
    {ExportFormat::kCsv, "csv", Staging::Kind::kFolder, exports::write_csv},
    {ExportFormat::kJsonlEvents, "jsonl-events", Staging::Kind::kFolder,
     exports::write_jsonl_events},
    {ExportFormat::kJsonlTotals, "jsonl-totals", Staging::Kind::kFolder,
     exports::write_jsonl_totals},
    {ExportFormat::kStatement, "statement", Staging::Kind::kFile, exports::write_statement},
    {ExportFormat::kProv, "prov", Staging::Kind::kFile, exports::write_prov},
    {ExportFormat::kOcds, "ocds", Staging::Kind::kFile, exports::write_ocds},
    {ExportFormat::kXlsx, "xlsx", Staging::Kind::kFile, exports::write_xlsx},
}};

}  // namespace

const Format& exports::format_of(ExportFormat format) {
  return kFormats[static_cast<std::size_t>(format)];
}

std::string_view export_format_name(ExportFormat format) { return exports::format_of(format).name; }

std::optional<ExportFormat> export_format_from_name(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return format.format;
  }
  return std::nullopt;
}

Result<Exported> export_to(const Ledger& ledger, ExportFormat format, const ExportQuery& query,
                           const std::filesystem::path& out, const LogProgress& progress) {
  const Format& chosen = exports::format_of(format);
  TALLY_ASSIGN(const std::unique_ptr<exports::Subject> subject,
               exports::Subject::open(ledger, query));
  TALLY_ASSIGN(const std::unique_ptr<Staging> staging, Staging::open(out, chosen.kind));
  TALLY_TRY(chosen.write(*subject, *staging, progress));
  TALLY_TRY(staging->commit());
  return Exported{subject->as_of, subject->head.root, staging->files()};
}

}  // namespace tally
