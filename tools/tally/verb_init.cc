// `tally init`: opens a new ledger.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "table.h"
#include "tally/ledger.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct InitArguments {
  std::string folder;
  std::string name;
  std::string origin;
  std::string year_start = "04-01";
  std::string currency = "GBP";
};

void print_json(const LedgerStatus& made, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("name", made.identity.name);
  out.member("origin", made.identity.origin);
  out.member("year_start", made.identity.year_start.to_string());
  out.member("currency", made.identity.currency);
  out.member("vkey", made.identity.vkey);
  out.member("head", made.head.value);
  out.member("root", made.root.to_string());
  out.end_object();
  console.out.write(text + "\n");
}

void print_text(const std::string& folder, const LedgerStatus& made, Console& console) {
  const std::string shown = harmless(folder);
  console.out.write(
      fmt::format("Opened {} in {}.\n", console.style.bold(harmless(made.identity.name)), shown));
  Facts facts;
  facts.add("origin", made.identity.origin);
  facts.add("year starts", made.identity.year_start.to_string());
  facts.add("currency", made.identity.currency);
  facts.add("verifier key", made.identity.vkey);
  facts.add("head", fmt::format("event {}", made.head.value));
  facts.add("root", made.root.to_string());
  facts.print(console);
  console.out.write(
      fmt::format("\nNext: give others the verifier key (it is also in {0}/log.vkey), keep\n"
                  "{0}/signing-key.pem to yourself, and record what you know:\n"
                  "  tally append {0} FILE\n",
                  shown));
}

Result<ExitStatus> run_init(const InitArguments& arguments, Console& console) {
  LedgerOptions options;
  options.name = arguments.name;
  options.origin = arguments.origin;
  options.currency = arguments.currency;
  TALLY_ASSIGN(options.year_start, YearStart::parse(arguments.year_start));
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger, Ledger::init(arguments.folder, options));
  TALLY_ASSIGN(const LedgerStatus made, status(*ledger));
  if (console.json) {
    print_json(made, console);
  } else {
    print_text(arguments.folder, made, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_init(CommandLine& line) {
  const auto arguments = std::make_shared<InitArguments>();
  CLI::App& verb =
      line.add_verb("init", "Opens a new ledger, with a new signing key.", arguments->folder,
                    {"tally init demo-ledger --name \"Example Council social value\""});
  add_text(verb, "--name", arguments->name, "TEXT", "what the ledger is called")->required();
  add_text(verb, "--origin", arguments->origin, "TEXT",
           "the name of its log for others, a URL without scheme (made from the name)");
  add_text(verb, "--year-start", arguments->year_start, "MM-DD",
           "the first day of the reporting year (04-01)");
  add_text(verb, "--currency", arguments->currency, "CODE", "what money is in (GBP)");
  line.on_run(verb, [arguments](Console& console) { return run_init(*arguments, console); });
}

}  // namespace tally::tool
