#include "ledger/key_rotation.h"

#include "base/try.h"
#include "projection/damage.h"

namespace tally::ledger {

Result<void> settle_rotation(const store::Directory& directory, Checkpoints& checkpoints,
                             const Checkpoint& head) {
  if (!directory.has_file(kNextKeyFile)) return {};
  TALLY_ASSIGN(const std::string pem, directory.read_file(kNextKeyFile));
  const auto next = merkle::SigningKey::from_pem(pem);
  const std::vector<VerifierKey> keys = checkpoints.keys();
  // A key that no event speaks of, or half of one, was never in force.
  if (keys.size() < 2 || !next || next->public_key() != keys.back().key) {
    return directory.remove_file(kNextKeyFile);
  }
  TALLY_ASSIGN(const auto kept, directory.files_in(kRotationsFolder));
  if (kept.size() + 1 < keys.size()) {
    TALLY_ASSIGN(const std::string old_pem, directory.read_file(kKeyFile));
    const auto old = merkle::SigningKey::from_pem(old_pem);
    if (!old || old->public_key() != keys[keys.size() - 2].key) {
      return projection::damaged(
          "signing-key.pem is not the key that the one in next-key.pem takes the place of; restore "
          "it from a copy");
    }
    TALLY_TRY(checkpoints.keep_rotation(head, *old, *next));
  } else {
    TALLY_TRY(checkpoints.keep_last_rotation());
  }
  TALLY_TRY(directory.replace_file(kVkeyFile, keys.back().to_string() + "\n", false));
  return directory.rename_file(kNextKeyFile, kKeyFile);
}

Result<VerifierKey> rotate_key(Core& core) {
  Checkpoints& checkpoints = core.checkpoints();
  const std::unique_lock one_at_a_time = checkpoints.lock_for_rotation();
  const VerifierKey old = checkpoints.key();
  // Without the old key nobody could vouch for the new one.
  TALLY_TRY(checkpoints.signing_key());
  const merkle::SigningKey fresh = merkle::SigningKey::generate();
  const VerifierKey next{old.origin, fresh.public_key()};
  TALLY_TRY(core.directory().replace_file(kNextKeyFile, fresh.to_pem(), true));
  TALLY_TRY(core.writer()->record(KeyRotated{old.to_string(), next.to_string()}));
  TALLY_TRY(core.load_keys());
  const auto head = core.writer()->written_head();
  if (head) TALLY_TRY(settle_rotation(core.directory(), checkpoints, *head));
  return next;
}

}  // namespace tally::ledger
