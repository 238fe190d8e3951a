// `tally backup`: a copy of the ledger to come back from, made and brought up to date.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "progress.h"
#include "table.h"
#include "tally/backup.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct BackupArguments {
  std::string folder;
  std::string to;
};

void print_json(const BackupReport& report, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("events", report.events);
  out.member("added", report.added);
  out.member("root", report.root.to_string());
  out.member("made_at", report.made_at.to_string());
  out.member("files", report.files);
  out.member("bytes", report.bytes);
  out.member("written_bytes", report.written_bytes);
  out.key("seconds").raw(fmt::format("{:.3f}", report.seconds));
  out.end_object();
  console.out.write(text + "\n");
}

void print_text(const BackupReport& report, const std::string& to, Console& console) {
  console.out.write(
      fmt::format("{} It holds {}, of which {} new, and was read back.\n",
                  console.style.green("The backup is complete."), counted(report.events, "event"),
                  report.added == 1 ? "1 is" : with_thousands(report.added) + " are"));
  Facts facts;
  facts.add("in", harmless(to));
  facts.add("root", report.root.to_string());
  facts.add("holds",
            fmt::format("{} in {}", bytes_text(report.bytes), counted(report.files, "file")));
  facts.add("written", bytes_text(report.written_bytes));
  facts.add("took", duration_text(report.seconds));
  facts.print(console);
  console.out.write(
      "It holds the private key that the log is signed with: guard it as the ledger.\n");
}

Result<ExitStatus> run_backup(const BackupArguments& arguments, Console& console) {
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  Progress progress(console);
  auto report = backup(*ledger, arguments.to, [&](std::uint64_t done, std::uint64_t all) {
    progress.update("Backing up", "events", done, all);
  });
  progress.finish();
  if (!report.ok()) return report.take_error();
  if (console.json) {
    print_json(*report, console);
  } else {
    print_text(*report, arguments.to, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_backup(CommandLine& line) {
  const auto arguments = std::make_shared<BackupArguments>();
  CLI::App& verb =
      line.add_verb("backup", "Makes a backup, or brings one up to date; the ledger may be in use.",
                    arguments->folder, {"tally backup demo-ledger demo-backup"});
  verb.add_option("TO", arguments->to,
                  "the backup's folder: new, empty, or a backup of this ledger")
      ->required();
  line.on_run(verb, [arguments](Console& console) { return run_backup(*arguments, console); });
}

}  // namespace tally::tool
