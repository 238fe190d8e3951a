#include "ledger/core.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/try.h"
#include "ledger/identity.h"
#include "merkle/signing_key.h"

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

Result<std::unique_ptr<Core>> Core::init(const store::Directory& directory,
                                         const LedgerOptions& options, Environment environment) {
  TALLY_ASSIGN(LedgerOpened opened, checked_identity(options));
  TALLY_TRY(directory.create());
  auto core = std::make_unique<Core>(directory);
  TALLY_ASSIGN(core->lock_, store::WriterLock::acquire(directory));
  const merkle::NewKey key = merkle::generate_key();
  opened.vkey = merkle::encode_vkey(opened.origin, key.public_key);
  TALLY_TRY(directory.write_new_file("signing-key.pem", key.private_pem, true));
  TALLY_TRY(directory.write_new_file("log.vkey", opened.vkey + "\n", false));
  TALLY_ASSIGN(core->store_, store::Store::create(directory.store()));
  core->log_ = store::make_rocks_log(*core->store_);
  core->identity_ = std::move(opened);
  core->writer_ = std::make_unique<Writer>(*core->store_, *core->log_, core->settings(),
                                           complete(std::move(environment)));
  TALLY_TRY(core->writer_->open_log(core->identity_));
  TALLY_TRY(directory.seal());
  return core;
}

Result<std::unique_ptr<Core>> Core::open(const store::Directory& directory, Ledger::Access access,
                                         Environment environment) {
  TALLY_TRY(directory.check_format());
  auto core = std::make_unique<Core>(directory);
  const bool writes = access == Ledger::Access::kWrite;
  if (writes) {
    TALLY_ASSIGN(core->lock_, store::WriterLock::acquire(directory));
  }
  TALLY_ASSIGN(core->store_, store::Store::open(directory.store(), writes ? store::Access::kWrite
                                                                          : store::Access::kRead));
  core->log_ = store::make_rocks_log(*core->store_);
  TALLY_TRY(core->load());
  if (writes) {
    core->writer_ = std::make_unique<Writer>(*core->store_, *core->log_, core->settings(),
                                             complete(std::move(environment)));
  }
  return core;
}

Result<void> Core::load() {
  TALLY_ASSIGN(projection::Reader state, reader());
  TALLY_ASSIGN(const LogSize size, log_->size());
  if (size != state.head().size) {
    return Error{
        ErrorCode::kDamaged,
        fmt::format("the log has {} events, and derived state {}; they are written "
                    "together, so the ledger's folder was changed from outside: restore it",
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
  return {};
}

}  // namespace tally::ledger
