// `tally export`: the ledger for other tools.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "progress.h"
#include "table.h"
#include "tally/export.h"
#include "tally/static_log.h"
#include "text.h"
#include "totals_filter.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct ExportArguments {
  std::string folder;
  std::string format;
  std::string of;
  std::string out;
  std::vector<std::string> stages;
  TotalsFilter filter;
};

void print(const StaticLogWritten& written, const std::string& path, Console& console) {
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    out.member("format", "tiles");
    out.member("out", valid_utf8(path));
    out.member("size", written.size.count);
    out.member("root", written.root.to_string());
    out.member("files", written.files);
    out.end_object();
    console.out.write(text + "\n");
    return;
  }
  console.out.write(fmt::format("Wrote a static log of {} to {}.\n",
                                counted(written.size.count, "event"), harmless(path)));
  Facts facts;
  facts.add("root", written.root.to_string());
  facts.add("written", counted(written.files, "file"));
  facts.print(console);
}

Result<ExitStatus> export_tiles(const ExportArguments& arguments, Console& console) {
  const TotalsQuery& query = arguments.filter.query;
  const bool is_part = !arguments.filter.years.empty() || arguments.filter.as_of ||
                       !query.measures.empty() || !query.programmes.empty() ||
                       !query.organisations.empty() || !query.contracts.empty() ||
                       !arguments.stages.empty();
  if (is_part) return usage("--format tiles is of the whole log: leave the filters out");
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  Progress progress(console);
  TALLY_ASSIGN(const StaticLogWritten written,
               write_static_log(*ledger, arguments.out, [&](std::uint64_t done, std::uint64_t all) {
                 progress.update("Writing", "events", done, all);
               }));
  progress.finish();
  print(written, arguments.out, console);
  return ExitStatus::kDone;
}

void print(const Exported& exported, const ExportArguments& arguments, Console& console) {
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    out.member("format", arguments.format);
    out.member("out", valid_utf8(arguments.out));
    out.member("as_of", exported.as_of.value);
    out.member("root", exported.root.to_string());
    out.key("files").begin_array();
    for (const ExportedFile& file : exported.files) {
      out.begin_object().member("name", valid_utf8(file.name)).member("rows", file.rows);
      out.member("bytes", file.bytes).member("sha256", file.sha256.to_string()).end_object();
    }
    out.end_array().end_object();
    console.out.write(text + "\n");
    return;
  }
  console.out.write(fmt::format("Wrote {} as of event {}.\n\n", harmless(arguments.out),
                                with_thousands(exported.as_of.value)));
  Table table({{"file"}, {"rows", Align::kRight}, {"size", Align::kRight}, {"sha256"}}, 2);
  for (const ExportedFile& file : exported.files) {
    table.add_row({harmless(file.name), file.rows > 0 ? with_thousands(file.rows) : "",
                   bytes_text(file.bytes), short_digest(file.sha256)});
  }
  table.print(console);
}

Result<ExportFormat> format_of(const ExportArguments& arguments) {
  const bool is_jsonl = arguments.format == "jsonl";
  if (!is_jsonl && !arguments.of.empty()) return usage("--of goes with --format jsonl");
  if (arguments.format == "csv") return ExportFormat::kCsv;
  if (is_jsonl && (arguments.of.empty() || arguments.of == "events")) {
    return ExportFormat::kJsonlEvents;
  }
  if (is_jsonl && arguments.of == "totals") return ExportFormat::kJsonlTotals;
  if (is_jsonl) {
    return usage(
        fmt::format("--of takes `events` and `totals`, not \"{}\"", harmless(arguments.of)));
  }
  for (const ExportFormat format : {ExportFormat::kProv, ExportFormat::kOcds}) {
    if (arguments.format == export_format_name(format)) return format;
  }
  return usage(fmt::format("--format takes `csv`, `jsonl`, `tiles`, `prov` and `ocds`, not \"{}\"",
                           harmless(arguments.format)));
}

Result<ExitStatus> run_export(const ExportArguments& arguments, Console& console) {
  if (arguments.format == "tiles") return export_tiles(arguments, console);
  TALLY_ASSIGN(const ExportFormat format, format_of(arguments));
  ExportQuery query;
  for (const std::string& name : arguments.stages) {
    const auto stage = stage_from_name(name);
    if (!stage) return usage(fmt::format("\"{}\" is not a stage", harmless(name)));
    query.stages.push_back(*stage);
  }
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  TALLY_ASSIGN(query.totals, arguments.filter.read(*ledger));
  Progress progress(console);
  TALLY_ASSIGN(const Exported exported, export_to(*ledger, format, query, arguments.out,
                                                  [&](std::uint64_t done, std::uint64_t all) {
                                                    progress.update("Writing", "events", done, all);
                                                  }));
  progress.finish();
  print(exported, arguments, console);
  return ExitStatus::kDone;
}

}  // namespace

void add_export(CommandLine& line) {
  const auto arguments = std::make_shared<ExportArguments>();
  CLI::App& verb = line.add_verb(
      "export", "Writes the ledger, or what it adds up to, for other tools.", arguments->folder,
      {"tally export demo-ledger --format csv --year 2022-23 --out demo-csv",
       "tally export demo-ledger --format jsonl --of totals --out demo-totals",
       "tally export demo-ledger --format tiles --out demo-log",
       "tally export demo-ledger --format prov --measure jobs --out demo-prov.json",
       "tally export demo-ledger --format ocds --out demo-ocds.json"});
  add_text(verb, "--format", arguments->format, "FORMAT",
           "csv: tables with their descriptors; jsonl: JSON Lines; tiles: the log as static files, "
           "for anyone to check (c2sp.org/tlog-tiles); prov: where each figure comes from (W3C "
           "PROV-JSON); ocds: contracts with what was agreed and what was verified (Open "
           "Contracting releases)")
      ->required();
  add_text(verb, "--of", arguments->of, "WHAT", "of jsonl: `events`, else `totals`");
  add_text(verb, "--out", arguments->out, "PATH",
           "where to: a new folder; of prov and ocds a new file; of tiles also that of an earlier "
           "export, which is brought up to "
           "date")
      ->required();
  add_totals_filter(verb, arguments->filter);
  add_texts(verb, "--stage", arguments->stages, "STAGE", "only this stage; may be repeated");
  line.on_run(verb, [arguments](Console& console) { return run_export(*arguments, console); });
}

}  // namespace tally::tool
