#pragma once

// Copies of a ledger to come back from.
//
// A backup holds the log, the details that have not been erased, and the ledger's own files (its
// keys and checkpoints); what is derived from the log is built anew when it is restored, which
// holds every event against the rules and the hash tree on the way.  It is a folder:
//
//   SHA256SUMS             what it is of, and the SHA-256 of each of its files; `sha256sum -c`
//   reads
//                          it too; written last
//   events/…, details/…    the log, in segments that never change, and the details beside it
//   ledger/…               signing-key.pem, log.vkey, checkpoint, rotations/
//
// The service's tokens are not in it: an older backup would bring back those revoked since.  It
// holds the private key that the log is signed with, so it is to be guarded as the ledger is.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "tally/checkpoint.h"
#include "tally/hash.h"
#include "tally/ledger.h"
#include "tally/result.h"
#include "tally/time.h"

namespace tally {

// Called now and then with the events done so far, and how many there are.
using BackupProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

struct BackupReport {
  std::uint64_t events = 0;         // that the backup holds
  std::uint64_t added = 0;          // of them, those that it did not hold before
  std::uint64_t files = 0;          // that it consists of
  std::uint64_t bytes = 0;          // of all its files
  std::uint64_t written_bytes = 0;  // of them, those written this time
  Hash root;                        // of the tree of the events
  Timestamp made_at;
  double seconds = 0;
};

// Makes a backup of a ledger, open in any way, as it is now; or brings one up to date, writing what
// has come since and leaving out the details that were erased meanwhile.  Each event is held
// against the hash tree and its details against their digest, and every file of the backup is read
// back against its digest.  Whatever ends it early leaves the backup that was there, which still
// holds. One process at a time writes into a folder; others wait. Errors: `usage` (the folder holds
// something that is no backup), `conflict` (it is of another ledger, or of one that went further
// than this one), `damaged` (of the ledger, or of the backup, naming the file), `no-space`, `io`.
Result<BackupReport> backup(const Ledger& ledger, const std::filesystem::path& to,
                            const BackupProgress& progress = {});

struct RestoreOptions {
  // A checkpoint (the text of a signed note) that the lost ledger is known to have issued: the
  // newest that its folder, a witness or an auditor has.
  std::optional<std::string> checkpoint;
  BackupProgress progress;
};

struct RestoreReport {
  std::uint64_t events = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  Hash root;
  Timestamp made_at;  // when the backup was made
  // The checkpoint given, where the backup lies behind it: the ledger can be read, and takes no
  // entries until `go_on` is called.
  std::optional<Checkpoint> behind;
  double seconds = 0;
};

// Makes a ledger, in a folder that is new or empty, from a backup.  Everything is checked before it
// says done: the digest of each file, each event against the rules and those before it, the hash
// tree against the root that the backup names and the checkpoints that it holds.  What fails leaves
// nothing behind.
// Errors: `usage` (the folder holds something; no backup there), `newer-format`, `damaged` (naming
// the file), `bad-proof` (the checkpoint given is malformed, or not of this log, or the backup is
// of another history), `no-space`, `io`.
Result<RestoreReport> restore(const std::filesystem::path& from,
                              const std::filesystem::path& folder,
                              const RestoreOptions& options = {});

// Has a ledger that lies behind a checkpoint which it is known to have issued take entries again:
// it appends the event `ledger-restored`, which says so to everyone, and issues checkpoints from
// there on.  The sequence of that event.
// Errors: those of opening it for writing; `conflict` (it does not lie behind).
Result<Sequence> go_on(const std::filesystem::path& folder, Environment environment = {});

}  // namespace tally
