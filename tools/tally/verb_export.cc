// `tally export`: the ledger for other tools.

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "export/sheet_fields.h"
#include "progress.h"
#include "table.h"
#include "tally/export.h"
#include "tally/pack.h"
#include "tally/static_log.h"
#include "text.h"
#include "totals_filter.h"
#include "verbs.h"

namespace tally::tool {
namespace {

constexpr std::string_view kFormatNames =
    "`csv`, `xlsx`, `jsonl`, `statement`, `prov`, `ocds`, `pack`, `template` and `tiles`";

struct ExportArguments {
  std::string folder;
  std::string format;
  std::string of;
  std::string type;
  std::string out;
  std::vector<std::string> stages;
  std::vector<std::string> figures;
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

// Whether anything of the whole is left out.
bool is_part(const ExportArguments& arguments) {
  const TotalsQuery& query = arguments.filter.query;
  return !arguments.filter.years.empty() || arguments.filter.as_of || !query.measures.empty() ||
         !query.programmes.empty() || !query.organisations.empty() || !query.contracts.empty() ||
         !arguments.stages.empty();
}

// The empty sheet of a type, for `tally import`.
Result<ExitStatus> export_template(const ExportArguments& arguments, Console& console) {
  if (is_part(arguments)) return usage("--format template holds no entries: leave the filters out");
  if (arguments.type.empty()) {
    return usage("--type is missing: what will the rows of the sheet be, such as `claim`?");
  }
  TALLY_ASSIGN(const EntryType type, exports::sheet_type(arguments.type));
  TALLY_TRY(Ledger::open(arguments.folder, Ledger::Access::kRead));
  std::error_code unused;
  if (std::filesystem::exists(arguments.out, unused)) {
    return usage(
        fmt::format("{} is there already, and may have been filled in", harmless(arguments.out)));
  }
  TALLY_TRY(write_output(arguments.out, exports::sheet_template(type)));
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object().member("format", "template").member("out", valid_utf8(arguments.out));
    out.member("type", type_name(type)).key("fields").begin_array();
    for (const exports::SheetField& field : exports::sheet_fields(type)) out.string(field.name);
    out.end_array().end_object();
    console.out.write(text + "\n");
    return ExitStatus::kDone;
  }
  console.out.write(fmt::format("Wrote the headings of a sheet of type `{}` to {}.\n",
                                type_name(type), harmless(arguments.out)));
  return ExitStatus::kDone;
}

Result<ExitStatus> export_tiles(const ExportArguments& arguments, Console& console) {
  if (is_part(arguments)) return usage("--format tiles is of the whole log: leave the filters out");
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

void write_files(base::JsonWriter& out, const std::vector<ExportedFile>& files) {
  out.begin_array();
  for (const ExportedFile& file : files) {
    out.begin_object().member("name", valid_utf8(file.name)).member("rows", file.rows);
    out.member("bytes", file.bytes).member("sha256", file.sha256.to_string()).end_object();
  }
  out.end_array();
}

void print_files(const std::vector<ExportedFile>& files, Console& console) {
  Table table({{"file"}, {"rows", Align::kRight}, {"size", Align::kRight}, {"sha256"}}, 2);
  for (const ExportedFile& file : files) {
    table.add_row({harmless(file.name), file.rows > 0 ? with_thousands(file.rows) : "",
                   bytes_text(file.bytes), short_digest(file.sha256)});
  }
  table.print(console);
}

// What every export tells of itself, into an open object.
void write_head(base::JsonWriter& out, const ExportArguments& arguments, Sequence as_of,
                const Hash& root) {
  out.member("format", arguments.format);
  out.member("out", valid_utf8(arguments.out));
  out.member("as_of", as_of.value);
  out.member("root", root.to_string());
}

void print(const Exported& exported, const ExportArguments& arguments, Console& console) {
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    write_head(out, arguments, exported.as_of, exported.root);
    write_files(out.key("files"), exported.files);
    out.end_object();
    console.out.write(text + "\n");
    return;
  }
  console.out.write(fmt::format("Wrote {} as of event {}.\n\n", harmless(arguments.out),
                                with_thousands(exported.as_of.value)));
  print_files(exported.files, console);
}

void print_json(const Packed& packed, const ExportArguments& arguments, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  write_head(out, arguments, packed.as_of, packed.root);
  write_files(out.key("files"), {packed.file});
  write_files(out.key("parts"), packed.parts);
  out.key("left_out").begin_array();
  for (const PackLeftOut& one : packed.left_out) {
    const bool is_file = one.figure.empty();
    out.begin_object().member(is_file ? "file" : "figure", is_file ? one.file : one.figure);
    out.member("why", one.why).end_object();
  }
  out.end_array().end_object();
  console.out.write(text + "\n");
}

void print(const Packed& packed, const ExportArguments& arguments, Console& console) {
  if (console.json) return print_json(packed, arguments, console);
  console.out.write(
      fmt::format("Wrote {} as of event {}: {}, {} packed into {}.\n\n", harmless(arguments.out),
                  with_thousands(packed.as_of.value), short_digest(packed.file.sha256),
                  counted(packed.parts.size(), "file"), bytes_text(packed.file.bytes)));
  print_files(packed.parts, console);
  for (const PackLeftOut& one : packed.left_out) {
    console.out.write(fmt::format("\nLeft out: {}: {}\n",
                                  harmless(one.figure.empty() ? one.file : one.figure),
                                  harmless(one.why)));
  }
}

Result<ExportFormat> format_of(const ExportArguments& arguments) {
  const bool is_jsonl = arguments.format == "jsonl";
  if (!is_jsonl && !arguments.of.empty()) return usage("--of goes with --format jsonl");
  if (arguments.format == "csv") return ExportFormat::kCsv;
  if (arguments.format == "statement") return ExportFormat::kStatement;
  if (is_jsonl && (arguments.of.empty() || arguments.of == "events")) {
    return ExportFormat::kJsonlEvents;
  }
  if (is_jsonl && arguments.of == "totals") return ExportFormat::kJsonlTotals;
  if (is_jsonl) {
    return usage(
        fmt::format("--of takes `events` and `totals`, not \"{}\"", harmless(arguments.of)));
  }
  for (const ExportFormat format :
       {ExportFormat::kProv, ExportFormat::kOcds, ExportFormat::kXlsx}) {
    if (arguments.format == export_format_name(format)) return format;
  }
  return usage(
      fmt::format("--format takes {}, not \"{}\"", kFormatNames, harmless(arguments.format)));
}

Result<ExitStatus> export_pack(const Ledger& ledger, const ExportArguments& arguments,
                               const ExportQuery& what, Console& console) {
  PackQuery query;
  query.what = what;
  for (const std::string& text : arguments.figures) {
    TALLY_ASSIGN(FigureReference figure,
                 FigureReference::parse(text, ledger.identity().year_start));
    query.figures.push_back(std::move(figure));
  }
  Progress progress(console);
  TALLY_ASSIGN(const Packed packed,
               write_pack(ledger, query, arguments.out,
                          [&](std::string_view doing, std::string_view noun, std::uint64_t done,
                              std::uint64_t all) { progress.update(doing, noun, done, all); }));
  progress.finish();
  print(packed, arguments, console);
  return ExitStatus::kDone;
}

Result<ExitStatus> run_export(const ExportArguments& arguments, Console& console) {
  if (!arguments.type.empty() && arguments.format != "template") {
    return usage("--type goes with --format template");
  }
  const bool is_pack = arguments.format == "pack";
  if (!is_pack && !arguments.figures.empty()) return usage("--figure goes with --format pack");
  if (is_pack && !arguments.of.empty()) return usage("--of goes with --format jsonl");
  if (arguments.format == "template") return export_template(arguments, console);
  if (arguments.format == "tiles") return export_tiles(arguments, console);
  ExportFormat format{};
  if (!is_pack) {
    TALLY_ASSIGN(format, format_of(arguments));
  }
  ExportQuery query;
  for (const std::string& name : arguments.stages) {
    const auto stage = stage_from_name(name);
    if (!stage) return usage(fmt::format("\"{}\" is not a stage", harmless(name)));
    query.stages.push_back(*stage);
  }
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  TALLY_ASSIGN(query.totals, arguments.filter.read(*ledger));
  if (is_pack) return export_pack(*ledger, arguments, query, console);
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
       "tally export demo-ledger --format xlsx --out demo.xlsx",
       "tally export demo-ledger --format jsonl --of totals --out demo-totals",
       "tally export demo-ledger --format statement --year 2022-23 --out demo.html",
       "tally export demo-ledger --format prov --measure jobs --out demo-prov.json",
       "tally export demo-ledger --format ocds --out demo-ocds.json",
       "tally export demo-ledger --format pack --year 2022-23 --out demo-pack.zip",
       "tally export demo-ledger --format template --type claim --out empty-claims.csv",
       "tally export demo-ledger --format tiles --out demo-log"});
  add_text(
      verb, "--format", arguments->format, "FORMAT",
      "csv: tables with their descriptors; xlsx: a workbook whose sums are formulas; jsonl: JSON "
      "Lines; statement: one year as a page of HTML, to print; prov: where each figure comes from, "
      "as W3C PROV-JSON; ocds: the "
      "contracts that have an ocid, with what was agreed and what was delivered and verified, "
      "as an Open Contracting release package; pack: all of these in one ZIP, with a bundle for "
      "each figure that was published, for `tally check-bundle`; template: an empty sheet for "
      "`tally import`; "
      "tiles: the log as static files, for anyone to check (c2sp.org/tlog-tiles)")
      ->required();
  add_text(verb, "--of", arguments->of, "WHAT", "of jsonl: `events`, else `totals`");
  add_text(verb, "--type", arguments->type, "TYPE", "of a template: what its rows will be");
  add_text(verb, "--out", arguments->out, "PATH",
           "where to: a new folder for csv and jsonl, else a new file; of tiles also that of an "
           "earlier export, which is brought up to date")
      ->required();
  add_totals_filter(verb, arguments->filter);
  add_texts(verb, "--figure", arguments->figures, "FIGURE",
            "of a pack: a bundle of this figure, and not of those that were published; may be "
            "repeated");
  add_texts(verb, "--stage", arguments->stages, "STAGE", "only this stage; may be repeated");
  line.on_run(verb, [arguments](Console& console) { return run_export(*arguments, console); });
}

}  // namespace tally::tool
