#include "ledger/core.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/check.h"
#include "base/try.h"
#include "ledger/identity.h"
#include "ledger/key_rotation.h"
#include "ledger/rebuild.h"
#include "merkle/signing_key.h"
#include "projection/damage.h"

namespace tally::ledger {
namespace {

Timestamp system_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

Environment complete(Environment environment) {
  if (!environment.now) environment.now = system_now;
  if (!environment.random) {
    environment.random = [](std::span<std::uint8_t> bytes) {
      merkle::fill_random(bytes.data(), bytes.size());
    };
  }
  return environment;
}

}  // namespace

Core::Core(store::Directory directory)
    : directory_(std::move(directory)), checkpoints_(std::make_unique<Checkpoints>(directory_)) {}

Core::~Core() {
  const auto head = writer_ == nullptr ? std::nullopt : writer_->written_head();
  if (!head) return;
  // Where it cannot be kept, the older one still says what the log must extend.
  const auto kept = checkpoints_->keep(head->size, head->root);
  static_cast<void>(kept.ok());
}

Result<std::unique_ptr<Core>> Core::init(const store::Directory& directory,
                                         const LedgerOptions& options, Environment environment) {
  TALLY_ASSIGN(LedgerOpened opened, checked_identity(options));
  TALLY_TRY(directory.create());
  auto core = std::make_unique<Core>(directory);
  TALLY_ASSIGN(core->lock_, store::WriterLock::acquire(directory));
  const merkle::SigningKey key = merkle::SigningKey::generate();
  const VerifierKey verifier{opened.origin, key.public_key()};
  opened.vkey = verifier.to_string();
  TALLY_TRY(directory.write_new_file(kKeyFile, key.to_pem(), true));
  TALLY_TRY(directory.write_new_file(kVkeyFile, opened.vkey + "\n", false));
  TALLY_ASSIGN(core->store_, store::Store::create(directory.store()));
  core->log_ = store::make_store_log(*core->store_);
  core->identity_ = std::move(opened);
  core->checkpoints_->set_keys({verifier});
  core->writer_ = std::make_unique<Writer>(*core->store_, *core->log_, *core->checkpoints_,
                                           core->settings(), complete(std::move(environment)));
  TALLY_TRY(core->writer_->open_log(core->identity_));
  const auto head = core->writer_->written_head();
  TALLY_CHECK(head.has_value());
  TALLY_TRY(core->checkpoints_->keep(head->size, head->root));
  TALLY_TRY(directory.seal());
  return core;
}

Result<std::unique_ptr<Core>> Core::open_state(const store::Directory& directory,
                                               Ledger::Access access,
                                               const ReplayOptions* rebuild) {
  TALLY_TRY(directory.check_format());
  auto core = std::make_unique<Core>(directory);
  const bool writes = access == Ledger::Access::kWrite;
  if (writes) {
    TALLY_ASSIGN(core->lock_, store::WriterLock::acquire(directory));
  }
  core->checkpoints_->load_kept();
  TALLY_ASSIGN(core->store_, store::Store::open(directory.store(), writes ? store::Access::kWrite
                                                                          : store::Access::kRead));
  core->log_ = store::make_store_log(*core->store_);
  if (writes) TALLY_TRY(core->log_->finish_erasures());
  TALLY_TRY(rebuild != nullptr ? core->load_rebuilding(*rebuild) : core->load());
  return core;
}

// Only what extends the newest checkpoint may be appended to.
Result<std::unique_ptr<Core>> Core::open(const store::Directory& directory, Ledger::Access access,
                                         Environment environment, const ReplayOptions* rebuild) {
  TALLY_ASSIGN(std::unique_ptr<Core> core, open_state(directory, access, rebuild));
  if (access == Ledger::Access::kRead) return core;
  TALLY_TRY(core->settle_going_on());
  TALLY_ASSIGN(const projection::Reader state, core->reader());
  TALLY_ASSIGN(const IssuedCheckpoint newest, core->checkpoints_->check_kept(state));
  TALLY_TRY(core->begin_writing(newest, complete(std::move(environment))));
  return core;
}

Result<std::unique_ptr<Core>> Core::go_on(const store::Directory& directory,
                                          Environment environment) {
  TALLY_ASSIGN(std::unique_ptr<Core> core, open_state(directory, Ledger::Access::kWrite, nullptr));
  TALLY_ASSIGN(const bool settled, core->settle_going_on());
  if (settled) return core;
  TALLY_ASSIGN(const projection::Reader state, core->reader());
  TALLY_ASSIGN(const IssuedCheckpoint newest, core->checkpoints_->kept());
  const Checkpoint& lost = newest.checkpoint;
  if (lost.size <= state.head().size) {
    TALLY_TRY(check_extends(state, lost));
    return Error{ErrorCode::kConflict,
                 fmt::format("the ledger has {} events, and the newest checkpoint known to have "
                             "been issued has {}: nothing is lost, so there is nothing to record; "
                             "append as usual",
                             state.head().size.count, lost.size.count),
                 {},
                 0,
                 {}};
  }
  TALLY_TRY(core->begin_writing(newest, complete(std::move(environment))));
  TALLY_TRY(core->writer_->record(LedgerRestored{lost.size, lost.root}));
  const auto head = core->writer_->written_head();
  TALLY_CHECK(head.has_value());
  // A crash before this leaves the event, and a checkpoint that no longer counts: whoever opens the
  // ledger for writing puts another in its place.
  TALLY_TRY(core->checkpoints_->keep_instead(head->size, head->root));
  return core;
}

bool Core::goes_on_without(const Checkpoint& lost) const {
  auto state = reader();
  // What is extended is not gone on without; nothing is read of the log for that.
  if (!state.ok()) return false;
  const projection::Head& head = state->head();
  if (lost.size < head.size || lost.root == head.root) return false;
  const auto last = EventReader(*log_, *state).read(state->last());
  const auto* restored = last.ok() ? std::get_if<LedgerRestored>(&last->entry.content) : nullptr;
  return restored != nullptr && *restored == LedgerRestored{lost.size, lost.root};
}

// Finishes what `go_on` had begun; whether there was such a thing.
Result<bool> Core::settle_going_on() {
  TALLY_ASSIGN(const IssuedCheckpoint newest, checkpoints_->kept());
  if (!goes_on_without(newest.checkpoint)) return false;
  TALLY_ASSIGN(const projection::Reader state, reader());
  TALLY_TRY(store_->sync());
  TALLY_TRY(checkpoints_->keep_instead(state.head().size, state.head().root));
  return true;
}

// What cannot be loaded is built anew, once; the log itself must be readable.
Result<void> Core::load_rebuilding(const ReplayOptions& options) {
  Result<void> loaded = load();
  if (loaded.ok() || loaded.error().code != ErrorCode::kDamaged) return loaded;
  Rebuild rebuild(*store_, *log_, options);
  TALLY_ASSIGN(const bool done, rebuild.catch_up(0));
  if (!done) {
    return Error{ErrorCode::kConflict,
                 "stopped before derived state was built anew; run `tally replay` to go on",
                 {},
                 0,
                 {}};
  }
  TALLY_TRY(store_->put_in_force(rebuild.built()));
  return load();
}

// What a killed process left without a checkpoint gets one now.
Result<void> Core::begin_writing(const IssuedCheckpoint& newest, Environment environment) {
  TALLY_ASSIGN(const projection::Reader state, reader());
  const Checkpoint head{identity_.origin, state.head().size, state.head().root};
  TALLY_TRY(settle_rotation(directory_, *checkpoints_, head));
  if (newest.checkpoint.size < head.size) {
    TALLY_TRY(store_->sync());
    TALLY_TRY(checkpoints_->keep(head.size, head.root));
  }
  TALLY_TRY(checkpoints_->signing_key());
  writer_ =
      std::make_unique<Writer>(*store_, *log_, *checkpoints_, settings(), std::move(environment));
  return {};
}

Result<void> Core::refresh() {
  checkpoints_->load_kept();
  TALLY_TRY(store_->catch_up());
  return load_keys();
}

Result<void> Core::load_keys() {
  TALLY_ASSIGN(projection::Reader state, reader());
  EventReader events(*log_, state);
  std::vector<std::string> vkeys = {identity_.vkey};
  for (const Sequence rotation : state.head().rotations) {
    TALLY_ASSIGN(const Event event, events.read(rotation));
    const auto* rotated = std::get_if<KeyRotated>(&event.entry.content);
    if (rotated == nullptr) {
      return projection::damaged(
          fmt::format("event {} is not the `key-rotated` that it should be", rotation.value));
    }
    vkeys.push_back(rotated->new_vkey);
  }
  std::vector<VerifierKey> keys;
  for (const std::string& vkey : vkeys) {
    auto key = VerifierKey::parse(vkey);
    if (!key.ok()) return projection::damaged("a key in the log is none: " + key.error().message);
    keys.push_back(std::move(*key));
  }
  checkpoints_->set_keys(std::move(keys));
  return {};
}

Result<void> Core::load() {
  TALLY_ASSIGN(const LogSize size, log_->size());
  TALLY_ASSIGN(const projection::Head head, projection::Head::read(*store_->view()));
  if (size.count > 0 && head.size.count == 0) {
    return projection::damaged(
        "the derived state of the ledger is missing, or of an older version of this program; run "
        "`tally replay` to build it anew from the events");
  }
  TALLY_ASSIGN(projection::Reader state, reader());
  if (size != state.head().size) {
    return Error{
        ErrorCode::kDamaged,
        fmt::format("the log has {} events, and derived state {}; they are written "
                    "together, so the ledger's folder was changed from outside: restore it, or run "
                    "`tally replay` to build derived state anew",
                    size.count, state.head().size.count),
        {},
        0,
        {}};
  }
  EventReader events(*log_, state);
  TALLY_ASSIGN(Event first, events.read(Sequence{0}));
  auto* opened = std::get_if<LedgerOpened>(&first.entry.content);
  if (opened == nullptr) {
    return Error{ErrorCode::kDamaged, "the log does not begin with `ledger-opened`", {}, 0, {}};
  }
  identity_ = std::move(*opened);
  return load_keys();
}

}  // namespace tally::ledger
