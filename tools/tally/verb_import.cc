// `tally import`: records entries that stand in a spreadsheet.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "base/try.h"
#include "export/ledger_json.h"
#include "export/sheet_entries.h"
#include "line_source.h"
#include "open_ledger.h"
#include "progress.h"
#include "receipt_text.h"
#include "tally/ledger.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

using exports::SheetEntries;
using exports::SheetMapping;
using exports::SheetPlace;

constexpr std::uint64_t kMappingBytes = 256 * 1024;
// So many refused rows are told of one run; with more, the sheet has one fault all over.
constexpr std::size_t kToldRows = 20;
// A pass over the sheet is made for each; of a very large one, as many as fit into this.
constexpr std::chrono::seconds kSearch{5};

struct ImportArguments {
  std::string folder;
  std::string file;
  std::string type;
  std::vector<std::string> columns;
  std::vector<std::string> constants;
  std::string mapping;
  std::string save_mapping;
  std::string date_format;
  std::string id_prefix;
  bool decimal_comma = false;
  bool dry_run = false;
  bool rebuild = false;
};

// A row that was refused, and for which of its cells.
struct RefusedRow {
  Error error;
  std::optional<SheetPlace> place;
};

// ---- The mapping ----

// Splits NAME=VALUE, where a heading may hold the sign itself.
Result<void> take_pair(const std::string& text, bool at_last, std::string_view option,
                       SheetMapping::Pairs& pairs) {
  const std::size_t sign = at_last ? text.rfind('=') : text.find('=');
  if (sign == std::string::npos || sign == 0 || sign + 1 == text.size()) {
    return usage(fmt::format("--{}, not \"{}\"", option, harmless(text)));
  }
  exports::set_pair(pairs, text.substr(0, sign), text.substr(sign + 1));
  return {};
}

Result<SheetMapping> read_mapping_file(const std::string& name) {
  TALLY_ASSIGN(const std::string text, read_input(name, kMappingBytes));
  Result<SheetMapping> mapping = exports::read_sheet_mapping(text);
  if (mapping.ok()) return mapping;
  Error error = mapping.take_error();
  error.message = fmt::format("the mapping {}: {}", name, error.message);
  return error;
}

// What the file of --mapping says, and the command line on top of it.
Result<SheetMapping> mapping_of(const ImportArguments& arguments) {
  SheetMapping mapping;
  if (!arguments.mapping.empty()) {
    TALLY_ASSIGN(mapping, read_mapping_file(arguments.mapping));
  }
  if (arguments.type.empty() && arguments.mapping.empty()) {
    return usage("--type is missing: what is a row of the sheet, such as `claim`?");
  }
  if (!arguments.type.empty()) {
    TALLY_ASSIGN(const EntryType type, exports::sheet_type(arguments.type));
    if (!arguments.mapping.empty() && type != mapping.type) {
      return usage(fmt::format("--type says `{}`, and the mapping is of type `{}`", type_name(type),
                               type_name(mapping.type)));
    }
    mapping.type = type;
  }
  for (const std::string& text : arguments.columns) {
    TALLY_TRY(take_pair(text, true, "map takes COLUMN=FIELD", mapping.columns));
  }
  for (const std::string& text : arguments.constants) {
    TALLY_TRY(take_pair(text, false, "set takes FIELD=VALUE", mapping.constants));
  }
  if (!arguments.date_format.empty()) {
    const auto order = exports::date_order_from_name(arguments.date_format);
    if (!order) {
      return usage(
          fmt::format("--date-format takes `day-first`, `month-first` and `iso`, not "
                      "\"{}\"",
                      harmless(arguments.date_format)));
    }
    mapping.dates = *order;
  }
  mapping.decimal_comma = mapping.decimal_comma || arguments.decimal_comma;
  if (!arguments.id_prefix.empty()) mapping.id_prefix = arguments.id_prefix;
  return mapping;
}

// ---- Refused rows ----

// `line 7, column "Jobs created" (quantity), entry "c-7": …`
Error told(const RefusedRow& row) {
  std::string place = fmt::format("line {}", row.error.line);
  if (row.place && row.place->column.empty()) {
    place += fmt::format(", --set {}", row.place->field);
  } else if (row.place) {
    place += fmt::format(", column \"{}\"", row.place->column);
    if (row.place->column != row.place->field) place += fmt::format(" ({})", row.place->field);
  }
  if (!row.error.entry.empty()) place += fmt::format(", entry \"{}\"", row.error.entry);
  return {row.error.code, fmt::format("{}: {}", place, row.error.message), {}, 0, {}};
}

void write_refused(base::JsonWriter& out, const RefusedRow& row) {
  out.begin_object().member("code", code_name(row.error.code));
  out.member("message", valid_utf8(row.error.message)).member("line", row.error.line);
  if (!row.error.entry.empty()) out.member("entry", valid_utf8(row.error.entry));
  if (row.place && !row.place->column.empty()) out.member("column", row.place->column);
  if (row.place) out.member("field", row.place->field);
  out.end_object();
}

ExitStatus tell(const std::vector<RefusedRow>& rows, bool all_found, Console& console) {
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object().key("error");
    write_refused(out, rows.front());
    out.key("refused").begin_array();
    for (const RefusedRow& row : rows) write_refused(out, row);
    out.end_array().end_object();
    console.report_json(text);
    return ExitStatus::kRefused;
  }
  for (const RefusedRow& row : rows) console.report(told(row));
  console.note(fmt::format("{} {} refused{}; nothing was written.", counted(rows.size(), "row"),
                           rows.size() == 1 ? "is" : "are",
                           all_found ? "" : ", and there may be more"));
  return ExitStatus::kRefused;
}

// Whether the error is of one row, so that others may be looked at without it.
bool is_of_row(const Error& error) {
  return error.line > 0 && exit_status_of(error.code) == ExitStatus::kRefused;
}

// ---- The run ----

class Import {
 public:
  Import(const ImportArguments& arguments, SheetMapping mapping, Ledger& ledger)
      : arguments_(arguments), mapping_(std::move(mapping)), ledger_(ledger) {}

  // Submits the sheet.
  Result<ExitStatus> run(Console& console);

 private:
  // Finds the other refused rows, each as if those before it were not there; nothing is written.
  void find_more();
  bool holds(std::uint64_t line) const;
  std::set<std::uint64_t> refused_lines() const;
  void print(const Receipt& receipt, const std::vector<std::string>& unread,
             Console& console) const;

  const ImportArguments& arguments_;
  const SheetMapping mapping_;
  Ledger& ledger_;
  std::vector<RefusedRow> refused_;
  bool all_found_ = false;  // there is no other
};

bool Import::holds(std::uint64_t line) const {
  return std::any_of(refused_.begin(), refused_.end(),
                     [line](const RefusedRow& row) { return row.error.line == line; });
}

std::set<std::uint64_t> Import::refused_lines() const {
  std::set<std::uint64_t> lines;
  for (const RefusedRow& row : refused_) lines.insert(row.error.line);
  return lines;
}

void Import::find_more() {
  // What comes through a pipe is there once.
  std::error_code unused;
  if (!std::filesystem::is_regular_file(arguments_.file, unused)) return;
  const auto started = std::chrono::steady_clock::now();
  while (refused_.size() < kToldRows) {
    if (std::chrono::steady_clock::now() - started > kSearch) return;
    FileLines lines({arguments_.file});
    SheetEntries sheet(lines, mapping_, ledger_.identity().currency);
    if (!sheet.open().ok()) return;
    sheet.pass_over(refused_lines());
    AppendOptions options;
    options.dry_run = true;
    auto receipt = ledger_.append(sheet, options);
    // A row that cannot be passed over, since where it ends is not known, is met again.
    if (receipt.ok() || !is_of_row(receipt.error()) || holds(receipt.error().line)) {
      all_found_ = receipt.ok();
      return;
    }
    refused_.push_back({receipt.error(), sheet.place_of(receipt.error())});
  }
}

void Import::print(const Receipt& receipt, const std::vector<std::string>& unread,
                   Console& console) const {
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    exports::write_receipt_members(out, receipt, arguments_.dry_run, ledger_.identity().year_start);
    out.key("unread").begin_array();
    for (const std::string& heading : unread) out.string(heading);
    out.end_array().end_object();
    console.out.write(text + "\n");
    return;
  }
  if (!unread.empty()) {
    console.out.write(
        harmless(fmt::format("Not read: the {} \"{}\".", unread.size() == 1 ? "column" : "columns",
                             fmt::join(unread, "\", \""))) +
        "\n");
  }
  print_receipt(receipt, arguments_.dry_run, ledger_.identity(), console);
}

Result<ExitStatus> Import::run(Console& console) {
  FileLines lines({arguments_.file});
  SheetEntries sheet(lines, mapping_, ledger_.identity().currency);
  TALLY_TRY(sheet.open());
  Progress progress(console);
  AppendOptions options;
  options.dry_run = arguments_.dry_run;
  options.progress = [&](std::uint64_t entries) {
    progress.update(arguments_.dry_run ? "Checking" : "Importing", "rows", entries, 0);
  };
  auto receipt = ledger_.append(sheet, options);
  progress.finish();
  if (!receipt.ok()) {
    if (!is_of_row(receipt.error())) return receipt.take_error();
    refused_.push_back({receipt.error(), sheet.place_of(receipt.error())});
    find_more();
    return tell(refused_, all_found_, console);
  }
  print(*receipt, sheet.unread(), console);
  return ExitStatus::kDone;
}

Result<ExitStatus> run_import(const ImportArguments& arguments, Console& console) {
  TALLY_ASSIGN(SheetMapping mapping, mapping_of(arguments));
  const std::string kept = exports::write_sheet_mapping(mapping);
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               open_for_writing(arguments.folder, arguments.rebuild, console));
  Import import(arguments, std::move(mapping), *ledger);
  TALLY_ASSIGN(const ExitStatus status, import.run(console));
  if (status == ExitStatus::kDone && !arguments.save_mapping.empty()) {
    TALLY_TRY(write_output(arguments.save_mapping, kept));
  }
  return status;
}

}  // namespace

void add_import(CommandLine& line) {
  const auto arguments = std::make_shared<ImportArguments>();
  CLI::App& verb = line.add_verb(
      "import", "Records the rows of a spreadsheet saved as CSV: all of them or none.",
      arguments->folder,
      {"tally import demo-ledger claims.csv --type claim --dry-run",
       "tally import demo-ledger jobs.csv --type claim --map \"Jobs created=quantity\" "
       "--set measure=jobs --id-prefix jobs --save-mapping jobs.json",
       "tally import demo-ledger jobs.csv --mapping jobs.json"});
  verb.add_option("FILE", arguments->file,
                  "CSV in UTF-8, apart by commas, semicolons or tabs; `-` is standard input")
      ->required();
  add_text(
      verb, "--type", arguments->type, "TYPE",
      "what each row is: organisation, programme, contract, measure, commitment (of one year), "
      "claim, verification, correction (that withdraws), erasure");
  add_texts(verb, "--map", arguments->columns, "COLUMN=FIELD",
            "which field a column gives, by its heading; may be repeated; a heading that is a "
            "field's name needs none, other columns are not read");
  add_texts(verb, "--set", arguments->constants, "FIELD=VALUE",
            "the value of a field in rows that leave it empty; may be repeated");
  add_text(verb, "--id-prefix", arguments->id_prefix, "P",
           "rows without an id get P-2, P-3 …, the row's number: the same sheet, the same ids");
  add_text(verb, "--date-format", arguments->date_format, "FORMAT",
           "day-first (1/4/2022 is in April), month-first or iso; 2022-04-01 is always read, "
           "1-Apr-2022 but for iso");
  verb.add_flag("--decimal-comma", arguments->decimal_comma,
                "numbers are written 1.234,5; else 1,234.5 or 1 234.5; a sign of the ledger's "
                "currency is taken off, a per cent sign refused");
  add_text(verb, "--mapping", arguments->mapping, "FILE",
           "type, columns and formats from this file");
  add_text(verb, "--save-mapping", arguments->save_mapping, "FILE",
           "keeps them there, once the sheet is in");
  verb.add_flag("--dry-run", arguments->dry_run, "decide everything, write nothing");
  add_rebuild(verb, arguments->rebuild);
  line.on_run(verb, [arguments](Console& console) { return run_import(*arguments, console); });
}

}  // namespace tally::tool
