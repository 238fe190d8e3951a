#include <fmt/format.h>

#include "base/decimal_digits.h"
#include "base/shown.h"
#include "base/try.h"
#include "merkle/base64.h"
#include "merkle/hash_text.h"
#include "merkle/refused.h"
#include "tally/checkpoint.h"
#include "tally/limits.h"
#include "tally/proof.h"

namespace tally {
namespace {

using merkle::refused;

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";

// The next line without its line feed; nothing where there is no whole line left.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Result<std::vector<Hash>> take_hashes(std::string_view& rest) {
  std::vector<Hash> hashes;
  for (;;) {
    const auto line = take_line(rest);
    if (!line) return refused("the proof ends before the empty line in front of its checkpoint");
    if (line->empty()) return hashes;
    const auto hash = merkle::hash_from_base64(*line);
    if (!hash) {
      return refused(fmt::format("\"{}\" in the proof is not 32 bytes in canonical base64",
                                 base::shown(*line)));
    }
    if (hashes.size() == limits::kProofHashes) {
      return refused(fmt::format("the proof has more than {} hashes", limits::kProofHashes));
    }
    hashes.push_back(*hash);
  }
}

}  // namespace

Result<EventProof> EventProof::parse(std::string_view text) {
  if (text.size() > limits::kProofFileBytes) {
    return refused(fmt::format("the proof has {} bytes; at most {} are read", text.size(),
                               limits::kProofFileBytes));
  }
  EventProof proof;
  std::string_view rest = text;
  auto line = take_line(rest);
  if (!line || *line != kHeader) {
    return refused(fmt::format("the proof begins with \"{}\", not with {}",
                               base::shown(text.substr(0, text.find('\n'))), kHeader));
  }
  line = take_line(rest);
  if (line && line->starts_with(kExtra)) {
    proof.extra = merkle::from_base64(line->substr(kExtra.size()));
    if (!proof.extra || proof.extra->empty()) {
      return refused("the proof's extra data is empty or not in canonical base64");
    }
    line = take_line(rest);
  }
  if (!line || !line->starts_with(kIndex)) return refused("the proof has no index");
  const auto index = base::canonical_number(line->substr(kIndex.size()));
  if (!index) {
    return refused(fmt::format("the proof's index \"{}\" is not a number without leading zeros",
                               base::shown(line->substr(kIndex.size()))));
  }
  proof.index.value = *index;
  TALLY_ASSIGN(proof.hashes, take_hashes(rest));
  if (rest.empty()) return refused("the proof has no checkpoint");
  proof.checkpoint = rest;
  return proof;
}

std::string EventProof::to_string() const {
  std::string text = fmt::format("{}\n", kHeader);
  if (extra) text += fmt::format("{}{}\n", kExtra, merkle::base64(*extra));
  text += fmt::format("{}{}\n", kIndex, index.value);
  for (const Hash& hash : hashes) text += merkle::hash_to_base64(hash) + "\n";
  return text + "\n" + checkpoint;
}

Result<ProvenEvent> check_event_proof(std::string_view proof, const VerifierKey& key,
                                      std::optional<std::string_view> event) {
  TALLY_ASSIGN(EventProof parsed, EventProof::parse(proof));
  ProvenEvent proven;
  TALLY_ASSIGN(proven.checkpoint, check_checkpoint(parsed.checkpoint, {&key, 1}));
  if (!parsed.extra && !event) {
    return refused(
        "the event's bytes are missing: the proof has no extra data, and none were given");
  }
  if (parsed.extra && event && *parsed.extra != *event) {
    return refused("the event's bytes that stand in the proof are not those that were given");
  }
  proven.sequence = parsed.index;
  proven.bytes = parsed.extra ? std::move(*parsed.extra) : std::string(*event);
  proven.leaf = leaf_hash(proven.bytes);
  TALLY_TRY(check_inclusion({parsed.index, proven.checkpoint.size, proven.leaf,
                             proven.checkpoint.root, std::move(parsed.hashes)}));
  return proven;
}

}  // namespace tally
