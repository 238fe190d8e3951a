#include "ledger/key_rotation.h"

#include "base/try.h"
#include "projection/damage.h"

namespace tally::ledger {
namespace {

constexpr const char* kNextKeyFile = "next-key.pem";

}  // namespace

Result<void> settle_rotation(const store::Directory& directory, Checkpoints& checkpoints,
                             const Checkpoint& head) {
  if (!directory.has_file(kNextKeyFile)) return {};
  TALLY_ASSIGN(const std::string pem, directory.read_file(kNextKeyFile));
  const auto next = merkle::SigningKey::from_pem(pem);
  const VerifierKey in_force = checkpoints.key();
  // A key that no event speaks of, or half of one, was never in force.
  if (!next || next->public_key() != in_force.key) return directory.remove_file(kNextKeyFile);
  TALLY_ASSIGN(const std::string old_pem, directory.read_file(kKeyFile));
  const auto old = merkle::SigningKey::from_pem(old_pem);
  if (!old) return projection::damaged("signing-key.pem does not hold an Ed25519 key");
  TALLY_TRY(checkpoints.keep_rotation(head, *old, *next));
  TALLY_TRY(directory.replace_file(kVkeyFile, in_force.to_string() + "\n", false));
  return directory.rename_file(kNextKeyFile, kKeyFile);
}

Result<VerifierKey> rotate_key(Core& core) {
  Checkpoints& checkpoints = core.checkpoints();
  const VerifierKey old = checkpoints.key();
  // Without the old key nobody could vouch for the new one.
  TALLY_TRY(checkpoints.signing_key());
  const merkle::SigningKey fresh = merkle::SigningKey::generate();
  const VerifierKey next{old.origin, fresh.public_key()};
  TALLY_TRY(core.directory().replace_file(kNextKeyFile, fresh.to_pem(), true));
  TALLY_TRY(core.writer()->record_rotation(KeyRotated{old.to_string(), next.to_string()}));
  TALLY_TRY(core.load_keys());
  const auto head = core.writer()->written_head();
  if (head) TALLY_TRY(settle_rotation(core.directory(), checkpoints, *head));
  return next;
}

}  // namespace tally::ledger
