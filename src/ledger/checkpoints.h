#pragma once

// The checkpoints that the log issues (spec "Integrity: Checkpoint"), and the newest of them, which
// is kept in the ledger's folder, outside the store.  A log that does not extend what it has
// vouched for has lost or changed events: `check_kept` says so.
//
// Whoever issues a checkpoint larger than the kept one first makes sure that what it covers is on
// disk, and keeps it before giving it out.

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "merkle/signing_key.h"
#include "projection/reader.h"
#include "store/directory.h"
#include "store/store.h"
#include "tally/checkpoint.h"

namespace tally::ledger {

inline constexpr const char* kKeyFile = "signing-key.pem";
inline constexpr const char* kVkeyFile = "log.vkey";
inline constexpr const char* kCheckpointFile = "checkpoint";
inline constexpr const char* kRotationsFolder = "rotations";

// A checkpoint as it was issued.
struct IssuedCheckpoint {
  std::string note;
  Checkpoint checkpoint;
};

// Any thread may use it.
class Checkpoints {
 public:
  explicit Checkpoints(const store::Directory& directory) : directory_(directory) {}

  // Reads which checkpoint is the newest.  To be called before the log is looked at: what was
  // issued by then, the log must extend, and what comes later it need not have yet.
  void load_kept();

  // The keys that the log has had; the last one is in force.
  void set_keys(std::vector<VerifierKey> keys);
  std::vector<VerifierKey> keys() const;
  VerifierKey key() const;

  // Held while the key is rotated, from the first step to the last.
  [[nodiscard]] std::unique_lock<std::mutex> lock_for_rotation() {
    return std::unique_lock(rotation_mutex_);
  }

  // The private half of the key in force.  `damaged` where the file holds another, or none.
  Result<merkle::SigningKey> signing_key() const;

  // The kept checkpoint; `damaged` where it is missing, malformed, or not signed by this log.
  Result<IssuedCheckpoint> kept() const;
  // The kept one, which this state of the log extends; `damaged` where it does not.
  Result<IssuedCheckpoint> check_kept(const projection::Reader& reader) const;

  // The signed checkpoint of a size, at least 1, that this state of the log has or has had.
  // A larger one than the kept one is kept first, once what the store shows is on disk.
  Result<std::string> issue(const projection::Reader& reader, LogSize size, store::Store& store);

  // Signs and keeps the log's head, which is on disk, unless it is kept already.
  Result<void> keep(LogSize size, const Hash& root);
  // The same in place of a larger one, which the log says that it does not extend.
  Result<void> keep_instead(LogSize size, const Hash& root);
  // The same as `keep`, signed by an old key and the one that takes its place; kept for good, too.
  Result<void> keep_rotation(const Checkpoint& checkpoint, const merkle::SigningKey& old_key,
                             const merkle::SigningKey& new_key);
  // The newest of those, in case it was written down and not kept.
  Result<void> keep_last_rotation();
  // The checkpoint of a size that both an old key and the next one signed; nothing where there is
  // none of that size.
  Result<std::optional<IssuedCheckpoint>> rotation(LogSize size) const;

 private:
  Result<IssuedCheckpoint> checked(const std::string& name, std::string note) const;
  Result<std::string> sign(const Checkpoint& checkpoint) const;
  // Whether a kept checkpoint of the same size gives way: to one that more keys have signed, it
  // does.
  enum class Equal : std::uint8_t { kStays, kGivesWay };
  // With the folder locked.
  Result<void> put_note(const std::string& note);
  Result<void> keep_note(const std::string& note, LogSize size, Equal equal);

  const store::Directory& directory_;
  std::mutex rotation_mutex_;
  mutable std::mutex mutex_;
  std::vector<VerifierKey> keys_;         // guarded by mutex_
  std::optional<std::string> kept_note_;  // guarded by mutex_; nothing where there is no such file
};

// That the log, of which this is a state, begins with the events that a checkpoint vouches for.
// `damaged`, saying whether it is shorter or another one.
Result<void> check_extends(const projection::Reader& reader, const Checkpoint& checkpoint);

}  // namespace tally::ledger
