// Fuzzes what checks a bundle with the bundles of a log whose own signer lies: any events at all,
// with a sound tree over them and a good signature.  Whatever they say must be refused or
// recomputed. Where they can be folded, figure.json is what they give, so that what stands behind
// it is reached.
//
// The input: a byte each for the measure and the stage of the figure, then events as a tlog entry
// bundle has them, each behind its length in two bytes.  An event takes the place that its sequence
// names among the first ones of support/events.h, or else comes behind them.
//
// Seeds: events 7 and later of a ledger that begins like that (`tally export --format tiles`, the
// file tile/entries/000.p/14), and tests/golden/event_*.hex.

#include "audit/bundle_events.h"
#include "audit/bundle_parts.h"
#include "audit/trace_json.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/try.h"
#include "codec/event_codec.h"
#include "support/forged_log.h"
#include "tally/bundle.h"

namespace tally::fuzz {
namespace {

void put(testing::ForgedLog& log, Event event) {
  const std::size_t at = std::min<std::size_t>(event.sequence.value, log.events().size());
  event.sequence.value = at;
  if (auto* const opened = std::get_if<LedgerOpened>(&event.entry.content)) {
    opened->origin = log.key().origin;
    opened->vkey = log.key().to_string();
  }
  if (at == log.events().size()) log.events().emplace_back();
  log.events()[at] = std::move(event);
}

void put_all(testing::ForgedLog& log, base::ByteReader in) {
  while (!in.at_end()) {
    const std::size_t high = in.byte();
    auto event = codec::decode_event(in.take(high << 8 | in.byte()));
    if (event.ok()) put(log, std::move(*event));
  }
}

// The figure as figure.json has it, made of the same events; an error where they make none.
Result<std::string> figure_json(const testing::ForgedLog& log, const FigureReference& reference,
                                YearStart year_start) {
  const std::string note = log.note();
  const std::string draft = log.bundle("");
  TALLY_ASSIGN(const Checkpoint checkpoint, check_checkpoint(note, {&log.key(), 1}));
  TALLY_ASSIGN(const audit::ZipFile zip, audit::ZipFile::open(draft));
  TALLY_ASSIGN(const auto contents, audit::bundle::Contents::list(zip));
  TALLY_ASSIGN(const auto folded,
               audit::bundle::FoldedEvents::fold(zip, contents, checkpoint, note));
  TALLY_ASSIGN(const auto reading, folded.reading());
  TALLY_ASSIGN(const auto resolved, ledger::resolve_figure(reading->reader, reference));
  std::string text;
  base::JsonWriter out(text);
  out.begin_object().member("version", audit::bundle::kVersion);
  TALLY_TRY(audit::write_trace_members(out, *reading, resolved, year_start,
                                       [] { return Result<void>(); }));
  out.end_object();
  return text;
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tally;
  base::ByteReader in({reinterpret_cast<const char*>(bytes), size});
  FigureReference reference;
  reference.year = Year{2022};
  const std::size_t measure = in.byte();
  reference.stage = kStages[in.byte() % kStages.size()];
  testing::ForgedLog log;
  fuzz::put_all(log, in);
  reference.measure = log.events()[measure % log.events().size()].entry.id;
  const auto& opened = std::get<LedgerOpened>(log.events()[0].entry.content);
  const auto json = fuzz::figure_json(log, reference, opened.year_start);
  const auto report = check_bundle(log.bundle(json.ok() ? *json : ""), log.key());
  TALLY_CHECK(report.ok() ? json.ok() : report.error().code == ErrorCode::kRefused);
  return 0;
}
