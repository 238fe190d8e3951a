#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "audit/bundle_events.h"
#include "audit/bundle_parts.h"
#include "audit/expected_text.h"
#include "audit/trace_json.h"
#include "audit/trace_walk.h"
#include "base/shown.h"
#include "base/try.h"
#include "ledger/totals.h"
#include "merkle/frontier.h"
#include "merkle/refused.h"
#include "merkle/sha256.h"
#include "tally/bundle.h"

namespace tally {
namespace audit::bundle {
namespace {

using merkle::refused;

Result<std::string> unpack(const ZipFile& zip, std::string_view name) {
  const ZipFile::Part* part = zip.find(name);
  if (part == nullptr) return refused(fmt::format("{} is missing", name));
  return ZipFile::unpack(*part);
}

// Reads from figure.json which number it is of: the one thing in it that is taken as said, since it
// is what is asked.
Result<FigureReference> asked_for(std::string_view figure_json, YearStart year_start,
                                  Sequence as_of) {
  const std::string beginning = fmt::format("{{\"version\":{},\"figure\":\"", kVersion);
  if (!figure_json.starts_with(beginning)) {
    return refused(fmt::format("{} does not begin with {}", kFigure, beginning));
  }
  figure_json.remove_prefix(beginning.size());
  const std::string_view text = figure_json.substr(0, figure_json.find('"'));
  auto reference = FigureReference::parse(text, year_start);
  if (!reference.ok()) return refused(fmt::format("{}: {}", kFigure, reference.error().message));
  if (reference->as_of == as_of) return std::move(*reference);
  return refused(fmt::format("{} is of \"{}\", and the checkpoint is as of event {}", kFigure,
                             base::shown(text), as_of.value));
}

// One line of totals.tsv, read back: what it says is compared as text, so only what picks the lines
// of the figure is looked at.
struct TotalsLine {
  std::string_view text;
  std::array<std::string_view, 8> fields;
};

Result<TotalsLine> parse_line(std::string_view text, std::size_t number, std::string_view year) {
  TotalsLine line;
  line.text = text;
  std::size_t count = 0;
  for (std::string_view rest = text;; ++count) {
    const std::size_t tab = rest.find('\t');
    if (count < line.fields.size()) line.fields[count] = rest.substr(0, tab);
    if (tab == std::string_view::npos) break;
    rest.remove_prefix(tab + 1);
  }
  auto bad = [&](std::string_view why) {
    return refused(fmt::format("{}, line {}: {}", kTotals, number, why));
  };
  if (count + 1 != line.fields.size()) return bad("it does not have 8 fields");
  if (line.fields[0] != year) {
    return bad(fmt::format("it is of {}, not of {}", base::shown(line.fields[0]), year));
  }
  const auto stage = stage_from_name(line.fields[5]);
  if (!stage || *stage == Stage::kPending) return bad("it has no stage of an account");
  const auto quantity = Quantity::parse(line.fields[6]);
  if (!quantity.ok() || quantity->is_zero() || quantity->to_string() != line.fields[6]) {
    return bad("its quantity is not a canonical decimal other than 0");
  }
  const auto proxy = Quantity::parse(line.fields[7]);
  if (!line.fields[7].empty() && (!proxy.ok() || proxy->to_string() != line.fields[7])) {
    return bad("its proxy is not a canonical decimal");
  }
  return line;
}

// A line for people, with spaces for its tabs.
std::string line_shown(std::string line) {
  std::replace(line.begin(), line.end(), '\t', ' ');
  return base::shown(line);
}

class Check {
 public:
  Check(const ZipFile& zip, const VerifierKey& key) : zip_(zip), key_(key) {}

  Result<BundleReport> run() {
    BundleReport report;
    TALLY_ASSIGN(const Contents contents, Contents::list(zip_));
    TALLY_TRY(check_readme());
    TALLY_ASSIGN(const std::string note, unpack(zip_, kCheckpoint));
    TALLY_ASSIGN(report.checkpoint, check_checkpoint(note, {&key_, 1}));
    TALLY_ASSIGN(const std::string vkey, unpack(zip_, kVkey));
    TALLY_TRY(check_vkey(vkey, note));
    TALLY_ASSIGN(const FoldedEvents folded,
                 FoldedEvents::fold(zip_, contents, report.checkpoint, note));
    report.identity = folded.identity();
    if (report.identity.origin != key_.origin) {
      return refused(fmt::format("event 0 opened the log \"{}\", not \"{}\"",
                                 base::shown(report.identity.origin), key_.origin));
    }
    report.events = contents.events.size();
    TALLY_ASSIGN(const std::unique_ptr<Reading> reading, folded.reading());
    TALLY_TRY(check_figure(*reading, report));
    TALLY_TRY(check_needed(*reading, contents, folded.publication()));
    TALLY_TRY(check_totals(*reading, report));
    if (folded.publication()) TALLY_TRY(check_publication(*folded.publication(), report));
    TALLY_TRY(count_erased(*reading, report));
    return report;
  }

 private:
  Result<void> check_readme() const {
    TALLY_ASSIGN(const std::string text, unpack(zip_, kReadme));
    if (text == readme()) return {};
    return refused(fmt::format("{} is not the one of version {}", kReadme, kVersion));
  }

  Result<void> check_figure(Reading& reading, BundleReport& report) {
    year_start_ = report.identity.year_start;
    const Sequence as_of{report.checkpoint.size.count - 1};
    TALLY_ASSIGN(const std::string given, unpack(zip_, kFigure));
    TALLY_ASSIGN(FigureReference reference, asked_for(given, year_start_, as_of));
    report.figure.reference = reference;
    reference.as_of.reset();  // of the last event that is here
    auto resolved = ledger::resolve_figure(reading.reader, reference);
    if (!resolved.ok()) return refused(fmt::format("{}: {}", kFigure, resolved.error().message));
    figure_ = std::move(*resolved);
    TALLY_ASSIGN(Figure computed, ledger::compute_figure(reading.reader, figure_));
    report.figure.as_of = as_of;
    report.figure.quantity = computed.quantity;
    report.figure.value = computed.value;
    report.figure.basis = computed.basis;
    report.unit = figure_.defined.measure.terms.unit;
    return compare_trace(reading, given, report);
  }

  Result<void> compare_trace(Reading& reading, std::string_view given, BundleReport& report) {
    ExpectedText expected(kFigure, given);
    std::string text;
    base::JsonWriter out(text);
    out.begin_object().member("version", kVersion);
    auto compared = write_trace_members(out, reading, figure_, year_start_, [&]() -> Result<void> {
      TALLY_TRY(expected.expect(text));
      text.clear();
      return {};
    });
    TALLY_TRY(std::move(compared));
    out.end_object();
    TALLY_TRY(expected.expect(text));
    TALLY_TRY(expected.end());
    return count_postings(reading, report);
  }

  Result<void> count_postings(Reading& reading, BundleReport& report) {
    if (!is_ratio(figure_)) {
      TALLY_ASSIGN(const auto lines, trace_lines(reading.reader, figure_));
      report.postings = lines.size();
      return {};
    }
    const domain::MeasureTerms& terms = figure_.defined.measure.terms;
    for (const Sequence measure : {terms.numerator, terms.denominator}) {
      TALLY_ASSIGN(const ledger::ResolvedFigure part, part_of(reading, figure_, measure));
      TALLY_ASSIGN(const auto lines, trace_lines(reading.reader, part));
      report.postings += lines.size();
    }
    return {};
  }

  Result<void> check_needed(Reading& reading, const Contents& contents,
                            const std::optional<Event>& publication) {
    TALLY_ASSIGN(const std::set<Sequence> needed, needed_events(reading, figure_));
    for (const Sequence event : contents.events) {
      if (publication && publication->sequence == event) continue;
      if (needed.contains(Sequence{folded_events_++})) continue;
      return refused(fmt::format("{} has nothing to do with the figure", event_part(event)));
    }
    return {};
  }

  // A publication is later than the point that it froze; where nothing but itself came in between,
  // what it froze is all of totals.tsv.  Otherwise the year may have been restated since.
  Result<void> check_publication(const Event& event, BundleReport& report) {
    const auto& publication = std::get<Publication>(event.entry.content);
    if (publication.year != figure_.reference.year) {
      return refused(fmt::format("{} has nothing to do with the figure: it published {}",
                                 event_part(event.sequence),
                                 year_start_.year_text(publication.year)));
    }
    PublishedTotals& published = report.publication.emplace();
    published.entry = event.entry.id;
    published.sequence = event.sequence;
    published.as_of = *publication.as_of;
    published.totals_root = *publication.totals_root;
    if (event.details_erased) ++report.erased;
    published.agrees = report.totals_root == published.totals_root;
    const bool froze_this =
        event.sequence == report.figure.as_of && published.as_of.value + 1 == event.sequence.value;
    if (published.agrees || !froze_this) return {};
    return refused(fmt::format("{} has the root {}, and the publication of event {} froze {}",
                               kTotals, report.totals_root.to_string(), event.sequence.value,
                               published.totals_root.to_string()));
  }

  // The lines of the figure's own accounts are what the events give, all of them and no more.
  Result<void> check_totals(Reading& reading, BundleReport& report) {
    TALLY_ASSIGN(const std::string text, unpack(zip_, kTotals));
    TALLY_ASSIGN(const std::set<std::string> measures, measures_of(reading, figure_));
    TotalsQuery query;
    query.years = {figure_.reference.year};
    TALLY_ASSIGN(const auto all, ledger::compute_account_lines(reading.reader, year_start_, query));
    std::vector<std::string> own;
    for (const AccountLine& line : all) {
      if (is_line_of(line, figure_.reference, measures)) own.push_back(line.to_line(year_start_));
    }
    auto next = own.begin();
    merkle::Frontier tree;
    std::string_view before;
    std::size_t number = 0;
    const std::string year = year_start_.year_text(figure_.reference.year);
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      if (end == std::string_view::npos) return refused("totals.tsv does not end with a line feed");
      TALLY_ASSIGN(const TotalsLine line, parse_line(rest.substr(0, end), ++number, year));
      rest.remove_prefix(end + 1);
      if (number > 1 && !(before < line.text)) {
        return refused(
            fmt::format("{}, line {}: it does not come after the one before it", kTotals, number));
      }
      // All that stands before the quantity names the account.
      const auto account_end = static_cast<std::size_t>(line.fields[6].data() - line.text.data());
      if (before.starts_with(line.text.substr(0, account_end))) {
        return refused(fmt::format("{}, line {}: it is of the account of the line before it",
                                   kTotals, number));
      }
      before = line.text;
      tree.append(merkle::leaf_hash(line.text));
      if (!is_line_of(account_of(line), figure_.reference, measures)) continue;
      if (next != own.end() && *next == line.text) {
        ++next;
        continue;
      }
      return refused(fmt::format(
          "{}, line {}: it is \"{}\", and the events give {}", kTotals, number,
          line_shown(std::string(line.text)),
          next == own.end() ? "no such account" : fmt::format("\"{}\"", line_shown(*next))));
    }
    report.totals_root = tree.root();
    if (next == own.end()) return {};
    return refused(fmt::format("{} lacks \"{}\"", kTotals, line_shown(*next)));
  }

  AccountLine account_of(const TotalsLine& line) const {
    AccountLine account;
    account.year = figure_.reference.year;
    account.measure = line.fields[1];
    account.programme = line.fields[2];
    account.organisation = line.fields[3];
    account.contract = line.fields[4];
    account.stage = *stage_from_name(line.fields[5]);
    return account;
  }

  Result<void> count_erased(Reading& reading, BundleReport& report) const {
    for (std::uint64_t i = 0; i < folded_events_; ++i) {
      TALLY_ASSIGN(const Event event, reading.events.read(Sequence{i}));
      if (event.details_erased) ++report.erased;
    }
    return {};
  }

  const ZipFile& zip_;
  const VerifierKey& key_;
  YearStart year_start_;
  ledger::ResolvedFigure figure_;
  std::uint64_t folded_events_ = 0;
};

}  // namespace
}  // namespace audit::bundle

Result<BundleReport> check_bundle(std::string_view zip, const VerifierKey& key) {
  TALLY_ASSIGN(const audit::ZipFile file, audit::ZipFile::open(zip));
  auto report = audit::bundle::Check(file, key).run();
  // Whatever the bundle made the ledger's own code stumble over is wrong with the bundle.
  if (!report.ok() && report.error().code != ErrorCode::kIo &&
      report.error().code != ErrorCode::kRefused) {
    return merkle::refused(report.error().message);
  }
  return report;
}

}  // namespace tally
