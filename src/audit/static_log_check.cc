#include <fmt/format.h>

#include "audit/static_log.h"
#include "base/try.h"
#include "codec/event_codec.h"
#include "ledger/refold.h"
#include "ledger/totals.h"
#include "merkle/refused.h"
#include "store/memory_store.h"
#include "tally/limits.h"
#include "tally/static_log.h"

namespace tally {
namespace {

using merkle::refused;

constexpr std::uint64_t kProgressEvery = 16'384;

// Totals need the state of accounts and measures, and what names them; those of an earlier point
// the postings too.
class TotalsState : public store::Batch {
 public:
  explicit TotalsState(bool with_postings) : with_postings_(with_postings) {}
  Result<void> put(store::Family family, std::string_view key, std::string_view value) override {
    const bool needed = family == store::Family::kState || family == store::Family::kRecords ||
                        family == store::Family::kAccounts || family == store::Family::kMeasures ||
                        family == store::Family::kPublications ||
                        (with_postings_ && family == store::Family::kPostings);
    if (!needed) return {};
    store::MemoryFamily& keys = families_[static_cast<std::size_t>(family)];
    keys.emplace_hint(keys.end(), key, value);
    return {};
  }
  std::unique_ptr<store::View> view() const { return store::view_of(families_); }

 private:
  bool with_postings_;
  store::MemoryFamilies families_;
};

// The log's events, each checked and folded.
Result<void> fold(audit::StaticLog& log, ledger::Refold& refold, LogSize size,
                  const LogProgress& progress) {
  return log.read([&](Sequence sequence, std::string_view bytes) -> Result<void> {
    auto event = codec::decode_event(bytes);
    const auto added = event.ok() ? refold.add(*event) : Result<void>(event.take_error());
    if (!added.ok()) {
      return refused(fmt::format("event {}: {}", sequence.value, added.error().message));
    }
    if (progress && sequence.value % kProgressEvery == 0) progress(sequence.value, size.count);
    return {};
  });
}

}  // namespace

Result<StaticLogReport> check_static_log(const std::filesystem::path& path, const VerifierKey& key,
                                         const LogProgress& progress) {
  StaticLogReport report;
  TALLY_ASSIGN(const std::string note,
               audit::read_part(path, "checkpoint", limits::kNoteFileBytes));
  TALLY_ASSIGN(report.checkpoint, check_checkpoint(note, {&key, 1}));
  const LogSize size = report.checkpoint.size;

  std::optional<TotalsState> state;
  std::vector<ledger::FrozenYear> published;
  {
    audit::StaticLog log(path, size);
    ledger::Refold refold;
    TALLY_TRY(fold(log, refold, size, progress));
    if (log.root() != report.checkpoint.root) {
      return refused(fmt::format("the events have the root {}, and the checkpoint says {}",
                                 log.root().to_string(), report.checkpoint.root.to_string()));
    }
    report.identity = refold.identity();
    if (report.identity.origin != key.origin) {
      return refused(fmt::format("the log is of \"{}\", and its checkpoint of \"{}\"",
                                 report.identity.origin, key.origin));
    }
    published = refold.published();
    state.emplace(!published.empty());
    TALLY_TRY(refold.changes().write(*state));
  }
  TALLY_ASSIGN(projection::Reader reader, projection::Reader::open(state->view()));
  report.postings = reader.head().postings;
  report.publications = published.size();
  TotalsQuery query;
  query.with_roots = true;
  const YearStart year_start = report.identity.year_start;
  TALLY_ASSIGN(const auto wrong, ledger::find_wrong_root(reader, year_start, published));
  if (wrong) return refused(wrong->to_string());
  TALLY_ASSIGN(report.totals, ledger::compute_totals(reader, year_start, query));
  TALLY_ASSIGN(report.lines, ledger::compute_account_lines(reader, year_start, {}));
  return report;
}

}  // namespace tally
