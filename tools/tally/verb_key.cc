// `tally key`: what the log's signatures are checked with.

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "table.h"
#include "tally/integrity.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct KeyArguments {
  std::string folder;
  bool rotate = false;
};

void print(const VerifierKey& key, bool rotated, Console& console) {
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    out.member("vkey", key.to_string());
    out.member("fingerprint", key.fingerprint().to_string());
    out.end_object();
    console.out.write(text + "\n");
    return;
  }
  if (rotated) {
    console.out.write(
        "The log is signed with a new key from now on. Give it to everyone who checks the log;\n"
        "checkpoints of before are good with the old one.\n");
  }
  Facts facts;
  facts.add("verifier key", key.to_string());
  facts.add("fingerprint", key.fingerprint().to_string());
  facts.print(console);
}

Result<ExitStatus> run_key(const KeyArguments& arguments, Console& console) {
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder,
                            arguments.rotate ? Ledger::Access::kWrite : Ledger::Access::kRead));
  if (arguments.rotate) {
    TALLY_ASSIGN(const VerifierKey key, rotate_key(*ledger));
    print(key, true, console);
  } else {
    print(verifier_key(*ledger), false, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_key(CommandLine& line) {
  const auto arguments = std::make_shared<KeyArguments>();
  CLI::App& verb =
      line.add_verb("key", "Shows the key that the log's signatures are checked with.",
                    arguments->folder, {"tally key demo-ledger", "tally key demo-ledger --rotate"});
  verb.add_flag("--rotate", arguments->rotate,
                "make a new key and sign with it from now on; the old one vouches for it");
  line.on_run(verb, [arguments](Console& console) { return run_key(*arguments, console); });
}

}  // namespace tally::tool
