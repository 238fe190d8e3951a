#include "audit/bundle_parts.h"

#include <fmt/format.h>

#include "audit/trace_walk.h"
#include "base/json_writer.h"
#include "base/try.h"
#include "codec/json_syntax.h"
#include "domain/references.h"
#include "merkle/refused.h"

namespace tally::audit::bundle {
namespace {

constexpr std::string_view kReadmeText = R"(HOW TO CHECK THIS FIGURE

This file came with a figure of a ledger of social value. It holds everything that it takes to
recompute the figure, and to see that each event behind it stands in the ledger's log. None of it
needs the ledger, nor trust in whoever gave it to you. What you do need, from a source that you
trust, is the log's verifier key (VKEY), a line such as ORIGIN+1a2b3c4d+AbCd...; log.vkey is a copy.

By program:

    tally check-bundle THIS-FILE --vkey VKEY

or, written by other hands in another language, tools/check_bundle.py of the Tallystick sources.

By hand:

1. `checkpoint` says how many events the log had and what the root of their hash tree was, signed
   with the log's key (formats: c2sp.org/tlog-checkpoint, c2sp.org/signed-note).
2. `events/N.fb` are the bytes of event N as the log holds them. `events/N.tlog-proof` proves that
   they stand at place N of the tree with that root (c2sp.org/tlog-proof, RFC 6962):
       tally check-proof events/N.tlog-proof --event events/N.fb --vkey VKEY
3. The events are FlatBuffers; their schema is schemas/event.fbs of the Tallystick sources. Event 0
   opened the ledger. Read those that post to the figure, and what they refer to.
4. A commitment promises its quantity; a claim says that it was delivered; a verification accepts
   all, some or none of it; a correction says what an entry says from then on, or withdraws it, and
   makes void the verification of a claim that it changes. Add up what they post.
5. `figure.json` is the figure with each posting, its evidence and its corrections. It must say what
   you found.
6. `details/N.json` holds the free text of event N (notes, titles of documents) and a random salt:
   SHA-256 of the salt and the text stands in the event. Where it is missing, it was erased.
7. `totals.tsv` is every account of the figure's year that is not at zero. The figure's own lines
   must agree with your sum. Their Merkle root (RFC 6962, a line a leaf, without line feeds) is what
   the authority publishes as the year's totals root.

What this file cannot show: that no other event of the log bears on the figure. That rests on the
totals root of a publication, or on a check of the whole log:

    tally check-log EXPORTED-LOG --vkey VKEY
)";

// Collects events with all that they stand on.
class Closure {
 public:
  Closure(Reading& reading, Sequence as_of) : reading_(reading), as_of_(as_of) {}

  void want(Sequence event) {
    if (event.value != 0 && needed_.insert(event).second) waiting_.push_back(event);
  }

  Result<std::set<Sequence>> complete() && {
    while (!waiting_.empty()) {
      const Sequence next = waiting_.back();
      waiting_.pop_back();
      TALLY_TRY(add_surroundings(next));
    }
    needed_.insert(Sequence{0});
    return std::move(needed_);
  }

 private:
  Result<void> add_surroundings(Sequence sequence) {
    TALLY_ASSIGN(Event event, reading_.events.read(sequence));
    domain::for_each_reference(event.entry, [&](const Reference& reference) {
      want(reference.sequence);
      return true;
    });
    TALLY_ASSIGN(const auto own, reading_.reader.record(sequence));
    if (own && nothing_done_to(sequence, *own)) return {};
    TALLY_ASSIGN(const auto referrers, reading_.reader.referrers(sequence));
    for (const Sequence referrer : referrers) {
      if (referrer > as_of_) break;
      TALLY_ASSIGN(const auto record, reading_.reader.record(referrer));
      if (!record) continue;
      const auto* correction = std::get_if<domain::CorrectionTerms>(&record->terms);
      const auto* verification = std::get_if<domain::VerificationTerms>(&record->terms);
      if (correction != nullptr && correction->corrects == sequence) want(referrer);
      if (verification != nullptr && verification->claim == sequence) want(referrer);
    }
    return {};
  }

  // That no event corrects or verifies an entry, which its record tells.  A measure may have a
  // million entries that refer to it: they are gone through only where one of them did.
  static bool nothing_done_to(Sequence sequence, const domain::Record& record) {
    return record.type != EntryType::kClaim && record.version == sequence &&
           record.standing == domain::Standing::kInForce;
  }

  Reading& reading_;
  Sequence as_of_;
  std::set<Sequence> needed_;
  std::vector<Sequence> waiting_;
};

Result<void> want_postings(Closure& closure, Reading& reading,
                           const ledger::ResolvedFigure& figure) {
  TALLY_ASSIGN(const auto lines, trace_lines(reading.reader, figure));
  for (const TraceLine& line : lines) closure.want(line.sequence);
  return {};
}

}  // namespace

std::string event_part(Sequence sequence) {
  return fmt::format("{}{}{}", kEvents, sequence.value, kEventEnding);
}
std::string proof_part(Sequence sequence) {
  return fmt::format("{}{}{}", kEvents, sequence.value, kProofEnding);
}
std::string details_part(Sequence sequence) {
  return fmt::format("{}{}{}", kDetails, sequence.value, kDetailsEnding);
}

std::string_view readme() { return kReadmeText; }

std::string write_details(const store::StoredDetails& details) {
  Hash salt;
  std::copy(details.salt.begin(), details.salt.end(), salt.bytes.begin());
  std::string text;
  base::JsonWriter out(text);
  out.begin_object().member("salt", salt.to_string()).member("details", details.text).end_object();
  return text;
}

Result<Details> read_details(std::string_view json) {
  constexpr std::string_view kSalt = R"({"salt":")";
  constexpr std::string_view kText = R"(","details":")";
  constexpr std::size_t kHex = 2 * store::kSaltBytes;
  const std::size_t text_at = kSalt.size() + kHex + kText.size();
  Details details;
  if (json.size() < text_at + 2 || !json.starts_with(kSalt)) {
    return merkle::refused("has no salt and details");
  }
  const auto salt = Hash::parse(json.substr(kSalt.size(), kHex));
  if (!salt.ok()) return merkle::refused("has a salt that is not 32 bytes in hex");
  details.salt.assign(reinterpret_cast<const char*>(salt->bytes.data()), salt->bytes.size());
  const std::string_view raw = json.substr(text_at, json.size() - text_at - 2);
  if (!codec::unescape_json(raw, details.text) || write_details(details.stored()) != json) {
    return merkle::refused("is not a salt and details, written as they are");
  }
  return details;
}

Result<void> check_vkey(std::string_view text, std::string_view checkpoint) {
  auto key = text.ends_with('\n') ? VerifierKey::parse(text.substr(0, text.size() - 1))
                                  : VerifierKey::parse(text);
  if (!text.ends_with('\n') || !key.ok()) {
    return merkle::refused(fmt::format("{} is not a verifier key and a line feed", kVkey));
  }
  const auto checked = check_checkpoint(checkpoint, {&*key, 1});
  if (checked.ok()) return {};
  return merkle::refused(fmt::format("{}: {}", kVkey, checked.error().message));
}

Result<std::set<Sequence>> needed_events(Reading& reading, const ledger::ResolvedFigure& figure) {
  Closure closure(reading, figure.as_of);
  for (const Sequence rotation : reading.reader.head().rotations) {
    if (rotation <= figure.as_of) closure.want(rotation);
  }
  closure.want(figure.measure);
  for (const auto& filter : {figure.programme, figure.organisation, figure.contract}) {
    if (filter) closure.want(*filter);
  }
  if (!is_ratio(figure)) {
    TALLY_TRY(want_postings(closure, reading, figure));
    return std::move(closure).complete();
  }
  const domain::MeasureTerms& terms = figure.defined.measure.terms;
  for (const Sequence measure : {terms.numerator, terms.denominator}) {
    TALLY_ASSIGN(const ledger::ResolvedFigure part, part_of(reading, figure, measure));
    TALLY_TRY(want_postings(closure, reading, part));
  }
  return std::move(closure).complete();
}

bool is_line_of(const AccountLine& line, const FigureReference& figure,
                const std::set<std::string>& measures) {
  auto fits = [](const std::optional<std::string>& filter, const std::string& value) {
    return !filter || *filter == value;
  };
  const bool of_contract = figure.contract == FigureReference::kNoContract
                               ? line.contract.empty()
                               : fits(figure.contract, line.contract);
  const bool of_stage = figure.stage == Stage::kPending ? line.stage != Stage::kCommitted
                                                        : line.stage == figure.stage;
  return line.year == figure.year && measures.contains(line.measure) && of_stage &&
         fits(figure.programme, line.programme) && fits(figure.organisation, line.organisation) &&
         of_contract;
}

Result<std::set<std::string>> measures_of(Reading& reading, const ledger::ResolvedFigure& figure) {
  if (!is_ratio(figure)) return std::set<std::string>{figure.reference.measure};
  std::set<std::string> measures;
  const domain::MeasureTerms& terms = figure.defined.measure.terms;
  for (const Sequence measure : {terms.numerator, terms.denominator}) {
    TALLY_ASSIGN(std::string id, reading.reader.id_of(measure));
    measures.insert(std::move(id));
  }
  return measures;
}

}  // namespace tally::audit::bundle
