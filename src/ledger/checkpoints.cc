#include "ledger/checkpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/decimal_digits.h"
#include "base/try.h"
#include "merkle/note.h"
#include "projection/damage.h"
#include "projection/tree.h"

namespace tally::ledger {

using projection::damaged;

void Checkpoints::set_keys(std::vector<VerifierKey> keys) {
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
}

std::vector<VerifierKey> Checkpoints::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

VerifierKey Checkpoints::key() const {
  const std::lock_guard lock(mutex_);
  TALLY_CHECK(!keys_.empty());
  return keys_.back();
}

Result<merkle::SigningKey> Checkpoints::signing_key() const {
  TALLY_ASSIGN(const std::string pem, directory_.read_file(kKeyFile));
  const auto key = merkle::SigningKey::from_pem(pem);
  if (!key) {
    return damaged(
        fmt::format("{} does not hold an Ed25519 key as it was written; restore it from "
                    "a copy",
                    kKeyFile));
  }
  if (key->public_key() == this->key().key) return *key;
  return damaged(
      fmt::format("{} is not the key that the log is signed with, whose public half is "
                  "{}; restore it from a copy, or, if the key is being rotated right "
                  "now, try again",
                  kKeyFile, this->key().to_string()));
}

void Checkpoints::load_kept() {
  auto note = directory_.read_file(kCheckpointFile);
  const std::lock_guard lock(mutex_);
  kept_note_.reset();
  if (note.ok()) kept_note_ = std::move(*note);
}

Result<IssuedCheckpoint> Checkpoints::checked(const std::string& name, std::string note) const {
  auto checkpoint = check_checkpoint(note, keys());
  if (checkpoint.ok()) return IssuedCheckpoint{std::move(note), std::move(*checkpoint)};
  return damaged(
      fmt::format("{} is not a checkpoint of this log: {}; put the newest one that you "
                  "hold in its place",
                  name, checkpoint.error().message));
}

Result<IssuedCheckpoint> Checkpoints::kept() const {
  std::unique_lock lock(mutex_);
  const std::optional<std::string> note = kept_note_;
  lock.unlock();
  if (note) return checked(kCheckpointFile, *note);
  return damaged(
      fmt::format("{}, the newest checkpoint that was issued, is missing; put the newest "
                  "one that you hold in its place",
                  kCheckpointFile));
}

Result<IssuedCheckpoint> Checkpoints::check_kept(const projection::Reader& reader) const {
  TALLY_ASSIGN(IssuedCheckpoint issued, kept());
  TALLY_TRY(check_extends(reader, issued.checkpoint));
  return issued;
}

Result<std::optional<IssuedCheckpoint>> Checkpoints::rotation(LogSize size) const {
  const std::string name = fmt::format("{}/{}", kRotationsFolder, size.count);
  if (!directory_.has_file(name)) return std::optional<IssuedCheckpoint>();
  TALLY_ASSIGN(std::string note, directory_.read_file(name));
  TALLY_ASSIGN(IssuedCheckpoint issued, checked(name, std::move(note)));
  if (issued.checkpoint.size == size) return std::optional(std::move(issued));
  return damaged(
      fmt::format("{} is a checkpoint of {} events", name, issued.checkpoint.size.count));
}

Result<std::string> Checkpoints::sign(const Checkpoint& checkpoint) const {
  TALLY_ASSIGN(const merkle::SigningKey key, signing_key());
  return merkle::sign_note(checkpoint.to_text(), checkpoint.origin, {&key, 1});
}

Result<std::string> Checkpoints::issue(const projection::Reader& reader, LogSize size,
                                       store::Store& store) {
  TALLY_ASSIGN(const IssuedCheckpoint newest, check_kept(reader));
  if (newest.checkpoint.size == size) return newest.note;
  TALLY_ASSIGN(auto of_rotation, rotation(size));
  if (of_rotation) {
    TALLY_TRY(check_extends(reader, of_rotation->checkpoint));
    return std::move(of_rotation->note);
  }
  Checkpoint checkpoint{key().origin, size, {}};
  TALLY_ASSIGN(checkpoint.root, projection::TreeReader(reader.view()).root(size));
  TALLY_ASSIGN(std::string note, sign(checkpoint));
  if (newest.checkpoint.size < size) {
    TALLY_TRY(store.sync());
    TALLY_TRY(keep_note(note, size, Equal::kStays));
  }
  return note;
}

Result<void> Checkpoints::keep_note(const std::string& note, LogSize size, Equal equal) {
  TALLY_ASSIGN(const store::FolderLock folder, store::FolderLock::acquire(directory_));
  if (directory_.has_file(kCheckpointFile)) {
    // Another process may have kept a newer one since this one looked.
    TALLY_ASSIGN(std::string there, directory_.read_file(kCheckpointFile));
    TALLY_ASSIGN(const IssuedCheckpoint other, checked(kCheckpointFile, std::move(there)));
    const LogSize other_size = other.checkpoint.size;
    if (other_size > size || (other_size == size && equal == Equal::kStays)) return {};
  }
  return put_note(note);
}

Result<void> Checkpoints::keep(LogSize size, const Hash& root) {
  TALLY_ASSIGN(const std::string note, sign({key().origin, size, root}));
  return keep_note(note, size, Equal::kStays);
}

Result<void> Checkpoints::keep_instead(LogSize size, const Hash& root) {
  TALLY_ASSIGN(const std::string note, sign({key().origin, size, root}));
  TALLY_ASSIGN(const store::FolderLock folder, store::FolderLock::acquire(directory_));
  return put_note(note);
}

Result<void> Checkpoints::put_note(const std::string& note) {
  TALLY_TRY(directory_.replace_file(kCheckpointFile, note, false));
  const std::lock_guard lock(mutex_);
  kept_note_ = note;
  return {};
}

Result<void> Checkpoints::keep_rotation(const Checkpoint& checkpoint,
                                        const merkle::SigningKey& old_key,
                                        const merkle::SigningKey& new_key) {
  const std::array<merkle::SigningKey, 2> both = {old_key, new_key};
  const std::string note = merkle::sign_note(checkpoint.to_text(), checkpoint.origin, both);
  TALLY_TRY(directory_.replace_file(fmt::format("{}/{}", kRotationsFolder, checkpoint.size.count),
                                    note, false));
  return keep_note(note, checkpoint.size, Equal::kGivesWay);
}

Result<void> Checkpoints::keep_last_rotation() {
  TALLY_ASSIGN(const auto files, directory_.files_in(kRotationsFolder));
  LogSize newest;
  for (const std::string& file : files) {
    newest.count = std::max(newest.count, base::canonical_number(file).value_or(0));
  }
  TALLY_ASSIGN(const auto last, rotation(newest));
  return last ? keep_note(last->note, newest, Equal::kGivesWay) : Result<void>();
}

Result<void> check_extends(const projection::Reader& reader, const Checkpoint& checkpoint) {
  const LogSize size = reader.head().size;
  if (checkpoint.size > size) {
    return damaged(
        fmt::format("the log has {} events, and a checkpoint that it issued has {}: "
                    "events are lost; restore the ledger from a newer copy, or, if there is none, "
                    "`tally go-on` goes on without them and says so in the log",
                    size.count, checkpoint.size.count));
  }
  TALLY_ASSIGN(const Hash root, projection::TreeReader(reader.view()).root(checkpoint.size));
  if (root == checkpoint.root) return {};
  return damaged(
      fmt::format("the first {} events have the root {}, and a checkpoint that was issued "
                  "says {}: this is not the log that it vouches for",
                  checkpoint.size.count, root.to_string(), checkpoint.root.to_string()));
}

}  // namespace tally::ledger
