// `tally restore` and `tally go-on`: a ledger from a backup, and how it takes entries again where
// it lies behind what had been vouched for.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "progress.h"
#include "table.h"
#include "tally/backup.h"
#include "tally/limits.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct RestoreArguments {
  std::string from;
  std::string folder;
  std::string checkpoint;
};

void print_json(const RestoreReport& report, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("events", report.events);
  out.member("root", report.root.to_string());
  out.member("made_at", report.made_at.to_string());
  out.member("files", report.files);
  out.member("bytes", report.bytes);
  out.key("behind");
  if (report.behind) {
    out.begin_object();
    out.member("size", report.behind->size.count);
    out.member("root", report.behind->root.to_string());
    out.end_object();
  } else {
    out.null();
  }
  out.key("seconds").raw(fmt::format("{:.3f}", report.seconds));
  out.end_object();
  console.out.write(text + "\n");
}

void print_text(const RestoreReport& report, const std::string& folder, Console& console) {
  console.out.write(fmt::format("{} All of its files and {} were checked.\n",
                                console.style.green("The ledger is restored."),
                                counted(report.events, "event")));
  Facts facts;
  facts.add("in", harmless(folder));
  facts.add("as of", time_text(report.made_at) + ", when the backup was made");
  facts.add("root", report.root.to_string());
  facts.add("took", duration_text(report.seconds));
  facts.print(console);
  if (!report.behind) return;
  console.out.write(fmt::format(
      "\n{} The checkpoint given is of {}: {} came after this backup, and are not in it.\n"
      "Look for a newer backup. If there is none, `tally go-on {}` records in the log that it was\n"
      "restored, for everyone to see, and takes entries again. Until then it can only be read.\n",
      console.style.red("It lies behind what was vouched for."),
      counted(report.behind->size.count, "event"),
      counted(report.behind->size.count - report.events, "event"), harmless(folder)));
}

Result<ExitStatus> run_restore(const RestoreArguments& arguments, Console& console) {
  RestoreOptions options;
  if (!arguments.checkpoint.empty()) {
    TALLY_ASSIGN(options.checkpoint, read_input(arguments.checkpoint, limits::kNoteFileBytes));
  }
  Progress progress(console);
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    progress.update("Restoring", "events", done, all);
  };
  auto report = restore(arguments.from, arguments.folder, options);
  progress.finish();
  if (!report.ok()) return report.take_error();
  if (console.json) {
    print_json(*report, console);
  } else {
    print_text(*report, arguments.folder, console);
  }
  return ExitStatus::kDone;
}

Result<ExitStatus> run_go_on(const std::string& folder, Console& console) {
  TALLY_ASSIGN(const Sequence event, go_on(folder));
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    out.member("sequence", event.value);
    out.end_object();
    console.out.write(text + "\n");
  } else {
    console.out.write(fmt::format(
        "Event {} says that the log was restored, and from what it went back. The ledger takes\n"
        "entries again. Tell those who hold a newer checkpoint: it no longer holds.\n",
        with_thousands(event.value)));
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_restore(CommandLine& line) {
  const auto arguments = std::make_shared<RestoreArguments>();
  CLI::App& verb = line.add_verb(
      "restore", "Makes a ledger from a backup, and checks everything before it says done.",
      {"tally backup demo-ledger demo-backup && tally restore demo-backup demo-restored"});
  verb.add_option("FROM", arguments->from, "the backup's folder")->required();
  verb.add_option("DIR", arguments->folder, "the ledger's folder: new or empty")->required();
  add_text(verb, "--checkpoint", arguments->checkpoint, "FILE",
           "the newest checkpoint that the lost ledger is known to have issued");
  line.on_run(verb, [arguments](Console& console) { return run_restore(*arguments, console); });
}

void add_go_on(CommandLine& line) {
  const auto folder = std::make_shared<std::string>();
  CLI::App& verb = line.add_verb(
      "go-on", "Has a restored ledger that lies behind go on, which its log says.", *folder,
      {"tally backup demo-ledger older && echo "
       "'{\"type\":\"programme\",\"id\":\"late\",\"actor\":\"office\",\"name\":\"Late\"}' | tally "
       "append demo-ledger && "
       "tally restore older demo-behind --checkpoint demo-ledger/checkpoint && "
       "tally go-on demo-behind"});
  line.on_run(verb, [folder](Console& console) { return run_go_on(*folder, console); });
}

}  // namespace tally::tool
