// `tally check-bundle`: a figure, recomputed from what somebody took away; or a pack of them.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "codec/json_values.h"
#include "pack_text.h"
#include "progress.h"
#include "table.h"
#include "tally/bundle.h"
#include "tally/limits.h"
#include "tally/pack.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct CheckBundleArguments {
  std::string file;
  std::string vkey;
};

void print_json(const BundleReport& report, const std::string& figure, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.key("ok").boolean(true);
  out.member("figure", figure);
  out.member("as_of", report.figure.as_of.value);
  codec::number_or_null(out, "quantity", report.figure.quantity);
  codec::number_or_null(out, "value", report.figure.value);
  out.member("postings", report.postings);
  out.member("events", report.events);
  out.member("details_erased", report.erased);
  out.key("publication");
  if (const auto& published = report.publication) {
    out.begin_object();
    out.member("entry", published->entry);
    out.member("sequence", published->sequence.value);
    out.member("as_of", published->as_of.value);
    out.member("totals_root", published->totals_root.to_string());
    out.key("agrees").boolean(published->agrees);
    out.end_object();
  } else {
    out.null();
  }
  out.member("origin", report.checkpoint.origin);
  out.member("size", report.checkpoint.size.count);
  out.member("root", report.checkpoint.root.to_string());
  out.end_object();
  console.out.write(text + "\n");
}

void print_text(const BundleReport& report, const std::string& figure, Console& console) {
  console.out.write(fmt::format("{} Recomputed from its events, each proven to stand in the log.\n",
                                console.style.green("The bundle holds.")));
  Facts facts;
  facts.add("figure", figure);
  facts.add("quantity", report.figure.quantity
                            ? report.figure.quantity->to_display() + " " + harmless(report.unit)
                            : "–");
  if (report.figure.value) {
    facts.add("value",
              report.figure.value->to_display() + " " + harmless(report.identity.currency));
  }
  facts.add("postings", with_thousands(report.postings));
  facts.add("events", with_thousands(report.events));
  if (report.erased > 0) {
    facts.add("erased", fmt::format("the details of {}", counted(report.erased, "event")));
  }
  if (const auto& published = report.publication) {
    facts.add(
        "published",
        published->agrees
            ? fmt::format("by {} (event {}): all totals of the year are those it froze",
                          published->entry, with_thousands(published->sequence.value))
            : fmt::format("by {} (event {}) as of event {}: the year's totals were others then",
                          published->entry, with_thousands(published->sequence.value),
                          with_thousands(published->as_of.value)));
  }
  facts.add("ledger", harmless(report.identity.name));
  facts.add("log", fmt::format("{}, {}", report.checkpoint.origin,
                               counted(report.checkpoint.size.count, "event")));
  facts.add("root", report.checkpoint.root.to_string());
  facts.print(console);
}

Result<ExitStatus> run_check_pack(const std::string& file, const VerifierKey& key,
                                  Console& console) {
  Progress progress(console);
  TALLY_ASSIGN(const PackReport report,
               check_pack(file, key,
                          [&](std::string_view doing, std::string_view noun, std::uint64_t done,
                              std::uint64_t all) { progress.update(doing, noun, done, all); }));
  progress.finish();
  print_pack(report, console);
  return ExitStatus::kDone;
}

Result<ExitStatus> run_check_bundle(const CheckBundleArguments& arguments, Console& console) {
  TALLY_ASSIGN(const VerifierKey key, VerifierKey::parse(arguments.vkey));
  if (arguments.file != "-" && is_pack(arguments.file)) {
    return run_check_pack(arguments.file, key, console);
  }
  TALLY_ASSIGN(const std::string zip, read_input(arguments.file, limits::kBundleFileBytes));
  TALLY_ASSIGN(const BundleReport report, check_bundle(zip, key));
  const std::string figure = report.figure.reference.to_string(report.identity.year_start);
  if (console.json) {
    print_json(report, figure, console);
  } else {
    print_text(report, figure, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_check_bundle(CommandLine& line) {
  const auto arguments = std::make_shared<CheckBundleArguments>();
  CLI::App& verb = line.add_verb(
      "check-bundle", "Checks a bundle that takes a figure apart, or a pack; needs no ledger.",
      {"tally trace demo-ledger 2022-23:jobs:verified --bundle jobs.zip && tally check-bundle "
       "jobs.zip --vkey \"$(cat demo-ledger/log.vkey)\"",
       "tally export demo-ledger --format pack --out all.zip && tally check-bundle all.zip --vkey "
       "\"$(cat demo-ledger/log.vkey)\""});
  verb.add_option("FILE", arguments->file, "the bundle or pack; - is a bundle at standard input")
      ->required();
  add_text(verb, "--vkey", arguments->vkey, "VKEY", "the log's verifier key, as text")->required();
  line.on_run(verb,
              [arguments](Console& console) { return run_check_bundle(*arguments, console); });
}

}  // namespace tally::tool
