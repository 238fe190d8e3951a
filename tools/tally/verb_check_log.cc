// `tally check-log`: a whole log, from outside.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "export/totals_json.h"
#include "progress.h"
#include "table.h"
#include "tally/static_log.h"
#include "text.h"
#include "totals_text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct CheckLogArguments {
  std::string path;
  std::string vkey;
  std::string totals;
};

void print_json(const StaticLogReport& report, const TotalsQuery& query, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.key("ok").boolean(true);
  out.member("origin", report.checkpoint.origin);
  out.member("size", report.checkpoint.size.count);
  out.member("log_root", report.checkpoint.root.to_string());
  out.member("postings", report.postings);
  out.member("publications", report.publications);
  exports::write_totals_members(out, report.totals, query, report.identity.year_start);
  out.end_object();
  console.out.write(text + "\n");
}

void print_text(const StaticLogReport& report, const TotalsQuery& query, Console& console) {
  console.out.write(
      fmt::format("{} Every hash agrees, every event follows the rules, and nothing is left out.\n",
                  console.style.green("The log holds.")));
  Facts facts;
  facts.add("ledger", harmless(report.identity.name));
  facts.add("log", report.checkpoint.origin);
  facts.add("events", with_thousands(report.checkpoint.size.count));
  facts.add("postings", with_thousands(report.postings));
  if (report.publications > 0) {
    facts.add("published", fmt::format("{}, each with the totals root that the events give",
                                       counted(report.publications, "publication")));
  }
  facts.add("root", report.checkpoint.root.to_string());
  facts.print(console);
  print_totals(report.totals, query, report.identity, console);
}

Result<ExitStatus> run_check_log(const CheckLogArguments& arguments, Console& console) {
  TALLY_ASSIGN(const VerifierKey key, VerifierKey::parse(arguments.vkey));
  Progress progress(console);
  TALLY_ASSIGN(const StaticLogReport report,
               check_static_log(arguments.path, key, [&](std::uint64_t done, std::uint64_t all) {
                 progress.update("Checking", "events", done, all);
               }));
  progress.finish();
  if (!arguments.totals.empty()) {
    std::string csv(kAccountsCsvHeader);
    for (const AccountLine& one : report.lines) csv += csv_line(one, report.identity.year_start);
    TALLY_TRY(write_output(arguments.totals, csv));
  }
  TotalsQuery query;
  query.with_roots = true;
  if (console.json) {
    print_json(report, query, console);
  } else {
    print_text(report, query, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_check_log(CommandLine& line) {
  const auto arguments = std::make_shared<CheckLogArguments>();
  CLI::App& verb = line.add_verb(
      "check-log", "Checks a whole exported log and recomputes its totals; needs no ledger.",
      {"tally export demo-ledger --format tiles --out demo-log && tally check-log demo-log --vkey "
       "\"$(cat demo-ledger/log.vkey)\""});
  verb.add_option("PATH", arguments->path,
                  "the static log, as `tally export --format tiles` writes it")
      ->required();
  add_text(verb, "--vkey", arguments->vkey, "VKEY", "the log's verifier key, as text")->required();
  add_text(verb, "--totals", arguments->totals, "CSV",
           "also write the accounts of all years there, as `totals --csv` prints them");
  line.on_run(verb, [arguments](Console& console) { return run_check_log(*arguments, console); });
}

}  // namespace tally::tool
