#include <fmt/format.h>

#include "base/try.h"
#include "ledger/core.h"
#include "ledger/key_rotation.h"
#include "ledger/measures.h"
#include "projection/tree.h"
#include "tally/integrity.h"

namespace tally {
namespace {

Result<LogSize> checked_size(const projection::Reader& reader, std::optional<LogSize> size) {
  const LogSize all = reader.head().size;
  if (!size) return all;
  if (size->count >= 1 && *size <= all) return *size;
  return Error{
      ErrorCode::kBadEntry,
      fmt::format("a size of {} is none that this log has had; it has {} events, and had 1 "
                  "at least",
                  size->count, all.count),
      {},
      0,
      {}};
}

}  // namespace

Result<std::string> checkpoint(const Ledger& ledger, std::optional<LogSize> size) {
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(const projection::Reader reader, core.reader());
  TALLY_ASSIGN(const LogSize wanted, checked_size(reader, size));
  return core.checkpoints().issue(reader, wanted, core.store());
}

Result<EventProof> prove_event(const Ledger& ledger, Sequence sequence,
                               std::optional<LogSize> size) {
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(projection::Reader reader, core.reader());
  TALLY_ASSIGN(const Sequence checked, ledger::checked_point(reader, sequence));
  TALLY_ASSIGN(const LogSize wanted, checked_size(reader, size));
  if (checked.value >= wanted.count) {
    return Error{ErrorCode::kBadEntry,
                 fmt::format("event {} is not among the first {}; prove it in a log of size {} or "
                             "more",
                             checked.value, wanted.count, checked.value + 1),
                 {},
                 0,
                 {}};
  }
  EventProof proof;
  proof.index = checked;
  TALLY_ASSIGN(proof.checkpoint, core.checkpoints().issue(reader, wanted, core.store()));
  TALLY_ASSIGN(proof.hashes, projection::TreeReader(reader.view()).inclusion(checked, wanted));
  ledger::EventReader events(core.log(), reader);
  TALLY_ASSIGN(const auto stored, events.stored(checked));
  proof.extra = std::string(stored.event);
  return proof;
}

Result<ConsistencyProof> prove_extension(const Ledger& ledger, LogSize from, LogSize to) {
  TALLY_ASSIGN(const projection::Reader reader, ledger.core().reader());
  ConsistencyProof proof;
  TALLY_ASSIGN(proof.from, checked_size(reader, from));
  TALLY_ASSIGN(proof.to, checked_size(reader, to));
  if (from > to) {
    return Error{ErrorCode::kBadEntry,
                 fmt::format("a log of {} events cannot begin with one of {}; swap the two",
                             to.count, from.count),
                 {},
                 0,
                 {}};
  }
  projection::TreeReader tree(reader.view());
  TALLY_ASSIGN(proof.from_root, tree.root(from));
  TALLY_ASSIGN(proof.to_root, tree.root(to));
  TALLY_ASSIGN(proof.hashes, tree.consistency(from, to));
  return proof;
}

Result<LogPoint> log_point(const Ledger& ledger, Sequence sequence) {
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(projection::Reader reader, core.reader());
  LogPoint point;
  TALLY_ASSIGN(point.sequence, ledger::checked_point(reader, sequence));
  TALLY_ASSIGN(const Event event, ledger::EventReader(core.log(), reader).read(point.sequence));
  point.recorded_at = event.recorded_at;
  TALLY_ASSIGN(point.root,
               projection::TreeReader(reader.view()).root(LogSize{point.sequence.value + 1}));
  return point;
}

VerifierKey verifier_key(const Ledger& ledger) { return ledger.core().checkpoints().key(); }

Result<VerifierKey> rotate_key(Ledger& ledger) {
  if (ledger.core().writer() != nullptr) return ledger::rotate_key(ledger.core());
  return Error{ErrorCode::kUsage,
               "the ledger is open for reading; open it for writing to rotate its key",
               {},
               0,
               {}};
}

}  // namespace tally
