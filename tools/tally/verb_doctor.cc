// `tally doctor`: what is wrong with a ledger, and the ways out.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "progress.h"
#include "table.h"
#include "tally/doctor.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

void write_finding(base::JsonWriter& out, const Damage& finding) {
  out.begin_object();
  out.member("where", finding.where);
  if (finding.sequence) out.member("sequence", finding.sequence->value);
  out.member("message", valid_utf8(finding.message));
  out.key("totals");
  if (finding.totals_unknown) {
    out.null();
  } else {
    out.begin_array();
    for (const std::string& total : finding.totals) out.string(total);
    out.end_array();
  }
  out.key("ways_out").begin_array();
  for (const WayOut& way : finding.ways_out) {
    out.begin_object();
    out.member("action", valid_utf8(way.action));
    out.member("outcome", way.outcome);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void print_json(const Diagnosis& diagnosis, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.key("ok").boolean(diagnosis.findings.empty());
  out.member("events", diagnosis.events);
  out.key("log_is_whole").boolean(diagnosis.log_is_whole);
  out.key("findings").begin_array();
  for (const Damage& finding : diagnosis.findings) write_finding(out, finding);
  out.end_array();
  out.key("notes").begin_array();
  for (const std::string& note : diagnosis.notes) out.string(valid_utf8(note));
  out.end_array();
  out.end_object();
  console.out.write(text + "\n");
}

void print_finding(const Damage& finding, Console& console) {
  Facts facts;
  facts.add("where", finding.where);
  if (finding.sequence) facts.add("event", with_thousands(finding.sequence->value));
  facts.add("what", harmless(finding.message));
  facts.add("totals", finding.totals_unknown ? "any may be touched: show none until this is mended"
                                             : totals_text(finding.totals));
  for (const WayOut& way : finding.ways_out) {
    facts.add("way out", fmt::format("{}: {}", harmless(way.action), way.outcome));
  }
  facts.print(console);
}

void print_text(const Diagnosis& diagnosis, Console& console) {
  if (diagnosis.findings.empty()) {
    console.out.write(fmt::format("{} {} and all that is derived from them agree.\n",
                                  console.style.green("The ledger is well."),
                                  counted(diagnosis.events, "event")));
  } else {
    console.out.write(fmt::format(
        "{} {}\n", console.style.red("Something is wrong."),
        diagnosis.log_is_whole
            ? fmt::format("All {} are there, so everything else can be made anew from them.",
                          counted(diagnosis.events, "event"))
            : "Nothing has been changed: keep the folder as it is until you have a copy."));
  }
  for (const Damage& finding : diagnosis.findings) print_finding(finding, console);
  for (const std::string& note : diagnosis.notes) {
    console.out.write(fmt::format("Note: {}.\n", harmless(note)));
  }
}

Result<ExitStatus> run_doctor(const std::string& folder, Console& console) {
  Progress progress(console);
  VerifyOptions options;
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    progress.update("Examining", "events", done, all);
  };
  auto diagnosis = diagnose(folder, options);
  progress.finish();
  if (!diagnosis.ok()) return diagnosis.take_error();
  if (console.json) {
    print_json(*diagnosis, console);
  } else {
    print_text(*diagnosis, console);
  }
  return diagnosis->findings.empty() ? ExitStatus::kDone : ExitStatus::kRefused;
}

}  // namespace

void add_doctor(CommandLine& line) {
  const auto folder = std::make_shared<std::string>();
  CLI::App& verb = line.add_verb(
      "doctor", "Tells what is wrong with a ledger and the ways out; changes nothing.", *folder,
      {"tally doctor demo-ledger"});
  line.on_run(verb, [folder](Console& console) { return run_doctor(*folder, console); });
}

}  // namespace tally::tool
