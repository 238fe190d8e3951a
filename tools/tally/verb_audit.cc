// `tally audit`: what an auditor would look into.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/try.h"
#include "progress.h"
#include "table.h"
#include "tally/audit_report.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

// People get so many findings of a control, and so many entries of a finding; --json has all.
constexpr std::size_t kFindingsShown = 25;
constexpr std::size_t kEntriesShown = 4;

struct AuditArguments {
  std::string folder;
  std::vector<std::string> years;
  std::optional<std::uint64_t> cut_off_days;
};

// ---- JSON -------------------------------------------------------------------------------------

void write_finding(base::JsonWriter& out, const Finding& finding, YearStart year_start) {
  out.begin_object();
  out.member("control", control_name(finding.control));
  out.key("year");
  if (finding.year) {
    out.string(year_start.year_text(*finding.year));
  } else {
    out.null();
  }
  out.key("entries").begin_array();
  for (const std::string& entry : finding.entries) out.string(entry);
  out.end_array();
  if (!finding.actor.empty()) out.member("actor", finding.actor);
  out.member("message", finding.message);
  for (const auto& [name, value] : finding.facts) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      out.member(name, *text);
    } else {
      out.member(name, std::get<std::uint64_t>(value));
    }
  }
  out.end_object();
}

void print_json(const AuditReport& report, YearStart year_start, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  auto hand_out = [&] {
    console.out.write(text);
    text.clear();
  };
  out.begin_object();
  out.member("as_of", report.as_of.value);
  out.member("root", report.root.to_string());
  out.key("years").begin_array();
  for (const Year year : report.years) out.string(year_start.year_text(year));
  out.end_array();
  out.key("findings").begin_array();
  for (const Finding& finding : report.findings) {
    write_finding(out, finding, year_start);
    hand_out();
  }
  out.end_array();
  out.key("counts").begin_object();
  for (const Control control : kControls) {
    out.member(control_name(control), report.counts[static_cast<std::size_t>(control)]);
  }
  out.end_object();
  out.end_object();
  text += "\n";
  hand_out();
}

// ---- Text -------------------------------------------------------------------------------------

std::string joined_years(const AuditReport& report, YearStart year_start) {
  std::string text;
  for (const Year year : report.years) {
    text += (text.empty() ? "" : ", ") + year_start.year_text(year);
  }
  return text.empty() ? "–" : text;
}

// The entries behind a finding, where its sentence does not name them all.
void add_entries(Table& table, const Finding& finding) {
  const auto is_named = [&](const std::string& entry) {
    return finding.message.find(entry) != std::string::npos;
  };
  if (std::all_of(finding.entries.begin(), finding.entries.end(), is_named)) return;
  std::string text;
  for (std::size_t i = 0; i < std::min(kEntriesShown, finding.entries.size()); ++i) {
    text += (text.empty() ? "" : ", ") + finding.entries[i];
  }
  if (finding.entries.size() > kEntriesShown) {
    text += fmt::format(" and {} more", with_thousands(finding.entries.size() - kEntriesShown));
  }
  table.add_note("entries: " + text);
}

using FindingCursor = std::vector<Finding>::const_iterator;

// Prints the findings of one control, and answers where those of the next begin.
FindingCursor print_control(Control control, FindingCursor first, const AuditReport& report,
                            YearStart year_start, Console& console) {
  const std::uint64_t count = report.counts[static_cast<std::size_t>(control)];
  console.out.write(
      fmt::format("\n{}: {}\n", console.style.bold(control_name(control)), control_text(control)));
  if (count == 0) {
    console.out.write("  none found\n");
    return first;
  }
  const FindingCursor end = first + static_cast<std::ptrdiff_t>(count);
  const std::uint64_t shown = std::min<std::uint64_t>(count, kFindingsShown);
  Table table({{"year"}, {"finding"}}, 2);
  for (std::uint64_t i = 0; i < shown; ++i, ++first) {
    table.add_row({first->year ? year_start.year_text(*first->year) : "–", first->message});
    add_entries(table, *first);
  }
  table.print(console);
  if (shown < count) {
    console.out.write(
        fmt::format("  … and {} more: --json has them all\n", with_thousands(count - shown)));
  }
  return end;
}

void print_text(const AuditReport& report, const LedgerOpened& identity, Console& console) {
  console.out.write(fmt::format("{}, audited as of event {}\n",
                                console.style.bold(harmless(identity.name)),
                                with_thousands(report.as_of.value)));
  Facts facts;
  facts.add("root", report.root.to_string());
  facts.add("years", joined_years(report, identity.year_start));
  facts.print(console);
  console.out.write("\n");
  Table counts({{"control"}, {"findings", Align::kRight}}, 2);
  for (const Control control : kControls) {
    const std::uint64_t count = report.counts[static_cast<std::size_t>(control)];
    counts.add_row(
        {std::string(control_name(control)), count == 0 ? "none found" : with_thousands(count)});
  }
  counts.print(console);
  FindingCursor next = report.findings.begin();
  for (const Control control : kControls) {
    next = print_control(control, next, report, identity.year_start, console);
  }
}

Result<ExitStatus> run_audit(const AuditArguments& arguments, Console& console) {
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  const LedgerOpened& identity = ledger->identity();
  AuditOptions options;
  for (const std::string& text : arguments.years) {
    TALLY_ASSIGN(const Year year, identity.year_start.parse_year(text));
    options.years.push_back(year);
  }
  if (arguments.cut_off_days) options.cut_off_days = *arguments.cut_off_days;
  Progress progress(console);
  options.progress = [&](std::uint64_t read, std::uint64_t all) {
    progress.update("Reading", "events", read, all);
  };
  auto report = audit_report(*ledger, options);
  progress.finish();
  if (!report.ok()) return report.take_error();
  if (console.json) {
    print_json(*report, identity.year_start, console);
  } else {
    print_text(*report, identity, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_audit(CommandLine& line) {
  const auto arguments = std::make_shared<AuditArguments>();
  CLI::App& verb = line.add_verb(
      "audit", "Reports what an auditor would look into (exit status 0 with findings too).",
      arguments->folder,
      {"tally audit demo-ledger", "tally audit demo-ledger --year 2022-23 --cut-off-days 60"});
  add_texts(verb, "--year", arguments->years, "YEAR", "only this year; may be repeated");
  add_number(verb, "--cut-off-days", arguments->cut_off_days,
             "days after a year's end in which its claims are in time; else 30");
  line.on_run(verb, [arguments](Console& console) { return run_audit(*arguments, console); });
}

}  // namespace tally::tool
