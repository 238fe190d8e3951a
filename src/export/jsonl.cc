// JSON Lines: events as `log --json` prints them, totals as `totals --json` prints their rows; with
// a descriptor that says how many lines there are.

#include <fmt/format.h>

#include "base/try.h"
#include "export/about.h"
#include "export/event_walk.h"
#include "export/formats.h"
#include "export/totals_json.h"

namespace tally::exports {
namespace {

constexpr std::string_view kDescriptor = "export.json";

// The descriptor and the README come last: they know what the data are.
Result<void> describe(const Subject& subject, Staging& staging, std::string_view what) {
  std::string json;
  base::JsonWriter out(json);
  out.begin_object().member("format", "jsonl");
  write_about(out, subject);
  out.key("files").begin_array();
  for (const ExportedFile& file : staging.files()) {
    out.begin_object().member("name", file.name);
    out.member("rows", file.rows).member("bytes", file.bytes);
    out.member("sha256", file.sha256.to_string()).end_object();
  }
  out.end_array().end_object();
  TALLY_TRY(staging.add(
      "README.txt", fmt::format("{}\n\nEach file is JSON Lines: one object a line, UTF-8. {} says "
                                "how many lines and bytes\neach has, and its SHA-256: what has "
                                "fewer was cut short.\n\n{}",
                                what, kDescriptor, how_to_check(subject))));
  TALLY_TRY(add_proofs(staging, subject));
  return staging.add(std::string(kDescriptor), json + "\n");
}

}  // namespace

Result<void> write_jsonl_events(Subject& subject, Staging& staging, const LogProgress& progress) {
  TALLY_ASSIGN(std::unique_ptr<OutFile> file, staging.begin("events.jsonl"));
  const YearStart year_start = subject.year_start();
  TALLY_TRY(for_each_event(subject, progress, [&](const Event& event) {
    file->write(to_json(event, year_start));
    file->write("\n");
    file->count_row();
  }));
  TALLY_TRY(staging.finish(std::move(file)));
  return describe(subject, staging,
                  "Every event of the ledger's log up to the point of this export, oldest first.");
}

Result<void> write_jsonl_totals(Subject& subject, Staging& staging, const LogProgress&) {
  TALLY_ASSIGN(std::unique_ptr<OutFile> file, staging.begin("totals.jsonl"));
  for (const TotalsRow& row : subject.totals.rows) {
    std::string line;
    base::JsonWriter out(line);
    write_totals_row(out, row, {}, subject.query.stages, subject.year_start());
    file->write(line + "\n");
    file->count_row();
  }
  TALLY_TRY(staging.finish(std::move(file)));
  return describe(subject, staging, "Yearly totals, a row a year and measure.");
}

}  // namespace tally::exports
