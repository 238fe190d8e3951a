#pragma once

// What a ledger hands to those who need not trust it (spec "Integrity"): signed checkpoints,
// proofs, and its keys.  How a stranger checks them, without a ledger: tally/checkpoint.h,
// tally/proof.h.
//
//   auto note = tally::checkpoint(ledger);                      // to be kept by an auditor
//   auto proof = tally::prove_event(ledger, tally::Sequence{5});
//   std::cout << proof->to_string();

#include <optional>
#include <string>

#include "tally/checkpoint.h"
#include "tally/ledger.h"
#include "tally/proof.h"

namespace tally {

// The signed checkpoint of the head, or of an earlier size, at least 1.  What it covers is on disk,
// and where it is the newest that was issued, the ledger keeps it.  Errors: `bad-entry` for a size
// that the log does not have; `damaged` where the log does not extend what it vouched for before,
// or the key file is not the log's; `io` where a reader may not keep a newer one, or not read the
// key.
Result<std::string> checkpoint(const Ledger& ledger, std::optional<LogSize> size = std::nullopt);

// The proof that an event stands in the log of a size (the head's, where it is left out), with the
// event's bytes and the checkpoint of that size.  Errors: those of `checkpoint`.
Result<EventProof> prove_event(const Ledger& ledger, Sequence sequence,
                               std::optional<LogSize> size = std::nullopt);

// The proof that the log of size `to` begins with that of size `from`; 1 ≤ from ≤ to, else
// `bad-entry`.
Result<ConsistencyProof> prove_extension(const Ledger& ledger, LogSize from, LogSize to);

// What the log was right behind an event.
struct LogPoint {
  Sequence sequence;
  Timestamp recorded_at;
  Hash root;  // of the log with `sequence` + 1 events
};
// Errors: `bad-entry` for a sequence beyond the head.
Result<LogPoint> log_point(const Ledger& ledger, Sequence sequence);

// The key that the log is signed with now.
VerifierKey verifier_key(const Ledger& ledger);

// Makes a new key and signs with it from now on: the event `key-rotated` names both keys, and the
// checkpoint that follows it is signed by both.  Checkpoints of before are good with the old one.
// Any thread may call.  Errors: `usage` for a reader; those of appending.
Result<VerifierKey> rotate_key(Ledger& ledger);

}  // namespace tally
