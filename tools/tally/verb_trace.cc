// `tally trace`: where a figure comes from.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "entry_text.h"
#include "posting_text.h"
#include "table.h"
#include "tally/bundle.h"
#include "tally/integrity.h"
#include "tally/trace.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct TraceArguments {
  std::string folder;
  std::string figure;
  std::string bundle;
};

// What the figure is worth and why, or a dash.
std::string value_text(const Trace& trace, const Measure* measure, const std::string& currency) {
  if (!trace.figure.value) return "–";
  std::string text = trace.figure.value->to_display() + " " + currency;
  if (measure != nullptr && measure->basis == Basis::kProxy) {
    text += fmt::format(", at {} a {} ({})", quantity_text(measure->proxy), measure->unit,
                        measure->proxy_source);
  }
  return text;
}

void print_heading(const Trace& trace, const LedgerOpened& identity, Console& console) {
  const auto* body = std::get_if<Body>(&trace.measure.entry.content);
  const Measure* measure = body == nullptr ? nullptr : std::get_if<Measure>(body);
  const std::optional<Decimal>& quantity = trace.figure.quantity;
  console.out.write(
      console.style.bold(harmless(trace.figure.reference.to_string(identity.year_start))) + "\n");
  Facts facts;
  facts.add("quantity", quantity ? quantity->to_display() : "–");
  if (measure != nullptr) facts.add("unit", measure->unit);
  facts.add("value", value_text(trace, measure, identity.currency));
  if (measure != nullptr) {
    facts.add("measure", fmt::format("{} ({}, as event {} has it)", measure->title,
                                     basis_name(measure->basis), trace.measure.sequence.value));
  }
  facts.print(console);
  console.out.write("\n");
}

void print_trace(const Trace& trace, const LedgerOpened& identity, Console& console) {
  print_heading(trace, identity, console);
  if (trace.numerator && trace.denominator) {
    console.out.write("It is 100 × the first of these two ÷ the second, to 4 decimals.\n\n");
    print_trace(*trace.numerator, identity, console);
    console.out.write("\n");
    print_trace(*trace.denominator, identity, console);
    return;
  }
  const std::string sum = trace.figure.quantity ? trace.figure.quantity->to_display() : "0";
  if (trace.postings.empty()) {
    console.out.write(fmt::format("Nothing has been posted to it: it is {}.\n", sum));
    return;
  }
  const bool is_pending = trace.figure.reference.stage == Stage::kPending;
  postings_table(trace.postings, identity.year_start,
                 is_pending ? PostingColumns::kPending : PostingColumns::kFigure)
      .print(console);
  console.out.write(fmt::format("\nThe deltas of {} add up to {}.\n",
                                counted(trace.postings.size(), "posting"), sum));
}

Result<ExitStatus> write_to_file(const Ledger& ledger, const FigureReference& reference,
                                 const std::string& name, Console& console) {
  TALLY_ASSIGN(const std::string bytes, write_bundle(ledger, reference));
  TALLY_TRY(write_output(name, bytes));
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object().member("bundle", valid_utf8(name)).member("bytes", bytes.size());
    out.end_object();
    console.out.write(text + "\n");
  } else {
    console.out.write(fmt::format(
        "Wrote {} ({}). Whoever has it and the log's key can check the figure by itself:\n"
        "  tally check-bundle {} --vkey \"{}\"\n",
        harmless(name), bytes_text(bytes.size()), harmless(name),
        harmless(verifier_key(ledger).to_string())));
  }
  return ExitStatus::kDone;
}

Result<ExitStatus> run_trace(const TraceArguments& arguments, Console& console) {
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  const LedgerOpened& identity = ledger->identity();
  TALLY_ASSIGN(const FigureReference reference,
               FigureReference::parse(arguments.figure, identity.year_start));
  if (!arguments.bundle.empty())
    return write_to_file(*ledger, reference, arguments.bundle, console);
  if (console.json) {
    TALLY_TRY(trace_json(*ledger, reference, [&](std::string_view piece) -> Result<void> {
      console.out.write(piece);
      return {};
    }));
    console.out.write("\n");
    return ExitStatus::kDone;
  }
  TALLY_ASSIGN(const Trace found, trace(*ledger, reference));
  print_trace(found, identity, console);
  return ExitStatus::kDone;
}

}  // namespace

void add_trace(CommandLine& line) {
  const auto arguments = std::make_shared<TraceArguments>();
  CLI::App& verb =
      line.add_verb("trace", "Takes a figure apart into the events behind it.", arguments->folder,
                    {"tally trace demo-ledger 2022-23:jobs:verified",
                     "tally trace demo-ledger "
                     "2022-23:jobs:verified:programme=prog-kindred@50",
                     "tally trace demo-ledger 2022-23:jobs:verified --bundle jobs.zip"});
  verb.add_option("FIGURE", arguments->figure,
                  "YEAR:MEASURE:STAGE[:programme=ID][:organisation=ID][:contract=ID][@SEQUENCE]")
      ->required();
  add_text(verb, "--bundle", arguments->bundle, "FILE",
           "write all that it takes to check the figure without the ledger");
  line.on_run(verb, [arguments](Console& console) { return run_trace(*arguments, console); });
}

}  // namespace tally::tool
