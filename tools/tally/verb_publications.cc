// `tally publications`: what was told to the public, and whether it still stands.

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/try.h"
#include "export/ledger_json.h"
#include "table.h"
#include "tally/publication.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct PublicationsArguments {
  std::string folder;
  std::vector<std::string> years;
};

std::string standing_of(const PublicationState& state) {
  std::string text = state.restated ? "restated since" : "stands";
  if (!state.superseded_by.empty()) {
    text += ", superseded by " + state.superseded_by;
  } else if (!state.latest) {
    text += ", a later one was recorded";
  }
  return text;
}

void print_text(const Publications& found, const LedgerOpened& identity, Console& console) {
  console.out.write(fmt::format("{}, as of event {}\n", harmless(identity.name),
                                with_thousands(found.as_of.value)));
  if (found.all.empty()) {
    console.out.write("\nNothing has been published.\n");
    return;
  }
  Table table({{"year"},
               {"event", Align::kRight},
               {"published (UTC)"},
               {"publication"},
               {"as of", Align::kRight},
               {"totals root"},
               {"now"}},
              2);
  for (const PublicationState& state : found.all) {
    const Publication& publication = state.publication();
    table.add_row({identity.year_start.year_text(publication.year),
                   with_thousands(state.event.sequence.value), time_text(state.event.recorded_at),
                   state.event.entry.id, with_thousands(publication.as_of->value),
                   short_digest(*publication.totals_root), standing_of(state)});
    table.add_note(publication.title);
  }
  console.out.write("\n");
  table.print(console);
}

Result<ExitStatus> run_publications(const PublicationsArguments& arguments, Console& console) {
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  const LedgerOpened& identity = ledger->identity();
  std::vector<Year> years;
  for (const std::string& text : arguments.years) {
    TALLY_ASSIGN(years.emplace_back(), identity.year_start.parse_year(text));
  }
  TALLY_ASSIGN(const Publications found, publications(*ledger, years));
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    exports::write_publications(out, found, identity.year_start);
    console.out.write(text + "\n");
  } else {
    print_text(found, identity, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_publications(CommandLine& line) {
  const auto arguments = std::make_shared<PublicationsArguments>();
  CLI::App& verb = line.add_verb(
      "publications", "Lists what was published, and whether it still stands.", arguments->folder,
      {"tally publications demo-ledger", "tally publications demo-ledger --year 2022-23"});
  add_texts(verb, "--year", arguments->years, "YEAR", "only of this year; may be repeated");
  line.on_run(verb,
              [arguments](Console& console) { return run_publications(*arguments, console); });
}

}  // namespace tally::tool
