// `tally sample`: a draw from the postings behind a figure that anybody can repeat.

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "codec/json_values.h"
#include "posting_text.h"
#include "table.h"
#include "tally/sample.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct SampleArguments {
  std::string folder;
  std::string figure;
  std::optional<std::uint64_t> size;
  std::string seed;
  std::string method = "monetary-unit";
};

// ---- JSON -------------------------------------------------------------------------------------

void write_items(base::JsonWriter& out, std::string_view name,
                 const std::vector<SampledPosting>& items) {
  out.key(name).begin_array();
  for (const SampledPosting& item : items) {
    const TracePosting& posting = item.posting;
    out.begin_object();
    out.member("number", item.number);
    out.member("sequence", posting.sequence.value);
    out.member("entry", posting.entry);
    out.member("type", type_name(posting.type));
    out.member("actor", posting.actor);
    out.member("recorded_at", posting.recorded_at.to_string());
    out.member("stage", stage_name(posting.stage));
    out.member("delta", posting.delta.to_string());
    codec::text_or_null(out, "claim", posting.claim);
    if (item.hit) out.member("hit", item.hit->to_string());
    out.end_object();
  }
  out.end_array();
}

void print_json(const Sample& sample, YearStart year_start, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("figure", sample.figure.to_string(year_start));
  out.member("as_of", sample.as_of.value);
  out.member("root", sample.root.to_string());
  out.member("method", sample_method_name(sample.options.method));
  out.member("seed", sample.options.seed);
  out.member("size", sample.options.size);
  out.key("population").begin_object();
  out.member("postings", sample.postings);
  out.member("total", sample.total.to_string());
  out.end_object();
  codec::number_or_null(out, "interval", sample.interval);
  codec::number_or_null(out, "start", sample.start);
  write_items(out, "top_stratum", sample.top_stratum);
  write_items(out, "sample", sample.sample);
  out.end_object();
  console.out.write(text + "\n");
}

// ---- Text -------------------------------------------------------------------------------------

std::string number_text(const std::optional<Decimal>& number) {
  return number ? number->to_display() : "–";
}

void print_heading(const Sample& sample, YearStart year_start, Console& console) {
  console.out.write(console.style.bold(harmless(sample.figure.to_string(year_start))) +
                    fmt::format("  {} sample, {} asked for\n",
                                sample_method_name(sample.options.method),
                                with_thousands(sample.options.size)));
  Facts facts;
  facts.add("seed", sample.options.seed);
  facts.add("root", sample.root.to_string());
  facts.add("population", fmt::format("{}, which add up to {} {} without their signs",
                                      counted(sample.postings, "posting"),
                                      sample.total.to_display(), sample.unit));
  if (sample.interval) {
    facts.add("interval", number_text(sample.interval));
    facts.add("start", number_text(sample.start));
  }
  facts.print(console);
}

void print_items(std::string_view heading, const std::vector<SampledPosting>& items,
                 const Sample& sample, Console& console) {
  console.out.write("\n" + console.style.bold(heading) + "\n");
  if (items.empty()) {
    console.out.write("  none\n");
    return;
  }
  const bool with_stage = sample.figure.stage == Stage::kPending;
  const bool with_point = items.front().hit.has_value();
  std::vector<Column> columns = {
      {"no.", Align::kRight}, {"event", Align::kRight}, {"recorded (UTC)"}, {"type"}, {"entry"}};
  if (with_stage) columns.push_back({"stage"});
  columns.push_back({"delta", Align::kRight});
  if (with_point) columns.push_back({"point", Align::kRight});
  Table table(std::move(columns), 2);
  for (const SampledPosting& item : items) {
    const TracePosting& posting = item.posting;
    std::vector<std::string> cells = {
        with_thousands(item.number), with_thousands(posting.sequence.value),
        time_text(posting.recorded_at), std::string(type_name(posting.type)), posting.entry};
    if (with_stage) cells.emplace_back(stage_name(posting.stage));
    cells.push_back(signed_text(posting.delta));
    if (with_point) cells.push_back(number_text(item.hit));
    table.add_row(std::move(cells));
    add_posting_notes(table, posting);
  }
  table.print(console);
}

void print_sample(const Sample& sample, YearStart year_start, Console& console) {
  print_heading(sample, year_start, console);
  if (sample.postings == 0) {
    console.out.write("\nNothing has been posted to it: there is nothing to draw from.\n");
    return;
  }
  if (sample.options.method == SampleMethod::kMonetaryUnit) {
    print_items("Top stratum: of the interval or more, taken whole", sample.top_stratum, sample,
                console);
  }
  print_items("Sample", sample.sample, sample, console);
  Decimal covered;
  for (const auto* items : {&sample.top_stratum, &sample.sample}) {
    for (const SampledPosting& item : *items) {
      const Decimal delta(item.posting.delta);
      covered = item.posting.delta.is_negative() ? covered.minus(delta) : covered.plus(delta);
    }
  }
  console.out.write(fmt::format(
      "\n{} of {} drawn, {} of {} {}. The same seed and root draw the same items anywhere.\n",
      with_thousands(sample.top_stratum.size() + sample.sample.size()),
      counted(sample.postings, "posting"), covered.to_display(), sample.total.to_display(),
      harmless(sample.unit)));
}

// ---- The verb ---------------------------------------------------------------------------------

Result<SampleMethod> method_of(const std::string& name) {
  if (const auto method = sample_method_from_name(name)) return *method;
  const auto near = nearest(name, {"monetary-unit", "random"});
  return usage(fmt::format("--method takes `monetary-unit` and `random`, not \"{}\"{}", name,
                           near ? fmt::format("; did you mean `{}`?", *near) : ""));
}

Result<ExitStatus> run_sample(const SampleArguments& arguments, Console& console) {
  TALLY_ASSIGN(const SampleMethod method, method_of(arguments.method));
  if (valid_utf8(arguments.seed) != arguments.seed) {
    return usage("the seed is not UTF-8: nobody else could be told it");
  }
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  const YearStart year_start = ledger->identity().year_start;
  TALLY_ASSIGN(const FigureReference figure, FigureReference::parse(arguments.figure, year_start));
  TALLY_ASSIGN(const Sample drawn,
               sample(*ledger, figure, {method, arguments.seed, arguments.size.value_or(0)}));
  if (console.json) {
    print_json(drawn, year_start, console);
  } else {
    print_sample(drawn, year_start, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_sample(CommandLine& line) {
  const auto arguments = std::make_shared<SampleArguments>();
  CLI::App& verb = line.add_verb(
      "sample", "Draws postings of a figure to check, so that anybody can draw them again.",
      arguments->folder,
      {"tally sample demo-ledger 2022-23:jobs:verified --size 3 --seed \"audit of 2022-23\"",
       "tally sample demo-ledger 2022-23:jobs:verified@60 --size 2 --seed 4711 --method random"});
  verb.add_option("FIGURE", arguments->figure,
                  "YEAR:MEASURE:STAGE[:programme=ID][:organisation=ID][:contract=ID][@SEQUENCE]")
      ->required();
  add_number(verb, "--size", arguments->size, "how many to draw")->required();
  add_text(verb, "--seed", arguments->seed, "TEXT", "any text, chosen before the draw")->required();
  add_text(verb, "--method", arguments->method, "monetary-unit|random",
           "by size (the default), or each posting as likely");
  line.on_run(verb, [arguments](Console& console) { return run_sample(*arguments, console); });
}

}  // namespace tally::tool
