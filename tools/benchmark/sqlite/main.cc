// tally-bench-sqlite does with SQLite what the ledger does, for tools/bench to compare: by the C
// interface, with prepared statements, in one process.

#include <CLI/CLI.hpp>
#include <functional>

#include "queries.h"
#include "rows.h"

int main(int argc, char** argv) {
  using namespace tally::bench;
  CLI::App app("Measures SQLite at the work of a ledger, and prints times as JSON.");
  app.footer("Example:\n  tally-bench-sqlite load rows.db rows.tsv");
  app.require_subcommand(1);
  std::function<tally::Result<void>(Report&)> chosen;

  Loading loading;
  CLI::App* load = app.add_subcommand("load", "Loads rows, a thousand a transaction");
  load->add_option("database", loading.database, "A new file")->required();
  load->add_option("rows", loading.rows, "Tab-separated rows")->required();
  load->add_option("--texts", loading.texts, "JSON Lines to keep beside them");
  load->callback([&] { chosen = [&](Report& report) { return measure_load(loading, report); }; });

  SingleRows single;
  CLI::App* commits = app.add_subcommand("commits", "Inserts rows, one a transaction");
  commits->add_option("database", single.database, "A loaded database")->required();
  commits->add_option("--ms", single.span_ms, "For how long; 1,000 when left out");
  commits->callback(
      [&] { chosen = [&](Report& report) { return measure_commits(single, report); }; });

  Query query;
  const auto add_query = [&](const char* name, const char* text,
                             tally::Result<void> (*measure)(const Query&, Report&), bool asks) {
    CLI::App* verb = app.add_subcommand(name, text);
    verb->add_option("database", query.database, "A loaded database")->required();
    if (asks) verb->add_option("questions", query.questions, "A file of questions")->required();
    verb->add_option("--repeat", query.repetitions, "How often; once when left out")
        ->check(CLI::Range(1, 1'000'000));
    verb->callback([&chosen, &query, measure] {
      chosen = [&query, measure](Report& report) { return measure(query, report); };
    });
  };
  add_query("totals", "Sums by the covering index", measure_totals, false);
  add_query("scan", "Sums by going through the table", measure_scan, false);
  add_query("figures", "Sums of one cell up to a sequence, one by one", measure_figures, true);
  add_query("page", "The first rows behind a figure", measure_page, true);

  CLI11_PARSE(app, argc, argv);
  Report report;
  if (const auto measured = chosen(report); !measured.ok()) {
    return failed("tally-bench-sqlite", measured.error());
  }
  report.print();
  return 0;
}
