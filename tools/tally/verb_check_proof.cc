// `tally check-proof`, `check-inclusion`, `check-consistency`: proofs, checked without a ledger.

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal_digits.h"
#include "base/json_writer.h"
#include "base/try.h"
#include "codec/event_codec.h"
#include "table.h"
#include "tally/checkpoint.h"
#include "tally/limits.h"
#include "tally/proof.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct CheckProofArguments {
  std::string file;
  std::string vkey;
  std::string event;
};

void print(const ProvenEvent& proven, Console& console) {
  // What the event says is told for convenience: the proof is of its bytes, whatever they are.
  const auto event = codec::decode_event(proven.bytes);
  const std::string id = event.ok() ? event->entry.id : "";
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    out.key("ok").boolean(true);
    out.member("index", proven.sequence.value);
    out.member("size", proven.checkpoint.size.count);
    out.member("root", proven.checkpoint.root.to_string());
    out.member("leaf_hash", proven.leaf.to_string());
    if (!id.empty()) out.member("entry", id);
    out.end_object();
    console.out.write(text + "\n");
    return;
  }
  console.out.write(fmt::format("{} Event {} stands in the log.\n",
                                console.style.green("The proof holds."),
                                with_thousands(proven.sequence.value)));
  Facts facts;
  facts.add("log", proven.checkpoint.origin);
  facts.add("size", counted(proven.checkpoint.size.count, "event"));
  facts.add("root", proven.checkpoint.root.to_string());
  if (event.ok()) {
    facts.add("event", fmt::format("{}{}", type_name(event->entry.type()),
                                   id.empty() ? "" : fmt::format(" \"{}\"", id)));
    facts.add("recorded", time_text(event->recorded_at) + " UTC");
  } else {
    facts.add("event", fmt::format("{} bytes that this program does not read as an event",
                                   with_thousands(proven.bytes.size())));
  }
  facts.print(console);
}

Result<ExitStatus> run_check_proof(const CheckProofArguments& arguments, Console& console) {
  TALLY_ASSIGN(const VerifierKey key, VerifierKey::parse(arguments.vkey));
  TALLY_ASSIGN(const std::string proof, read_input(arguments.file, limits::kProofFileBytes));
  std::optional<std::string> event;
  if (!arguments.event.empty()) {
    TALLY_ASSIGN(event, read_input(arguments.event, limits::kEventBytes));
  }
  TALLY_ASSIGN(const ProvenEvent proven, check_event_proof(proof, key, event));
  print(proven, console);
  return ExitStatus::kDone;
}

// ---- Bare proofs ------------------------------------------------------------------------------

// Numbers and hashes are read as strictly here as in a proof's file.
struct BareArguments {
  std::string size;
  std::string index;
  std::string leaf;
  std::string root;
  std::string from;
  std::string to;
  std::string from_root;
  std::string to_root;
  std::optional<std::string> proof;
};

Result<std::uint64_t> number_of(std::string_view option, std::string_view text) {
  const auto number = base::canonical_number(text);
  if (number) return *number;
  return Error{ErrorCode::kRefused,
               fmt::format("{} \"{}\" is not a plain decimal number below 2^63", option,
                           shortened(harmless(text), 40)),
               {},
               0,
               {}};
}

Result<Hash> hash_of(std::string_view option, std::string_view text) {
  auto hash = Hash::parse(text);
  if (hash.ok()) return *hash;
  return Error{ErrorCode::kRefused, fmt::format("{}: {}", option, hash.error().message), {}, 0, {}};
}

Result<std::vector<Hash>> hashes_of(const std::optional<std::string>& list) {
  std::vector<Hash> hashes;
  if (!list) return hashes;
  for (std::string_view rest = *list;;) {
    const std::size_t comma = rest.find(',');
    TALLY_ASSIGN(hashes.emplace_back(), hash_of("--proof", rest.substr(0, comma)));
    if (comma == std::string_view::npos) return hashes;
    rest.remove_prefix(comma + 1);
  }
}

ExitStatus print_holds(Console& console, std::string_view what) {
  console.out.write(console.json
                        ? std::string("{\"ok\":true}\n")
                        : fmt::format("{} {}\n", console.style.green("The proof holds."), what));
  return ExitStatus::kDone;
}

Result<ExitStatus> run_check_inclusion(const BareArguments& arguments, Console& console) {
  InclusionProof proof;
  TALLY_ASSIGN(proof.size.count, number_of("--size", arguments.size));
  TALLY_ASSIGN(proof.index.value, number_of("--index", arguments.index));
  TALLY_ASSIGN(proof.leaf, hash_of("--leaf-hash", arguments.leaf));
  TALLY_ASSIGN(proof.root, hash_of("--root", arguments.root));
  TALLY_ASSIGN(proof.hashes, hashes_of(arguments.proof));
  TALLY_TRY(check_inclusion(proof));
  return print_holds(console, fmt::format("The leaf stands at index {} of the tree of size {}.",
                                          proof.index.value, proof.size.count));
}

Result<ExitStatus> run_check_consistency(const BareArguments& arguments, Console& console) {
  ConsistencyProof proof;
  TALLY_ASSIGN(proof.from.count, number_of("--from", arguments.from));
  TALLY_ASSIGN(proof.to.count, number_of("--to", arguments.to));
  TALLY_ASSIGN(proof.from_root, hash_of("--from-root", arguments.from_root));
  TALLY_ASSIGN(proof.to_root, hash_of("--to-root", arguments.to_root));
  TALLY_ASSIGN(proof.hashes, hashes_of(arguments.proof));
  TALLY_TRY(check_consistency(proof));
  return print_holds(console, fmt::format("The tree of size {} begins with that of size {}.",
                                          proof.to.count, proof.from.count));
}

void add_proof_option(CLI::App& verb, BareArguments& arguments) {
  verb.add_option("--proof", arguments.proof,
                  "the proof's hashes, with commas between; left out where there are none")
      ->option_text("HEX,…");
}

}  // namespace

void add_check_proof(CommandLine& line) {
  const auto arguments = std::make_shared<CheckProofArguments>();
  CLI::App& verb = line.add_verb(
      "check-proof", "Checks a proof that an event stands in a log; needs no ledger.",
      {"tally prove demo-ledger 5 > five.tlog-proof && tally check-proof five.tlog-proof --vkey "
       "\"$(cat demo-ledger/log.vkey)\""});
  verb.add_option("FILE", arguments->file, "the proof: c2sp.org/tlog-proof@v1; - is standard input")
      ->required();
  add_text(verb, "--vkey", arguments->vkey, "VKEY", "the log's verifier key, as text")->required();
  add_text(verb, "--event", arguments->event, "FILE",
           "the event's bytes, where they do not come with the proof");
  line.on_run(verb, [arguments](Console& console) { return run_check_proof(*arguments, console); });
}

void add_check_inclusion(CommandLine& line) {
  const auto arguments = std::make_shared<BareArguments>();
  CLI::App& verb =
      line.add_verb("check-inclusion", "Checks a bare inclusion proof (RFC 9162, 2.1.3.2).",
                    {"tally check-inclusion --size 1 --index 0 --leaf-hash "
                     "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d --root "
                     "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"});
  add_text(verb, "--size", arguments->size, "N", "how many leaves the tree has")->required();
  add_text(verb, "--index", arguments->index, "I", "where the leaf stands, from 0")->required();
  add_text(verb, "--leaf-hash", arguments->leaf, "HEX", "the leaf's hash")->required();
  add_text(verb, "--root", arguments->root, "HEX", "the tree's root")->required();
  add_proof_option(verb, *arguments);
  line.on_run(verb,
              [arguments](Console& console) { return run_check_inclusion(*arguments, console); });
}

void add_check_consistency(CommandLine& line) {
  const auto arguments = std::make_shared<BareArguments>();
  CLI::App& verb =
      line.add_verb("check-consistency", "Checks a bare consistency proof (RFC 9162, 2.1.4.2).",
                    {"tally check-consistency --from 1 --to 2 --from-root "
                     "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d --to-root "
                     "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125 --proof "
                     "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"});
  add_text(verb, "--from", arguments->from, "M", "how many leaves the smaller tree has")
      ->required();
  add_text(verb, "--to", arguments->to, "N", "how many the larger one has")->required();
  add_text(verb, "--from-root", arguments->from_root, "HEX", "the smaller tree's root")->required();
  add_text(verb, "--to-root", arguments->to_root, "HEX", "the larger one's root")->required();
  add_proof_option(verb, *arguments);
  line.on_run(verb,
              [arguments](Console& console) { return run_check_consistency(*arguments, console); });
}

}  // namespace tally::tool
