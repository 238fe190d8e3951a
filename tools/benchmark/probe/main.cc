// tally-bench measures what a program that uses the library would: readings of an open ledger, and
// single commits.  tools/bench runs it; what it prints is for tools/benchmark/*.py.

#include <CLI/CLI.hpp>
#include <functional>

#include "beside.h"
#include "commits.h"
#include "reads.h"

namespace {

using namespace tally::bench;

// The verb that was given runs its measurement into the report.
using Measurement = std::function<tally::Result<void>(Report&)>;

class Verbs {
 public:
  Verbs(CLI::App& app, Measurement& chosen) : app_(app), chosen_(chosen) {
    app.require_subcommand(1);
  }

  CLI::App* add_reading(const char* name, const char* text,
                        tally::Result<void> (*measure)(const Reading&, Report&)) {
    CLI::App* verb = app_.add_subcommand(name, text);
    verb->add_option("ledger", reading_.ledger, "The ledger's folder")->required();
    verb->callback([this, measure] {
      chosen_ = [this, measure](Report& report) { return measure(reading_, report); };
    });
    return verb;
  }

  void add_repetitions(CLI::App* verb) {
    verb->add_option("--repeat", reading_.repetitions, "How often; once when left out")
        ->check(CLI::Range(1, 1'000'000));
  }

  void add_commits(const char* name, const char* text,
                   tally::Result<void> (*measure)(const Commits&, Report&)) {
    CLI::App* verb = app_.add_subcommand(name, text);
    verb->add_option("ledger", commits_.ledger, "The ledger's folder")->required();
    verb->add_option("--writers", commits_.writers, "Threads that append; 1 when left out")
        ->check(CLI::Range(1, 1'000));
    verb->add_option("--ms", commits_.span_ms, "For how long; 1,000 when left out");
    verb->callback([this, measure] {
      chosen_ = [this, measure](Report& report) { return measure(commits_, report); };
    });
  }

  void add_all() {
    add_repetitions(add_reading("open", "Opens the ledger for reading", measure_open));
    add_repetitions(add_reading("totals", "Asks for all yearly totals", measure_totals));
    add_reading("figures", "Asks for figures, one by one", measure_figures)
        ->add_option("questions", reading_.questions, "A file of questions")
        ->required();
    CLI::App* page = add_reading("page", "Asks for the first postings of a trace", measure_page);
    page->add_option("figure", reading_.reference, "The figure")->required();
    page->add_option("--postings", reading_.postings, "On a page; 50 when left out");
    add_repetitions(page);
    add_commits("commits", "Appends claims, one to a commit", measure_commits);
    add_commits("beside", "Appends and reads, idle and then while the ledger is replayed",
                measure_beside);
  }

 private:
  CLI::App& app_;
  Measurement& chosen_;
  Reading reading_;
  Commits commits_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures a ledger from within a process, and prints times as JSON.");
  app.footer("Example:\n  tally-bench totals demo-ledger --repeat 5");
  Measurement chosen;
  Verbs verbs(app, chosen);
  verbs.add_all();
  CLI11_PARSE(app, argc, argv);
  Report report;
  if (const auto measured = chosen(report); !measured.ok()) {
    return failed("tally-bench", measured.error());
  }
  report.print();
  return 0;
}
