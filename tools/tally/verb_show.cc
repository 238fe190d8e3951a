// `tally show`: everything about one entry.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "entry_text.h"
#include "export/figure_json.h"
#include "posting_text.h"
#include "table.h"
#include "tally/trace.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

constexpr std::string_view kIdMark = "id:";  // names an entry, also one that is digits alone

struct ShowArguments {
  std::string folder;
  std::string entry;
};

Result<Sequence> sequence_named(const Ledger& ledger, const std::string& text) {
  if (text.starts_with(kIdMark)) return ledger.sequence_of(text.substr(kIdMark.size()));
  if (!is_digits(text)) return ledger.sequence_of(text);
  TALLY_ASSIGN(const Sequence head, ledger.head());
  const std::optional<std::uint64_t> number = whole_number(text);
  if (number && *number <= head.value) return Sequence{*number};
  return Error{ErrorCode::kUnknownReference,
               fmt::format("there is no event {}; the head is event {}", text, head.value),
               {},
               0,
               {}};
}

std::string_view state_words(EntryState state) {
  switch (state) {
    case EntryState::kInForce: return "in force";
    case EntryState::kWithdrawn: return "withdrawn";
    case EntryState::kVoid: return "void: the claim was corrected after it was verified";
  }
  return "";
}

void print_versions(const EntryHistory& history, YearStart year_start, Console& console) {
  Table table({{"event", Align::kRight}, {"recorded (UTC)"}, {"actor"}, {"says"}}, 2);
  for (const EntryVersion& version : history.versions) {
    table.add_row({with_thousands(version.sequence.value), time_text(version.recorded_at),
                   version.actor.empty() ? "–" : version.actor,
                   version.entry ? summary_of(*version.entry, year_start) : "(withdrawn)"});
    if (!version.reason.empty()) table.add_note("because: " + version.reason);
    if (version.details_erased) table.add_note("details erased");
  }
  console.out.write("\n" + console.style.bold("Versions") + "\n");
  table.print(console);
}

void print_years(const EntryHistory& history, YearStart year_start, Console& console) {
  Facts facts;
  for (const YearStanding& standing : history.years) {
    if (standing.publication.empty()) continue;
    facts.add(year_start.year_text(standing.year),
              fmt::format("published by {}, and {}", standing.publication,
                          standing.restated ? "restated since" : "it stands"));
  }
  if (facts.empty()) return;
  console.out.write("\n" + console.style.bold("Published") + "\n");
  facts.print(console);
}

void print_text(const EntryHistory& history, YearStart year_start, Console& console) {
  const Entry& entry = history.entry;
  const std::string name =
      entry.id.empty() ? fmt::format("event {}", history.sequence.value) : harmless(entry.id);
  console.out.write(fmt::format("{}: {}, {} (event {})\n", console.style.bold(name),
                                type_name(entry.type()), state_words(history.state),
                                with_thousands(history.sequence.value)));
  facts_of(entry, year_start).print(console);
  print_versions(history, year_start, console);
  if (!history.referred_to_by.empty()) {
    console.out.write("\n" + console.style.bold("Referred to by") + "\n");
    for (const std::string& id : history.referred_to_by) {
      console.out.write("  " + harmless(id) + "\n");
    }
  }
  if (!history.postings.empty()) {
    console.out.write("\n" + console.style.bold("Postings") + "\n");
    postings_table(history.postings, year_start, PostingColumns::kEntry).print(console);
  }
  print_years(history, year_start, console);
}

Result<ExitStatus> run_show(const ShowArguments& arguments, Console& console) {
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  TALLY_ASSIGN(const Sequence sequence, sequence_named(*ledger, arguments.entry));
  TALLY_ASSIGN(const EntryHistory found, history(*ledger, sequence));
  const YearStart year_start = ledger->identity().year_start;
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    exports::write_history(out, found, year_start);
    console.out.write(text + "\n");
  } else {
    print_text(found, year_start, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_show(CommandLine& line) {
  const auto arguments = std::make_shared<ShowArguments>();
  CLI::App& verb = line.add_verb(
      "show", "Shows one entry: as it stands, its versions, its postings.", arguments->folder,
      {"tally show demo-ledger claim-kindred-jobs", "tally show demo-ledger 29"});
  verb.add_option("ENTRY", arguments->entry,
                  "its id, or its sequence (digits alone; `id:…` is always an id)")
      ->required();
  line.on_run(verb, [arguments](Console& console) { return run_show(*arguments, console); });
}

}  // namespace tally::tool
