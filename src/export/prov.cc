// PROV-JSON (https://www.w3.org/submissions/prov-json/): where each figure comes from.
//
//   figure      wasDerivedFrom  the events that post to it, each with what it adds (tally:delta);
//               a pending figure from the three that it is made of, a ratio from its two parts
//   event       wasDerivedFrom  what it verifies, claims against or corrects (prov:Revision), and
//               its evidence (prov:PrimarySource)
//   event       wasAttributedTo the actor who recorded it
//   projection  the folding of the log up to the point: it used the events, the measures as then
//               defined and the checkpoint, and every figure wasGeneratedBy it
//
// PROV-JSON keeps each kind of record together, so the postings and the events are gone through
// once for each kind, and none of them is kept.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/try.h"
#include "domain/references.h"
#include "export/about.h"
#include "export/event_set.h"
#include "export/formats.h"
#include "export/prov_figures.h"
#include "export/prov_writer.h"
#include "export/totals_json.h"
#include "projection/head.h"

namespace tally::exports {
namespace {

constexpr std::uint64_t kProgressEvery = 16'384;
// How often the events behind the figures are gone through, mostly: to find them, as entities, for
// their evidence, their derivations and their actors.
constexpr std::uint64_t kRounds = 5;

std::string event_name(Sequence event) { return fmt::format("event:{}", event.value); }
std::string evidence_name(const Hash& sha256) { return "sha256:" + sha256.to_string(); }

const std::vector<Evidence>& evidence_in(const Entry& entry) {
  static const std::vector<Evidence> kNone;
  const Body* const body = domain::body_said(entry);
  if (body == nullptr) return kNone;
  if (const auto* claim = std::get_if<Claim>(body)) return claim->evidence;
  if (const auto* verification = std::get_if<Verification>(body)) return verification->evidence;
  return kNone;
}

// The entry that this one was made from: the corrected one, the claim, the commitment.
std::optional<Sequence> basis_in(const Entry& entry) {
  if (const auto* correction = std::get_if<Correction>(&entry.content)) {
    return correction->corrects.sequence;
  }
  const Body* const body = domain::body_said(entry);
  const auto* claim = body == nullptr ? nullptr : std::get_if<Claim>(body);
  const auto* verification = body == nullptr ? nullptr : std::get_if<Verification>(body);
  if (verification != nullptr) return verification->claim.sequence;
  if (claim != nullptr && claim->commitment.present()) return claim->commitment.sequence;
  return std::nullopt;
}

class Provenance {
 public:
  Provenance(Subject& subject, ProvFigures figures, OutFile& file, const LogProgress& progress)
      : subject_(subject),
        events_(subject.head.size),
        figures_(std::move(figures)),
        out_(file),
        progress_(progress),
        activity_(fmt::format("activity:projection@{}", subject.as_of.value)),
        program_("program:tallystick-" TALLY_VERSION),
        checkpoint_(fmt::format("checkpoint:{}", subject.head.size.count)) {}

  Result<void> write() {
    TALLY_TRY(find_events());
    write_prefixes();
    TALLY_TRY(write_entities());
    write_activity_and_agents();
    write_generation();
    write_usage();
    TALLY_TRY(write_derivations());
    TALLY_TRY(write_attributions());
    out_.finish();
    return {};
  }

 private:
  using EventVisit = std::function<Result<void>(const Event&)>;

  Result<void> find_events();
  Result<void> for_each_event(const EventVisit& visit);
  Result<void> note(const Event& event);
  void write_prefixes();
  Result<void> write_entities();
  void write_figure(const ProvFigure& figure);
  void write_event(const Event& event);
  Result<void> write_evidence();
  void write_checkpoint();
  void write_activity_and_agents();
  void write_generation();
  void write_usage();
  Result<void> write_derivations();
  void derive(const Event& event);
  Result<void> write_attributions();
  void tell_progress() {
    if (++done_ % kProgressEvery != 0 || !progress_) return;
    const std::uint64_t all = kRounds * events_.count();
    progress_(std::min(done_, all), all);
  }

  Subject& subject_;
  EventSet events_;  // behind the figures, and those that they were made from
  ProvFigures figures_;
  ProvWriter out_;
  const LogProgress& progress_;
  const std::string activity_, program_, checkpoint_;
  std::set<std::string> actors_;
  std::uint64_t mentions_ = 0;  // of evidence
  std::uint64_t done_ = 0;
};

Result<void> Provenance::for_each_event(const EventVisit& visit) {
  for (std::uint64_t word = 0; word < events_.words(); ++word) {
    for (std::uint64_t left = events_.word(word); left != 0; left &= left - 1) {
      const Sequence sequence{64 * word + static_cast<std::uint64_t>(std::countr_zero(left))};
      TALLY_ASSIGN(const Event event, subject_.reading.events.read(sequence));
      TALLY_TRY(visit(event));
      tell_progress();
    }
  }
  return {};
}

Result<void> Provenance::note(const Event& event) {
  if (const auto made_from = basis_in(event.entry)) {
    if (*made_from >= event.sequence) {
      return Error{ErrorCode::kDamaged,
                   fmt::format("event {} refers to event {}, which is later; run `tally verify`",
                               event.sequence.value, made_from->value),
                   {},
                   0,
                   {}};
    }
    events_.insert(*made_from);
  }
  actors_.insert(event.entry.actor);
  mentions_ += evidence_in(event.entry).size();
  return {};
}

// Backwards: what an event was made from stands before it.
Result<void> Provenance::find_events() {
  for (const ProvFigure& figure : figures_.all()) {
    events_.insert(figure.measure_version);
    TALLY_TRY(figures_.for_each_line(figure, [&](Sequence event, Quantity) {
      events_.insert(event);
      return Result<void>();
    }));
  }
  for (std::uint64_t word = events_.words(); word-- > 0;) {
    for (std::uint64_t below = ~std::uint64_t{0};;) {
      const std::uint64_t left = events_.word(word) & below;
      if (left == 0) break;
      const int last = 63 - std::countl_zero(left);
      below = (std::uint64_t{1} << last) - 1;
      const Sequence sequence{64 * word + static_cast<std::uint64_t>(last)};
      TALLY_ASSIGN(const Event event, subject_.reading.events.read(sequence));
      TALLY_TRY(note(event));
      tell_progress();
    }
  }
  return {};
}

// What the ledger names is named within its origin; documents by their digest, wherever they are.
void Provenance::write_prefixes() {
  const std::string base = "https://" + subject_.identity().origin;
  out_.write_prefixes({{"tally", "https://tallystick.invalid/prov#"},
                       {"program", "https://tallystick.invalid/program/"},
                       {"figure", base + "/figure/"},
                       {"event", base + "/event/"},
                       {"actor", base + "/actor/"},
                       {"activity", base + "/activity/"},
                       {"checkpoint", base + "/checkpoint/"},
                       {"sha256", "hash://sha256/"}});
}

Result<void> Provenance::write_entities() {
  out_.begin_section("entity");
  write_checkpoint();
  for (const ProvFigure& figure : figures_.all()) write_figure(figure);
  TALLY_TRY(for_each_event([&](const Event& event) {
    write_event(event);
    return Result<void>();
  }));
  return write_evidence();
}

void Provenance::write_figure(const ProvFigure& figure) {
  const FigureReference& reference = figure.reference;
  out_.begin(figure.name).kind("tally:Figure").text("tally:figure", figure.text);
  out_.text("tally:year", subject_.year_start().year_text(reference.year));
  out_.text("tally:measure", reference.measure).text("tally:stage", stage_name(reference.stage));
  out_.text("tally:unit", figure.unit).text("tally:basis", basis_name(figure.basis));
  if (figure.quantity) out_.typed("tally:quantity", figure.quantity->to_string(), "xsd:decimal");
  if (figure.value) {
    out_.typed("tally:value", figure.value->to_string(), "xsd:decimal");
    out_.text("tally:currency", subject_.identity().currency);
  }
  out_.truth("tally:restated", figure.restated).end();
}

void Provenance::write_checkpoint() {
  const LedgerOpened& identity = subject_.identity();
  out_.begin(checkpoint_).kind("tally:Checkpoint").text("tally:ledger", identity.name);
  out_.text("tally:origin", identity.origin).text("tally:vkey", subject_.vkey);
  out_.text("tally:year_start", identity.year_start.to_string());
  out_.number("tally:as_of", subject_.as_of.value);
  out_.typed("tally:recorded_at", subject_.recorded_at.to_string(), "xsd:dateTime");
  out_.number("tally:size", subject_.head.size.count);
  out_.text("tally:log_root", subject_.head.root.to_string());
  for (const auto& [year, root] : subject_.totals.roots) {
    out_.text("tally:totals_root_" + subject_.year_start().year_text(year), root.to_string());
  }
  out_.text("tally:checkpoint", subject_.checkpoint);
  std::string query;
  base::JsonWriter json(query);
  write_query(json, subject_);
  out_.text("tally:query", query).end();
}

// No details: they are the ledger's to erase.
void Provenance::write_event(const Event& event) {
  const Entry& entry = event.entry;
  out_.begin(event_name(event.sequence)).kind("tally:Event");
  out_.text("tally:entry", entry.id).text("tally:entry_type", type_name(entry.type()));
  out_.typed("tally:recorded_at", event.recorded_at.to_string(), "xsd:dateTime");
  const Body* const body = domain::body_said(entry);
  const auto* claim = body == nullptr ? nullptr : std::get_if<Claim>(body);
  const auto* verification = body == nullptr ? nullptr : std::get_if<Verification>(body);
  if (claim != nullptr) {
    out_.typed("tally:claimed", claim->quantity.to_string(), "xsd:decimal");
    out_.typed("tally:from", claim->from.to_string(), "xsd:date");
    out_.typed("tally:to", claim->to.to_string(), "xsd:date");
  }
  if (verification != nullptr) {
    out_.text("tally:outcome", outcome_name(verification->outcome));
    out_.text("tally:method", verification->method);
  }
  if (const auto* correction = std::get_if<Correction>(&entry.content)) {
    out_.text("tally:reason", correction->reason);
    out_.truth("tally:withdraws", !correction->replacement);
  }
  out_.end();
}

// One entity a digest, however often it is named.  Digests are gathered a slice of them at a time,
// so that a bounded number is held.
Result<void> Provenance::write_evidence() {
  constexpr std::uint64_t kHeld = 1 << 20;
  const std::uint64_t slices = 1 + mentions_ / kHeld;
  std::vector<Hash> digests;
  for (std::uint64_t slice = 0; slice < slices && mentions_ > 0; ++slice) {
    digests.clear();
    TALLY_TRY(for_each_event([&](const Event& event) {
      for (const Evidence& item : evidence_in(event.entry)) {
        const auto& bytes = item.sha256.bytes;
        const std::uint64_t place = std::uint64_t{bytes[0]} << 8 | bytes[1];
        if (place * slices >> 16 == slice) digests.push_back(item.sha256);
      }
      return Result<void>();
    }));
    std::sort(digests.begin(), digests.end());
    digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
    for (const Hash& digest : digests) {
      out_.begin(evidence_name(digest)).kind("tally:Evidence");
      out_.text("tally:sha256", digest.to_string()).end();
    }
  }
  return {};
}

void Provenance::write_activity_and_agents() {
  out_.begin_section("activity");
  out_.begin(activity_).kind("tally:Projection");
  out_.number("tally:as_of", subject_.as_of.value);
  out_.number("tally:projection_version", projection::kBuilders.back().version);
  out_.text("tally:program_version", TALLY_VERSION).end();
  out_.begin_section("agent");
  out_.begin(program_).kind("prov:SoftwareAgent").text("prov:label", "Tallystick " TALLY_VERSION);
  out_.end();
  for (const std::string& actor : actors_) out_.begin("actor:" + actor).kind("tally:Actor").end();
  out_.begin_section("wasAssociatedWith");
  out_.begin_relation().name("prov:activity", activity_).name("prov:agent", program_).end();
}

void Provenance::write_generation() {
  out_.begin_section("wasGeneratedBy");
  for (const ProvFigure& figure : figures_.all()) {
    out_.begin_relation().name("prov:entity", figure.name).name("prov:activity", activity_).end();
  }
}

void Provenance::write_usage() {
  out_.begin_section("used");
  auto use = [&](const std::string& entity) -> ProvWriter& {
    return out_.begin_relation().name("prov:activity", activity_).name("prov:entity", entity);
  };
  use(checkpoint_).role("tally:State").end();
  for (std::uint64_t word = 0; word < events_.words(); ++word) {
    for (std::uint64_t left = events_.word(word); left != 0; left &= left - 1) {
      const auto bit = static_cast<std::uint64_t>(std::countr_zero(left));
      use(event_name(Sequence{64 * word + bit})).end();
    }
  }
}

Result<void> Provenance::write_derivations() {
  out_.begin_section("wasDerivedFrom");
  for (const ProvFigure& figure : figures_.all()) {
    for (const std::string& part : figure.parts) {
      out_.begin_relation().name("prov:generatedEntity", figure.name);
      out_.name("prov:usedEntity", part).end();
    }
    TALLY_TRY(figures_.for_each_line(figure, [&](Sequence event, Quantity delta) {
      out_.begin_relation().name("prov:generatedEntity", figure.name);
      out_.name("prov:usedEntity", event_name(event));
      out_.typed("tally:delta", delta.to_string(), "xsd:decimal").end();
      return Result<void>();
    }));
  }
  return for_each_event([&](const Event& event) {
    derive(event);
    return Result<void>();
  });
}

void Provenance::derive(const Event& event) {
  const std::string name = event_name(event.sequence);
  if (const auto made_from = basis_in(event.entry)) {
    out_.begin_relation().name("prov:generatedEntity", name);
    out_.name("prov:usedEntity", event_name(*made_from));
    if (event.entry.type() == EntryType::kCorrection) out_.kind("prov:Revision");
    out_.end();
  }
  for (const Evidence& item : evidence_in(event.entry)) {
    out_.begin_relation().name("prov:generatedEntity", name);
    out_.name("prov:usedEntity", evidence_name(item.sha256)).kind("prov:PrimarySource");
    if (!item.media_type.empty()) out_.text("tally:media_type", item.media_type);
    out_.end();
  }
}

Result<void> Provenance::write_attributions() {
  out_.begin_section("wasAttributedTo");
  return for_each_event([&](const Event& event) {
    out_.begin_relation().name("prov:entity", event_name(event.sequence));
    out_.name("prov:agent", "actor:" + event.entry.actor).end();
    return Result<void>();
  });
}

}  // namespace

Result<void> write_prov(Subject& subject, Staging& staging, const LogProgress& progress) {
  TALLY_ASSIGN(ProvFigures figures, ProvFigures::make(subject));
  TALLY_ASSIGN(std::unique_ptr<OutFile> file, staging.begin("prov.json"));
  Provenance provenance(subject, std::move(figures), *file, progress);
  TALLY_TRY(provenance.write());
  return staging.finish(std::move(file));
}

}  // namespace tally::exports
