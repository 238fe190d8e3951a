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
#include "export/ledger_json.h"
#include "line_source.h"
#include "open_ledger.h"
#include "progress.h"
#include "receipt_text.h"
#include "tally/ledger.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct AppendArguments {
  std::string folder;
  std::vector<std::string> files;
  bool dry_run = false;
  bool rebuild = false;
  std::optional<std::uint64_t> expected_head;
};

Result<ExitStatus> run_append(const AppendArguments& arguments, Console& console) {
  std::vector<std::string> files = arguments.files;
  if (files.empty()) files.emplace_back("-");
  if (std::count(files.begin(), files.end(), "-") > 1) {
    return usage("standard input (`-`) can be read only once");
  }
  const bool reads_input = std::find(files.begin(), files.end(), "-") != files.end();

  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               open_for_writing(arguments.folder, arguments.rebuild, console));
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
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    exports::write_receipt_members(out, *receipt, arguments.dry_run, ledger->identity().year_start);
    out.end_object();
    console.out.write(text + "\n");
  } else {
    print_receipt(*receipt, arguments.dry_run, ledger->identity(), console);
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
  add_rebuild(verb, arguments->rebuild);
  line.on_run(verb, [arguments](Console& console) { return run_append(*arguments, console); });
}

}  // namespace tally::tool
