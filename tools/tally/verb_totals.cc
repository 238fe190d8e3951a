// `tally totals`: yearly totals.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/try.h"
#include "table.h"
#include "tally/totals.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

constexpr const char* kNone = "–";

struct TotalsArguments {
  std::string folder;
  std::vector<std::string> years;
  std::vector<std::string> by;
  std::optional<std::string> as_of;
  bool csv = false;
  TotalsQuery query;  // the filters that need no reading
};

Result<TotalsQuery> query_of(const TotalsArguments& arguments, const Ledger& ledger) {
  TotalsQuery query = arguments.query;
  for (const std::string& text : arguments.years) {
    TALLY_ASSIGN(const Year year, ledger.identity().year_start.parse_year(text));
    query.years.push_back(year);
  }
  if (arguments.as_of) {
    TALLY_ASSIGN(query.as_of, ledger.resolve_as_of(*arguments.as_of));
  }
  return query;
}

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

// ---- JSON -------------------------------------------------------------------------------------

void write_stages(base::JsonWriter& out, const StageNumbers& numbers) {
  for (const Stage stage : kStages) {
    const std::optional<Decimal>& number = numbers[static_cast<std::size_t>(stage)];
    out.key(stage_name(stage));
    if (number) {
      out.string(number->to_string());
    } else {
      out.null();
    }
  }
}

void write_row(base::JsonWriter& out, const TotalsRow& row, const TotalsQuery& query,
               YearStart year_start) {
  out.begin_object();
  out.member("year", year_start.year_text(row.year));
  out.member("measure", row.measure);
  out.member("unit", row.unit);
  out.member("basis", basis_name(row.basis));
  for (std::size_t i = 0; i < query.by.size(); ++i) {
    out.key(dimension_name(query.by[i]));
    if (row.dimensions[i]) {
      out.string(*row.dimensions[i]);
    } else {
      out.null();
    }
  }
  write_stages(out, row.quantities);
  if (row.has_value) {
    out.key("value").begin_object();
    write_stages(out, row.values);
    out.end_object();
  }
  out.key("restated").boolean(row.restated);
  out.end_object();
}

void print_json(const Totals& totals, const TotalsQuery& query, YearStart year_start,
                Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("as_of", totals.as_of.value);
  if (query.with_roots) {
    out.key("root").begin_object();
    for (const auto& [year, root] : totals.roots) {
      out.member(year_start.year_text(year), root.to_string());
    }
    out.end_object();
  }
  out.key("rows").begin_array();
  for (const TotalsRow& row : totals.rows) write_row(out, row, query, year_start);
  out.end_array().end_object();
  console.out.write(text + "\n");
}

// ---- CSV --------------------------------------------------------------------------------------

void print_csv(const std::vector<AccountLine>& lines, YearStart year_start, Console& console) {
  console.out.write("year,measure,programme,organisation,contract,stage,quantity,proxy\n");
  for (const AccountLine& line : lines) {
    // Years, ids, stage names and decimals hold no comma and no quote: nothing needs quoting.
    std::string text = line.to_line(year_start);
    std::replace(text.begin(), text.end(), '\t', ',');
    console.out.write(text + "\n");
  }
}

// ---- Text -------------------------------------------------------------------------------------

std::string shown(const std::optional<Decimal>& number) {
  return number ? number->to_display() : kNone;
}

Table table_of(const TotalsQuery& query, const std::string& currency) {
  std::vector<Column> columns = {{"measure"}};
  for (const Dimension dimension : query.by) {
    columns.push_back({std::string(dimension_name(dimension))});
  }
  columns.push_back({"unit"});
  for (const Stage stage : kStages) {
    columns.push_back({std::string(stage_name(stage)), Align::kRight});
  }
  columns.push_back({fmt::format("verified value ({})", harmless(currency)), Align::kRight});
  return Table(std::move(columns), 2);
}

std::vector<std::string> cells_of(const TotalsRow& row) {
  std::vector<std::string> cells = {row.measure};
  for (const std::optional<std::string>& dimension : row.dimensions) {
    cells.push_back(dimension.value_or(kNone));
  }
  cells.push_back(row.unit);
  for (const std::optional<Decimal>& quantity : row.quantities) cells.push_back(shown(quantity));
  cells.push_back(shown(row.values[static_cast<std::size_t>(Stage::kVerified)]));
  return cells;
}

void print_text(const Totals& totals, const TotalsQuery& query, const LedgerOpened& identity,
                Console& console) {
  console.out.write(fmt::format("{}, as of event {}\n", harmless(identity.name),
                                with_thousands(totals.as_of.value)));
  if (totals.rows.empty()) console.out.write("\nNothing that was asked for has been posted to.\n");
  for (auto row = totals.rows.begin(); row != totals.rows.end();) {
    const Year year = row->year;
    const std::string restated = row->restated ? ", restated since it was published" : "";
    console.out.write("\n" + console.style.bold(identity.year_start.year_text(year) + restated) +
                      "\n");
    Table table = table_of(query, identity.currency);
    for (; row != totals.rows.end() && row->year == year; ++row) table.add_row(cells_of(*row));
    table.print(console);
  }
  if (totals.roots.empty()) return;
  console.out.write("\n" + console.style.bold("Totals roots") + " (of the whole year)\n");
  Facts roots;
  for (const auto& [year, root] : totals.roots) {
    roots.add(identity.year_start.year_text(year), root.to_string());
  }
  roots.print(console);
}

Result<ExitStatus> run_totals(const TotalsArguments& arguments, Console& console) {
  if (arguments.csv && console.json) return usage("--csv and --json exclude each other");
  if (arguments.csv && (!arguments.by.empty() || arguments.query.with_roots)) {
    return usage("--csv prints the accounts themselves: leave --by and --root out");
  }
  TALLY_ASSIGN(std::vector<Dimension> by, dimensions_of(arguments.by));
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  TALLY_ASSIGN(TotalsQuery query, query_of(arguments, *ledger));
  query.by = std::move(by);
  const LedgerOpened& identity = ledger->identity();
  if (arguments.csv) {
    TALLY_ASSIGN(const std::vector<AccountLine> lines, account_lines(*ledger, query));
    print_csv(lines, identity.year_start, console);
    return ExitStatus::kDone;
  }
  TALLY_ASSIGN(const Totals found, totals(*ledger, query));
  if (console.json) {
    print_json(found, query, identity.year_start, console);
  } else {
    print_text(found, query, identity, console);
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
  TotalsQuery& query = arguments->query;
  add_texts(verb, "--year", arguments->years, "YEAR",
            "only this year; this and the next four may be repeated");
  add_texts(verb, "--measure", query.measures, "ID", "only this measure");
  add_texts(verb, "--programme", query.programmes, "ID", "only this programme");
  add_texts(verb, "--organisation", query.organisations, "ID", "only this organisation");
  add_texts(verb, "--contract", query.contracts, "ID",
            "only this contract; `-` is those without one");
  add_texts(verb, "--by", arguments->by, "DIMENSION,…",
            "a row for each programme, organisation, contract")
      ->delimiter(',');
  verb.add_option("--as-of", arguments->as_of, "as of event N, or of a time in RFC 3339")
      ->option_text("N|TIME");
  verb.add_flag("--root", query.with_roots, "also the totals root of each year");
  verb.add_flag("--csv", arguments->csv,
                "each account as CSV, the columns of a totals root's line");
  line.on_run(verb, [arguments](Console& console) { return run_totals(*arguments, console); });
}

}  // namespace tally::tool
