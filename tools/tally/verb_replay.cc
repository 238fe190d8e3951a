// `tally replay`: builds everything that is derived from the log anew.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "export/ledger_json.h"
#include "process.h"
#include "progress.h"
#include "table.h"
#include "tally/replay.h"
#include "text.h"
#include "threads_option.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct ReplayArguments {
  std::string folder;
  std::optional<std::uint64_t> threads;
};

void print_json(const ReplayReport& report, YearStart year_start, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  exports::write_replay_members(out, report, year_start);
  if (report.why) out.member("was_unusable", valid_utf8(*report.why));
  out.end_object();
  console.out.write(text + "\n");
}

std::string events_text(const BalanceDifference& difference) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, difference.events.size()); ++i) {
    text += (i == 0 ? "" : ", ") + with_thousands(difference.events[i].value);
  }
  if (difference.events_count > kShown) {
    text += fmt::format(" and {} more", with_thousands(difference.events_count - kShown));
  }
  return text.empty() ? "none: its postings were right" : text;
}

void print_differences(const ReplayReport& report, YearStart year_start, Console& console) {
  Table table({{"year"},
               {"measure"},
               {"programme"},
               {"organisation"},
               {"contract"},
               {"stage"},
               {"was", Align::kRight},
               {"is", Align::kRight},
               {"events behind it"}},
              2);
  for (const BalanceDifference& one : report.differences) {
    std::string contract = one.contract.value_or("(all)");
    if (contract.empty()) contract = "–";
    table.add_row({year_start.year_text(one.year), harmless(one.measure),
                   harmless(one.programme.value_or("(all)")),
                   harmless(one.organisation.value_or("(all)")), harmless(contract),
                   std::string(stage_name(one.stage)), Decimal(one.was).to_display(),
                   Decimal(one.is).to_display(), events_text(one)});
  }
  table.print(console);
}

void print_text(const ReplayReport& report, YearStart year_start, Console& console) {
  if (report.stopped) {
    console.out.write(
        fmt::format("Stopped. The ledger is as it was; {} are built, and the next replay goes on "
                    "from there.\n",
                    counted(report.events, "event")));
    return;
  }
  const std::string what =
      report.why ? "What was there could not be used, and is built anew."
      : report.differences.empty()
          ? "Every balance came out as it was."
          : fmt::format("{} came out different.", counted(report.differences.size(), "balance"));
  console.out.write(fmt::format("{} {}\n", console.style.green("The ledger is replayed."), what));
  if (!report.differences.empty()) {
    console.out.write("\n");
    print_differences(report, year_start, console);
    console.out.write("\n");
  }
  Facts facts;
  if (report.why) facts.add("was", harmless(*report.why));
  facts.add("events", with_thousands(report.events));
  facts.add("digest", report.digest.to_string());
  facts.add("took", fmt::format("{}, {} events a second", duration_text(report.seconds),
                                with_thousands(per_second(report.events, report.seconds))));
  facts.print(console);
}

Result<ExitStatus> run_replay(const ReplayArguments& arguments, Console& console) {
  ReplayOptions options;
  TALLY_ASSIGN(options.threads, threads_of(arguments.threads));
  end_when_asked();
  Progress progress(console);
  options.stop = was_asked_to_end;
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    progress.update("Replaying", "events", done, all);
  };
  auto report = replay(arguments.folder, options);
  progress.finish();
  if (!report.ok()) return report.take_error();
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  const YearStart year_start = ledger->identity().year_start;
  if (console.json) {
    print_json(*report, year_start, console);
  } else {
    print_text(*report, year_start, console);
  }
  return report->stopped ? ExitStatus::kRefused : ExitStatus::kDone;
}

}  // namespace

void add_replay(CommandLine& line) {
  const auto arguments = std::make_shared<ReplayArguments>();
  CLI::App& verb = line.add_verb(
      "replay", "Builds everything anew from the events, and shows what came out different.",
      arguments->folder, {"tally replay demo-ledger"});
  add_threads(verb, arguments->threads);
  line.on_run(verb, [arguments](Console& console) { return run_replay(*arguments, console); });
}

}  // namespace tally::tool
