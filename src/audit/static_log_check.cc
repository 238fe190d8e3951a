#include <fmt/format.h>

#include "audit/refold.h"
#include "audit/static_log.h"
#include "base/try.h"
#include "codec/event_codec.h"
#include "ledger/totals.h"
#include "merkle/refused.h"
#include "store/memory_store.h"
#include "tally/limits.h"
#include "tally/static_log.h"

namespace tally {
namespace {

using merkle::refused;

constexpr std::uint64_t kProgressEvery = 16'384;

// Totals need the state of accounts and measures, and what names them.
class TotalsState : public store::Batch {
 public:
  Result<void> put(store::Family family, std::string_view key, std::string_view value) override {
    const bool needed = family == store::Family::kMeta || family == store::Family::kRecords ||
                        family == store::Family::kAccounts || family == store::Family::kMeasures;
    if (!needed) return {};
    store::MemoryFamily& keys = families_[static_cast<std::size_t>(family)];
    keys.emplace_hint(keys.end(), key, value);
    return {};
  }
  std::unique_ptr<store::View> view() const { return store::view_of(families_); }

 private:
  store::MemoryFamilies families_;
};

}  // namespace

Result<StaticLogReport> check_static_log(const std::filesystem::path& path, const VerifierKey& key,
                                         const LogProgress& progress) {
  StaticLogReport report;
  TALLY_ASSIGN(const std::string note,
               audit::read_part(path, "checkpoint", limits::kNoteFileBytes));
  TALLY_ASSIGN(report.checkpoint, check_checkpoint(note, {&key, 1}));
  const LogSize size = report.checkpoint.size;

  TotalsState state;
  {
    audit::StaticLog log(path, size);
    audit::Refold refold;
    TALLY_TRY(log.read([&](Sequence sequence, std::string_view bytes) -> Result<void> {
      auto event = codec::decode_event(bytes);
      const auto added = event.ok() ? refold.add(*event) : Result<void>(event.take_error());
      if (!added.ok()) {
        return refused(fmt::format("event {}: {}", sequence.value, added.error().message));
      }
      if (progress && sequence.value % kProgressEvery == 0) progress(sequence.value, size.count);
      return {};
    }));
    if (log.root() != report.checkpoint.root) {
      return refused(fmt::format("the events have the root {}, and the checkpoint says {}",
                                 log.root().to_string(), report.checkpoint.root.to_string()));
    }
    report.identity = refold.identity();
    if (report.identity.origin != key.origin) {
      return refused(fmt::format("the log is of \"{}\", and its checkpoint of \"{}\"",
                                 report.identity.origin, key.origin));
    }
    TALLY_TRY(refold.changes().write(state));
  }
  TALLY_ASSIGN(projection::Reader reader, projection::Reader::open(state.view()));
  report.postings = reader.head().postings;
  TotalsQuery query;
  query.with_roots = true;
  const YearStart year_start = report.identity.year_start;
  TALLY_ASSIGN(report.totals, ledger::compute_totals(reader, year_start, query));
  TALLY_ASSIGN(report.lines, ledger::compute_account_lines(reader, year_start, {}));
  return report;
}

}  // namespace tally
