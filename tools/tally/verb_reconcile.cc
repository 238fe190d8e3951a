// `tally reconcile`: what was told to the public, held against the ledger.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "entry_text.h"
#include "export/figure_json.h"
#include "table.h"
#include "tally/limits.h"
#include "tally/reconcile.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct ReconcileArguments {
  std::string folder;
  std::string publication;
  std::string draft;
};

std::string difference_text(const std::optional<Decimal>& difference) {
  if (!difference) return "";
  const std::string text = difference->to_display();
  return *difference > Decimal() ? "+" + text : text;
}

void print_text(const Reconciliation& all, YearStart year_start, Console& console) {
  console.out.write(
      fmt::format("{}: {}, {}, as of event {}{}\n\n", console.style.bold(harmless(all.publication)),
                  harmless(all.stated.title), year_start.year_text(all.stated.year),
                  with_thousands(all.as_of.value), all.recorded ? "" : " (a draft, not recorded)"));
  Table table({{"result"},
               {"stated", Align::kRight},
               {"ledger", Align::kRight},
               {"difference", Align::kRight},
               {"statement"}},
              2);
  for (const ReconciledStatement& one : all.statements) {
    table.add_row({std::string(result_name(one.result)), stated_text(one.statement),
                   one.ledger ? one.ledger->to_display() : "–", difference_text(one.difference),
                   one.statement.label});
    if (one.result != StatementResult::kAgrees) {
      table.add_note(fmt::format("{}{}",
                                 one.statement.of == StatementOf::kValue ? "the value of " : "",
                                 one.statement.figure.to_string(year_start)));
    }
    for (const std::string& label : one.contradicts) table.add_note("contradicts: " + label);
    for (const std::string& sentence : one.because) table.add_note("because: " + sentence);
  }
  if (!all.statements.empty()) table.print(console);
  const std::string counts =
      fmt::format("{} of {}; {} differ, {} unsupported, {} each other.",
                  all.agrees == 1 ? "1 agrees" : with_thousands(all.agrees) + " agree",
                  counted(all.statements.size(), "statement"), with_thousands(all.differs),
                  with_thousands(all.unsupported),
                  all.contradicts == 1 ? "1 pair contradicts"
                                       : with_thousands(all.contradicts) + " pairs contradict");
  console.out.write((all.statements.empty() ? "" : "\n") + counts + "\n");
}

Result<ExitStatus> run_reconcile(const ReconcileArguments& arguments, Console& console) {
  if (!arguments.draft.empty() && !arguments.publication.empty()) {
    return usage("give a recorded PUBLICATION or a --draft, not both");
  }
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  const auto reconciled = [&]() -> Result<Reconciliation> {
    if (arguments.draft.empty()) return reconcile(*ledger, arguments.publication);
    TALLY_ASSIGN(const std::string json, read_input(arguments.draft, limits::kLineBytes));
    return reconcile_draft(*ledger, json);
  };
  TALLY_ASSIGN(const Reconciliation all, reconciled());
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    exports::write_reconciliation(out, all, ledger->identity().year_start);
    console.out.write(text + "\n");
  } else {
    print_text(all, ledger->identity().year_start, console);
  }
  return all.holds() ? ExitStatus::kDone : ExitStatus::kRefused;
}

}  // namespace

void add_reconcile(CommandLine& line) {
  const auto arguments = std::make_shared<ReconcileArguments>();
  CLI::App& verb =
      line.add_verb("reconcile", "Holds what was published, or a draft of it, against the ledger.",
                    arguments->folder,
                    {"tally reconcile demo-ledger --draft tools/sample/lcrca-2022-23/report.json",
                     "tally reconcile demo-ledger annual-report-2022-23"});
  verb.add_option("PUBLICATION", arguments->publication,
                  "a recorded publication's id; else the one recorded last");
  add_text(verb, "--draft", arguments->draft, "FILE",
           "one publication entry that is not recorded; `-` is standard input");
  line.on_run(verb, [arguments](Console& console) { return run_reconcile(*arguments, console); });
}

}  // namespace tally::tool
