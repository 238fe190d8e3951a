#pragma once

// What a log vouches for, and how a stranger checks it: verifier keys and signed notes
// (c2sp.org/signed-note), checkpoints (c2sp.org/tlog-checkpoint) and proofs that stand in a file of
// their own (c2sp.org/tlog-proof@v1).  Pure functions over values: they need no ledger, and trust
// nothing that they are given.  What is malformed, surplus, not canonical or unknown is `refused`,
// and the message names the first such thing.
//
//   auto key = tally::VerifierKey::parse(text_of_log_vkey);
//   auto proven = tally::check_event_proof(text_of_proof, *key);
//   if (proven.ok()) std::cout << "event " << proven->sequence.value << " is in the log\n";

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tally/hash.h"
#include "tally/result.h"
#include "tally/sequence.h"

namespace tally {

// The public half of an Ed25519 key (RFC 8032).
using PublicKey = std::array<std::uint8_t, 32>;

// Whose signature is looked for.  As text, a vkey: `ORIGIN+HEX8+BASE64(0x01 ‖ public key)`, HEX8
// the first four bytes of SHA-256(ORIGIN ‖ 0x0A ‖ 0x01 ‖ public key).
struct VerifierKey {
  std::string origin;
  PublicKey key{};

  // Reads a vkey; `bad-entry` where it is not of the form above, its key id included.
  static Result<VerifierKey> parse(std::string_view vkey);
  std::string to_string() const;
  // What a signature line names the key by, beside the origin.
  std::uint32_t id() const;
  // SHA-256 of the 32 bytes of the public key.
  Hash fingerprint() const;

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// Whether a text may name a key, and so be an origin: not empty, without white space (that of
// Unicode too), a plus sign, or control characters below U+0020 (C2SP signed-note).
bool is_key_name(std::string_view name);

// The head of a log at some size.
struct Checkpoint {
  std::string origin;
  LogSize size;  // at least 1, below 2^63
  Hash root;

  // The text that is signed: origin, size and root in base64, a line each.
  std::string to_text() const;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Reads a signed checkpoint.  All `known` keys have one origin, which the checkpoint must have too,
// and at least one of them must have signed it.  Well-formed lines of unknown keys are passed over,
// at most 16 of them; a known key's bad signature, two signatures by one known key, extension lines
// and whatever else the formats do not know are refused.
Result<Checkpoint> check_checkpoint(std::string_view note, std::span<const VerifierKey> known);

// A proof in a file of its own: an index, an inclusion proof, the checkpoint that it ends in.
struct EventProof {
  Sequence index;
  std::vector<Hash> hashes;
  std::optional<std::string> extra;  // here: the event's bytes; never empty
  std::string checkpoint;            // verbatim

  // Reads the file's form, and nothing of what it claims; `refused` where it is malformed.
  static Result<EventProof> parse(std::string_view text);
  std::string to_string() const;
};

// What a proof has proven.
struct ProvenEvent {
  Checkpoint checkpoint;
  Sequence sequence;
  std::string bytes;  // the event's, as the log holds them
  Hash leaf;
};

// Checks a proof whole.  The event's bytes come with the proof, or as `event`: where both are there
// they must be equal; neither is refused.
Result<ProvenEvent> check_event_proof(std::string_view proof, const VerifierKey& key,
                                      std::optional<std::string_view> event = std::nullopt);

}  // namespace tally
