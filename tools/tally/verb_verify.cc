// `tally verify`: recomputes everything from the events.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/decimal_digits.h"
#include "base/json_writer.h"
#include "base/try.h"
#include "progress.h"
#include "table.h"
#include "tally/ledger.h"
#include "tally/limits.h"
#include "tally/verify.h"
#include "text.h"
#include "threads_option.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct VerifyArguments {
  std::string folder;
  std::optional<std::uint64_t> threads;
  std::string memory;
  std::string against;
};

// A size as people write it; 0 where none was given.
Result<std::uint64_t> bytes_of(std::string_view size) {
  constexpr std::string_view kUnits = "KMG";
  constexpr std::uint64_t kMostOfUnit = std::uint64_t{1} << 30;
  constexpr std::uint64_t kLeastBytes = std::uint64_t{500} << 20;
  if (size.empty()) return std::uint64_t{0};
  const std::size_t unit = kUnits.find(size.back());
  const auto number = base::canonical_number(size.substr(0, size.size() - 1));
  if (unit != std::string_view::npos && number && *number <= kMostOfUnit) {
    const std::uint64_t bytes = *number << (10 * (unit + 1));
    if (bytes >= kLeastBytes) return bytes;
  }
  return usage(
      fmt::format("--memory takes a size of 500M or more, such as 800M or 4G, not \"{}\"", size));
}

void write_fault(base::JsonWriter& out, const Fault& fault) {
  out.key("fault").begin_object();
  out.member("where", fault.where);
  out.key("sequence");
  if (fault.sequence) {
    out.number(fault.sequence->value);
  } else {
    out.null();
  }
  out.member("message", valid_utf8(fault.message));
  out.key("totals").begin_array();
  for (const std::string& total : fault.totals) out.string(total);
  out.end_array();
  out.member("advice", fault.advice);
  out.end_object();
}

void print_json(const VerifyReport& report, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.key("ok").boolean(report.ok());
  if (report.fault) write_fault(out, *report.fault);
  out.member("events", report.events);
  if (report.ok()) {
    out.member("root", report.root.to_string());
    out.member("accounts", report.accounts);
    out.member("postings", report.postings);
    out.member("publications", report.publications);
    out.member("checkpoints", report.checkpoints);
    out.member("digest", report.digest.to_string());
  }
  out.key("seconds").raw(fmt::format("{:.3f}", report.seconds));
  out.member("events_per_second", per_second(report.events, report.seconds));
  out.end_object();
  console.out.write(text + "\n");
}

void print_fault(const VerifyReport& report, Console& console) {
  const Fault& fault = *report.fault;
  const std::string_view headline =
      fault.where == "against" ? "This is no checkpoint of the ledger." : "This ledger is damaged.";
  console.out.write(console.style.red(headline) + "\n");
  Facts facts;
  facts.add("where", fault.where);
  if (fault.sequence) facts.add("event", with_thousands(fault.sequence->value));
  facts.add("what", fault.message);
  if (fault.where != "against") facts.add("totals", totals_text(fault.totals));
  facts.add("do", fault.advice);
  facts.print(console);
}

void print_text(const VerifyReport& report, Console& console) {
  console.out.write(fmt::format(
      "{} Recomputed from its events: every hash, record, balance and posting agrees.\n",
      console.style.green("The ledger is sound.")));
  Facts facts;
  facts.add("events", with_thousands(report.events));
  facts.add("accounts", with_thousands(report.accounts));
  facts.add("postings", with_thousands(report.postings));
  facts.add("root", report.root.to_string());
  if (report.publications > 0) {
    facts.add("published", fmt::format("{}, each with the totals root that the events give",
                                       counted(report.publications, "publication")));
  }
  facts.add("extends", counted(report.checkpoints, "checkpoint") + " that it issued");
  facts.add("digest", report.digest.to_string());
  facts.add("took", fmt::format("{}, {} events a second", duration_text(report.seconds),
                                with_thousands(per_second(report.events, report.seconds))));
  facts.print(console);
}

Result<ExitStatus> run_verify(const VerifyArguments& arguments, Console& console) {
  VerifyOptions options;
  TALLY_ASSIGN(options.threads, threads_of(arguments.threads));
  TALLY_ASSIGN(options.memory_bytes, bytes_of(arguments.memory));
  if (!arguments.against.empty()) {
    TALLY_ASSIGN(options.against, read_input(arguments.against, limits::kNoteFileBytes));
  }
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  Progress progress(console);
  options.progress = [&](std::uint64_t checked, std::uint64_t all) {
    progress.update("Checking", "events", checked, all);
  };
  auto report = verify(*ledger, options);
  progress.finish();
  if (!report.ok()) return report.take_error();
  if (console.json) {
    print_json(*report, console);
  } else if (report->ok()) {
    print_text(*report, console);
  } else {
    print_fault(*report, console);
  }
  return report->ok() ? ExitStatus::kDone : ExitStatus::kRefused;
}

}  // namespace

void add_verify(CommandLine& line) {
  const auto arguments = std::make_shared<VerifyArguments>();
  CLI::App& verb = line.add_verb("verify", "Recomputes everything from the events and compares.",
                                 arguments->folder,
                                 {"tally verify demo-ledger",
                                  "tally checkpoint demo-ledger > then.checkpoint && tally verify "
                                  "demo-ledger --against then.checkpoint"});
  add_threads(verb, arguments->threads);
  add_text(verb, "--memory", arguments->memory, "SIZE",
           "about how much memory it may take, such as 800M or 4G (half of the machine's)");
  add_text(verb, "--against", arguments->against, "FILE",
           "an old checkpoint of this log, which it must extend");
  line.on_run(verb, [arguments](Console& console) { return run_verify(*arguments, console); });
}

}  // namespace tally::tool
