// `tally append`: records entries.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/try.h"
#include "json_values.h"
#include "line_source.h"
#include "progress.h"
#include "table.h"
#include "tally/ledger.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct AppendArguments {
  std::string folder;
  std::vector<std::string> files;
  bool dry_run = false;
  std::optional<std::uint64_t> expected_head;
};

void write_impact(base::JsonWriter& out, const Impact& impact, YearStart year_start) {
  out.key("moves").begin_array();
  for (const Move& move : impact.moves) {
    out.begin_object();
    out.member("figure", move.figure.to_string(year_start));
    number_or_null(out, "from", move.from);
    number_or_null(out, "to", move.to);
    number_or_null(out, "value_from", move.value_from);
    number_or_null(out, "value_to", move.value_to);
    out.end_object();
  }
  out.end_array();
  out.key("restates").begin_array();
  for (const std::string& publication : impact.restates) out.string(publication);
  out.end_array();
}

void print_json(const AppendArguments& arguments, const Receipt& receipt, YearStart year_start,
                Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("appended", receipt.appended);
  out.member("duplicates", receipt.duplicates);
  out.member("head", receipt.head.value);
  out.member("root", receipt.root.to_string());
  if (arguments.dry_run) write_impact(out, receipt.impact, year_start);
  out.end_object();
  console.out.write(text + "\n");
}

std::string counted_entries(std::uint64_t count) {
  return fmt::format("{} {}", with_thousands(count), count == 1 ? "entry" : "entries");
}

std::string number_text(const std::optional<Decimal>& number) {
  return number ? number->to_display() : "–";
}

void print_impact(const Impact& impact, const LedgerOpened& identity, Console& console) {
  if (impact.moves.empty()) {
    console.out.write("No published figure would move.\n");
    return;
  }
  const bool has_values =
      std::any_of(impact.moves.begin(), impact.moves.end(),
                  [](const Move& move) { return move.value_from || move.value_to; });
  std::vector<Column> columns = {
      {"published figure"}, {"from", Align::kRight}, {"to", Align::kRight}};
  if (has_values) {
    columns.push_back({fmt::format("value from ({})", identity.currency), Align::kRight});
    columns.push_back({"value to", Align::kRight});
  }
  Table table(std::move(columns), 2);
  for (const Move& move : impact.moves) {
    FigureReference figure = move.figure;
    figure.as_of.reset();
    std::vector<std::string> cells = {figure.to_string(identity.year_start), number_text(move.from),
                                      number_text(move.to)};
    if (has_values) {
      cells.push_back(number_text(move.value_from));
      cells.push_back(number_text(move.value_to));
    }
    table.add_row(std::move(cells));
  }
  console.out.write("It would move what was published:\n\n");
  table.print(console);
  for (const std::string& publication : impact.restates) {
    console.out.write(fmt::format("\nThe publication {} would be restated.\n", publication));
  }
}

void print_text(const AppendArguments& arguments, const Receipt& receipt,
                const LedgerOpened& identity, Console& console) {
  const std::string verb = arguments.dry_run ? "Would append" : "Appended";
  console.out.write(fmt::format("{} {}", verb, counted_entries(receipt.appended)));
  if (receipt.duplicates > 0) {
    console.out.write(fmt::format("; {} {} there already, with the same content",
                                  with_thousands(receipt.duplicates),
                                  receipt.duplicates == 1 ? "was" : "were"));
  }
  if (arguments.dry_run) {
    console.out.write(fmt::format(".\nNothing was written: the head stays at event {}.\n",
                                  with_thousands(receipt.head.value)));
    print_impact(receipt.impact, identity, console);
    return;
  }
  console.out.write(fmt::format(".\nThe head is event {}, the root {}.\n",
                                with_thousands(receipt.head.value), receipt.root.to_string()));
}

Result<ExitStatus> run_append(const AppendArguments& arguments, Console& console) {
  std::vector<std::string> files = arguments.files;
  if (files.empty()) files.emplace_back("-");
  if (std::count(files.begin(), files.end(), "-") > 1) {
    return usage("standard input (`-`) can be read only once");
  }
  const bool reads_input = std::find(files.begin(), files.end(), "-") != files.end();

  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kWrite));
  if (reads_input && ::isatty(STDIN_FILENO) == 1) {
    console.note("Reading entries from standard input, one JSON object a line; Ctrl-D ends it.");
  }
  FileLines lines(files);
  Progress progress(console);
  AppendOptions options;
  options.dry_run = arguments.dry_run;
  if (arguments.expected_head) options.expected_head = Sequence{*arguments.expected_head};
  options.progress = [&](std::uint64_t entries) {
    progress.update(arguments.dry_run ? "Checking" : "Appending", "entries", entries, 0);
  };
  auto receipt = ledger->append(lines, options);
  progress.finish();
  if (!receipt.ok()) return receipt.take_error();
  if (console.json) {
    print_json(arguments, *receipt, ledger->identity().year_start, console);
  } else {
    print_text(arguments, *receipt, ledger->identity(), console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_append(CommandLine& line) {
  const auto arguments = std::make_shared<AppendArguments>();
  CLI::App& verb = line.add_verb(
      "append", "Records entries, given as JSON Lines: all of them or none.", arguments->folder,
      {"tally append demo-ledger entries.jsonl",
       "tally append demo-ledger entries.jsonl --dry-run"});
  verb.add_option("FILE", arguments->files, "what to record; `-`, or no FILE, is standard input");
  verb.add_flag("--dry-run", arguments->dry_run, "decide everything, write nothing");
  add_number(verb, "--expect-head", arguments->expected_head,
             "refuse, with `conflict`, unless the last event is N");
  line.on_run(verb, [arguments](Console& console) { return run_append(*arguments, console); });
}

}  // namespace tally::tool
