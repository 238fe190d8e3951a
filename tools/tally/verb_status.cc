// `tally status`: what a ledger is and holds.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "export/ledger_json.h"
#include "table.h"
#include "tally/ledger.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

void print_text(const LedgerStatus& status, Console& console) {
  const YearStart year_start = status.identity.year_start;
  std::string years;
  for (const Year year : status.years) {
    years += (years.empty() ? "" : ", ") + year_start.year_text(year);
  }
  Facts facts;
  facts.add("origin", status.identity.origin);
  facts.add("year starts", year_start.to_string());
  facts.add("currency", status.identity.currency);
  facts.add("head", fmt::format("event {}, recorded {} UTC", with_thousands(status.head.value),
                                time_text(status.recorded_at)));
  facts.add("root", status.root.to_string());
  facts.add("verifier key", status.key.to_string());
  facts.add("fingerprint", status.key.fingerprint().to_string());
  facts.add("years", years.empty() ? "–" : years);
  facts.add("accounts", with_thousands(status.accounts));
  facts.add("postings", with_thousands(status.postings));
  facts.add("on disk", bytes_text(status.bytes));
  if (status.replay_unfinished) {
    facts.add("replay", "one is under way or was interrupted; `tally replay` goes on with it");
  }
  if (status.publications.empty()) facts.add("published", "nothing");
  for (const LastPublication& last : status.publications) {
    facts.add("published", fmt::format("{} by {} (event {}){}", year_start.year_text(last.year),
                                       last.entry, with_thousands(last.sequence.value),
                                       last.restated ? ", restated since" : ", and it stands"));
  }

  console.out.write(console.style.bold(harmless(status.identity.name)) + "\n");
  facts.print(console);
  console.out.write("\n");
  Table counts({{"events"}, {"count", Align::kRight}}, 2);
  for (const auto& [type, count] : status.counts) {
    counts.add_row({std::string(type_name(type)), with_thousands(count)});
  }
  counts.print(console);
}

Result<ExitStatus> run_status(const std::string& folder, Console& console) {
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger, Ledger::open(folder, Ledger::Access::kRead));
  TALLY_ASSIGN(const LedgerStatus found, status(*ledger));
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    exports::write_status(out, found);
    console.out.write(text + "\n");
  } else {
    print_text(found, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_status(CommandLine& line) {
  const auto folder = std::make_shared<std::string>();
  CLI::App& verb = line.add_verb("status", "Tells what the ledger is, holds and takes up.", *folder,
                                 {"tally status demo-ledger"});
  line.on_run(verb, [folder](Console& console) { return run_status(*folder, console); });
}

}  // namespace tally::tool
