#pragma once

// Gives the log another key (spec "Integrity: Key"), in steps that a crash may part:
//
//   1. the new key is written to next-key.pem
//   2. the event `key-rotated` is appended: from here on the rotation stands
//   3. the checkpoint that follows is signed by both keys, and kept
//   4. log.vkey and signing-key.pem are replaced, the latter by next-key.pem itself
//
// What is left of it when the ledger is opened for writing is finished, or, before step 2, undone.

#include "ledger/core.h"

namespace tally::ledger {

inline constexpr const char* kNextKeyFile = "next-key.pem";

// Errors: those of appending; `io`.
Result<VerifierKey> rotate_key(Core& core);

// Finishes or undoes a rotation that was interrupted.
Result<void> settle_rotation(const store::Directory& directory, Checkpoints& checkpoints,
                             const Checkpoint& head);

}  // namespace tally::ledger
