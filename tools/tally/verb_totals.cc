// `tally totals`: yearly totals.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/try.h"
#include "export/totals_json.h"
#include "tally/totals.h"
#include "text.h"
#include "totals_filter.h"
#include "totals_text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct TotalsArguments {
  std::string folder;
  std::vector<std::string> by;
  bool csv = false;
  bool roots = false;
  TotalsFilter filter;
};

Result<std::vector<Dimension>> dimensions_of(const std::vector<std::string>& names) {
  std::vector<Dimension> dimensions;
  for (const std::string& name : names) {
    const std::optional<Dimension> dimension = dimension_from_name(name);
    if (!dimension) {
      const auto near = nearest(name, {"programme", "organisation", "contract"});
      return usage(
          fmt::format("--by takes `programme`, `organisation` and `contract`, not \"{}\"{}", name,
                      near ? fmt::format("; did you mean `{}`?", *near) : ""));
    }
    if (std::find(dimensions.begin(), dimensions.end(), *dimension) != dimensions.end()) {
      return usage(fmt::format("--by names `{}` twice", name));
    }
    dimensions.push_back(*dimension);
  }
  return dimensions;
}

Result<ExitStatus> run_totals(const TotalsArguments& arguments, Console& console) {
  if (arguments.csv && console.json) return usage("--csv and --json exclude each other");
  if (arguments.csv && (!arguments.by.empty() || arguments.roots)) {
    return usage("--csv prints the accounts themselves: leave --by and --root out");
  }
  TALLY_ASSIGN(std::vector<Dimension> by, dimensions_of(arguments.by));
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  TALLY_ASSIGN(TotalsQuery query, arguments.filter.read(*ledger));
  query.by = std::move(by);
  query.with_roots = arguments.roots;
  const LedgerOpened& identity = ledger->identity();
  if (arguments.csv) {
    TALLY_ASSIGN(const std::vector<AccountLine> lines, account_lines(*ledger, query));
    console.out.write(kAccountsCsvHeader);
    for (const AccountLine& one : lines) console.out.write(csv_line(one, identity.year_start));
    return ExitStatus::kDone;
  }
  TALLY_ASSIGN(const Totals found, totals(*ledger, query));
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    exports::write_totals_members(out, found, query, identity.year_start);
    out.end_object();
    console.out.write(text + "\n");
  } else {
    console.out.write(fmt::format("{}, as of event {}\n", harmless(identity.name),
                                  with_thousands(found.as_of.value)));
    print_totals(found, query, identity, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_totals(CommandLine& line) {
  const auto arguments = std::make_shared<TotalsArguments>();
  CLI::App& verb = line.add_verb(
      "totals", "Prints yearly totals, now or as of any earlier point.", arguments->folder,
      {"tally totals demo-ledger", "tally totals demo-ledger --measure jobs --by programme",
       "tally totals demo-ledger --year 2022-23 --as-of 45 --root"});
  add_totals_filter(verb, arguments->filter);
  add_texts(verb, "--by", arguments->by, "DIMENSION,…",
            "a row for each programme, organisation, contract")
      ->delimiter(',');
  verb.add_flag("--root", arguments->roots, "also the totals root of each year");
  verb.add_flag("--csv", arguments->csv,
                "each account as CSV, the columns of a totals root's line");
  line.on_run(verb, [arguments](Console& console) { return run_totals(*arguments, console); });
}

}  // namespace tally::tool
