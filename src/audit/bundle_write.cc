#include <fmt/format.h>

#include "audit/bundle_parts.h"
#include "audit/trace_json.h"
#include "audit/zip_file.h"
#include "base/try.h"
#include "ledger/core.h"
#include "ledger/totals.h"
#include "projection/tree.h"
#include "tally/bundle.h"
#include "tally/limits.h"

namespace tally {
namespace audit::bundle {
namespace {

// Parts that are added up against what a checker reads.
class Parts {
 public:
  Result<void> add(std::string name, std::string content) {
    unpacked_ += content.size();
    parts_.push_back({std::move(name), std::move(content)});
    if (unpacked_ <= limits::kBundleUnpackedBytes && parts_.size() <= limits::kBundleParts) {
      return {};
    }
    return Error{ErrorCode::kTooLarge,
                 fmt::format("the figure needs more than a bundle holds ({} parts, {} bytes); ask "
                             "for a narrower one, or check the whole log: `tally export --format "
                             "tiles`, `tally check-log`",
                             limits::kBundleParts, limits::kBundleUnpackedBytes),
                 {},
                 0,
                 {}};
  }
  // So much may still be added.
  bool has_room_for(std::size_t bytes) const {
    return unpacked_ + bytes <= limits::kBundleUnpackedBytes;
  }
  const std::vector<ZipPart>& all() const { return parts_; }

 private:
  std::vector<ZipPart> parts_;
  std::uint64_t unpacked_ = 0;
};

Result<void> add_figure(Parts& parts, Reading& reading, const ledger::ResolvedFigure& figure,
                        YearStart year_start) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object().member("version", kVersion);
  TALLY_TRY(write_trace_members(out, reading, figure, year_start, [&]() -> Result<void> {
    if (parts.has_room_for(text.size())) return {};
    return parts.add(std::string(kFigure), std::move(text));  // which says that it is too large
  }));
  out.end_object();
  return parts.add(std::string(kFigure), std::move(text));
}

Result<void> add_totals(Parts& parts, Reading& reading, const ledger::ResolvedFigure& figure,
                        YearStart year_start) {
  TotalsQuery query;
  query.years = {figure.reference.year};
  query.as_of = figure.as_of;
  TALLY_ASSIGN(const auto lines, ledger::compute_account_lines(reading.reader, year_start, query));
  std::string text;
  for (const AccountLine& line : lines) text += line.to_line(year_start) + "\n";
  return parts.add(std::string(kTotals), std::move(text));
}

Result<void> add_event(Parts& parts, Reading& reading, projection::TreeReader& tree,
                       Sequence sequence, LogSize size, const std::string& checkpoint) {
  EventProof proof;
  proof.index = sequence;
  TALLY_ASSIGN(proof.hashes, tree.inclusion(sequence, size));
  proof.checkpoint = checkpoint;
  TALLY_ASSIGN(const auto stored, reading.events.stored(sequence));
  TALLY_TRY(parts.add(event_part(sequence), std::string(stored.event)));
  TALLY_TRY(parts.add(proof_part(sequence), proof.to_string()));
  if (stored.details == nullptr) return {};
  return parts.add(details_part(sequence), write_details(*stored.details));
}

}  // namespace
}  // namespace audit::bundle

Result<std::string> write_bundle(const Ledger& ledger, const FigureReference& reference) {
  using namespace audit;
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(projection::Reader reader, core.reader());
  Reading reading(core.log(), std::move(reader));
  TALLY_ASSIGN(const ledger::ResolvedFigure figure,
               ledger::resolve_figure(reading.reader, reference));
  const YearStart year_start = core.identity().year_start;

  // What every proof ends in.
  const LogSize size{figure.as_of.value + 1};
  TALLY_ASSIGN(const std::string checkpoint,
               core.checkpoints().issue(reading.reader, size, core.store()));
  bundle::Parts parts;
  TALLY_TRY(parts.add(std::string(bundle::kReadme), std::string(bundle::readme())));
  TALLY_TRY(bundle::add_figure(parts, reading, figure, year_start));
  TALLY_TRY(parts.add(std::string(bundle::kCheckpoint), checkpoint));
  TALLY_TRY(parts.add(std::string(bundle::kVkey), core.checkpoints().key().to_string() + "\n"));
  TALLY_TRY(bundle::add_totals(parts, reading, figure, year_start));
  TALLY_ASSIGN(const std::set<Sequence> needed, bundle::needed_events(reading, figure));
  projection::TreeReader tree(reading.reader.view());
  for (const Sequence sequence : needed) {
    TALLY_TRY(bundle::add_event(parts, reading, tree, sequence, size, checkpoint));
  }
  TALLY_ASSIGN(const auto published,
               reading.reader.latest_publication(figure.reference.year, figure.as_of));
  if (published) {
    TALLY_TRY(bundle::add_event(parts, reading, tree, published->publication, size, checkpoint));
  }
  return write_zip(parts.all());
}

}  // namespace tally
