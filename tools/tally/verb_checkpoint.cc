// `tally checkpoint`: what the log vouches for, signed.

#include <memory>
#include <optional>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "tally/integrity.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct CheckpointArguments {
  std::string folder;
  std::optional<std::uint64_t> size;
};

Result<ExitStatus> run_checkpoint(const CheckpointArguments& arguments, Console& console) {
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  std::optional<LogSize> size;
  if (arguments.size) size = LogSize{*arguments.size};
  TALLY_ASSIGN(const std::string note, checkpoint(*ledger, size));
  if (!console.json) {
    console.out.write(note);
    return ExitStatus::kDone;
  }
  const VerifierKey key = verifier_key(*ledger);
  TALLY_ASSIGN(const Checkpoint signed_head, check_checkpoint(note, {&key, 1}));
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("origin", signed_head.origin);
  out.member("size", signed_head.size.count);
  out.member("root", signed_head.root.to_string());
  out.member("checkpoint", note);
  out.end_object();
  console.out.write(text + "\n");
  return ExitStatus::kDone;
}

}  // namespace

void add_checkpoint(CommandLine& line) {
  const auto arguments = std::make_shared<CheckpointArguments>();
  CLI::App& verb = line.add_verb(
      "checkpoint", "Prints a signed checkpoint, for an auditor to keep.", arguments->folder,
      {"tally checkpoint demo-ledger", "tally checkpoint demo-ledger --size 10"});
  add_number(verb, "--size", arguments->size, "of the first N events; else of all");
  line.on_run(verb, [arguments](Console& console) { return run_checkpoint(*arguments, console); });
}

}  // namespace tally::tool
