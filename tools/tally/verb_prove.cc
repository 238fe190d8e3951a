// `tally prove`: proofs for those who need not trust the ledger.

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/try.h"
#include "tally/integrity.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct ProveArguments {
  std::string folder;
  std::string event;
  std::optional<std::uint64_t> size;
  std::optional<std::uint64_t> from;
  std::optional<std::uint64_t> to;
};

void write_hashes(base::JsonWriter& out, const std::vector<Hash>& hashes) {
  out.key("proof").begin_array();
  for (const Hash& hash : hashes) out.string(hash.to_string());
  out.end_array();
}

Result<ExitStatus> prove_one(const Ledger& ledger, const ProveArguments& arguments,
                             Console& console) {
  Sequence sequence;
  const std::optional<std::uint64_t> number = whole_number(arguments.event);
  if (number) {
    sequence.value = *number;
  } else {
    const bool named = arguments.event.starts_with("id:");
    TALLY_ASSIGN(sequence, ledger.sequence_of(named ? arguments.event.substr(3) : arguments.event));
  }
  std::optional<LogSize> size;
  if (arguments.size) size = LogSize{*arguments.size};
  TALLY_ASSIGN(const EventProof proof, prove_event(ledger, sequence, size));
  if (!console.json) {
    console.out.write(proof.to_string());
    return ExitStatus::kDone;
  }
  const VerifierKey key = verifier_key(ledger);
  TALLY_ASSIGN(const ProvenEvent proven, check_event_proof(proof.to_string(), key));
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("index", proof.index.value);
  out.member("size", proven.checkpoint.size.count);
  out.member("leaf_hash", proven.leaf.to_string());
  out.member("root", proven.checkpoint.root.to_string());
  write_hashes(out, proof.hashes);
  out.member("checkpoint", proof.checkpoint);
  out.end_object();
  console.out.write(text + "\n");
  return ExitStatus::kDone;
}

Result<ExitStatus> prove_growth(const Ledger& ledger, const ProveArguments& arguments,
                                Console& console) {
  TALLY_ASSIGN(const ConsistencyProof proof,
               prove_extension(ledger, LogSize{*arguments.from}, LogSize{*arguments.to}));
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("from", proof.from.count);
  out.member("to", proof.to.count);
  out.member("from_root", proof.from_root.to_string());
  out.member("to_root", proof.to_root.to_string());
  write_hashes(out, proof.hashes);
  out.end_object();
  console.out.write(text + "\n");
  return ExitStatus::kDone;
}

Result<ExitStatus> run_prove(const ProveArguments& arguments, Console& console) {
  const bool of_growth = arguments.from || arguments.to;
  if (of_growth == !arguments.event.empty()) {
    return usage("name one event, or give --from and --to; `tally prove --help` explains");
  }
  if (of_growth && (!arguments.from || !arguments.to || arguments.size)) {
    return usage("--from and --to stand together, and without --size");
  }
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  return of_growth ? prove_growth(*ledger, arguments, console)
                   : prove_one(*ledger, arguments, console);
}

}  // namespace

void add_prove(CommandLine& line) {
  const auto arguments = std::make_shared<ProveArguments>();
  CLI::App& verb = line.add_verb(
      "prove", "Prints the proof that an event stands in the log, or that the log only grew.",
      arguments->folder,
      {"tally prove demo-ledger claim-kindred-jobs", "tally prove demo-ledger 5 --size 20",
       "tally prove demo-ledger --from 20 --to 61"});
  verb.add_option("EVENT", arguments->event,
                  "an event's sequence, or an entry's id (`id:…` where it is digits alone)");
  add_number(verb, "--size", arguments->size, "in the log of the first N events; else of all");
  add_number(verb, "--from", arguments->from, "that the log of N events …");
  add_number(verb, "--to", arguments->to, "… is the beginning of that of N events");
  line.on_run(verb, [arguments](Console& console) { return run_prove(*arguments, console); });
}

}  // namespace tally::tool
