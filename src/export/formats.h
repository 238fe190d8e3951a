#pragma once

// The formats, a file each: every one writes what the subject is into a staged place.

#include "export/staging.h"
#include "export/subject.h"

namespace tally::exports {

Result<void> write_csv(Subject& subject, Staging& staging, const LogProgress& progress);
Result<void> write_jsonl_events(Subject& subject, Staging& staging, const LogProgress& progress);
Result<void> write_jsonl_totals(Subject& subject, Staging& staging, const LogProgress& progress);
Result<void> write_statement(Subject& subject, Staging& staging, const LogProgress& progress);
Result<void> write_prov(Subject& subject, Staging& staging, const LogProgress& progress);
Result<void> write_ocds(Subject& subject, Staging& staging, const LogProgress& progress);
Result<void> write_xlsx(Subject& subject, Staging& staging, const LogProgress& progress);

struct Format {
  ExportFormat format;
  std::string_view name;
  Staging::Kind kind;
  Result<void> (*write)(Subject&, Staging&, const LogProgress&);
};
const Format& format_of(ExportFormat format);

}  // namespace tally::exports
