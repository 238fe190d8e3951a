#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include "base/try.h"
#include "codec/event_codec.h"
#include "codec/event_format.h"
#include "codec/event_tables.h"
#include "codec/text_rules.h"
#include "domain/identifier.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

// The last microsecond of the year 9999: beyond it, a time has no four-digit year.
constexpr std::int64_t kLastMicros = 253'402'300'799'999'999;

// Sequences are written as decimals below 2^63.
constexpr auto kLastSequence = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

// A verifier key is its origin, a hash and a public key in base64.
constexpr std::size_t kVkeyBytes = limits::kTextBytes + 64;

constexpr std::string_view kUnknown = "has fields that are not known here";

Error damaged(std::string message) {
  Error error;
  error.code = ErrorCode::kDamaged;
  error.message = std::move(message);
  return error;
}

// Takes one event apart.  The bytes have been verified as a FlatBuffer: every pointer can be
// followed; what stands there is checked here.
class EventReader {
 public:
  explicit EventReader(std::uint64_t sequence) : sequence_(sequence) {}

  Result<void> read(const fb::Event& stored, Event& event) const;

 private:
  Error bad(std::string_view field, std::string_view what) const {
    return damaged(fmt::format("Event {} is damaged: `{}` {}.", sequence_, field, what));
  }

  Result<void> content(const fb::Event& stored, Entry& entry) const;
  Result<void> body(fb::Body type, const void* stored, Body& out) const;
  Result<void> read(const fb::LedgerOpened& stored, LedgerOpened& out) const;
  Result<void> read(const fb::Organisation& stored, Organisation& out) const;
  Result<void> read(const fb::Programme& stored, Programme& out) const;
  Result<void> read(const fb::Contract& stored, Contract& out) const;
  Result<void> read(const fb::Measure& stored, Measure& out) const;
  Result<void> read(const fb::Commitment& stored, Commitment& out) const;
  Result<void> read(const fb::Claim& stored, Claim& out) const;
  Result<void> read(const fb::Verification& stored, Verification& out) const;
  Result<void> read(const fb::Correction& stored, Correction& out) const;
  Result<void> read(const fb::KeyRotated& stored, KeyRotated& out) const;
  Result<void> read(const fb::LedgerRestored& stored, LedgerRestored& out) const;
  Result<void> read(const fb::Statement& stored, Statement& out) const;
  Result<void> read(const fb::Publication& stored, Publication& out) const;
  Result<void> read(const fb::Erasure& stored, Erasure& out) const;

  Result<void> text(std::string_view field, const flatbuffers::String* stored, std::string& out,
                    std::size_t limit = limits::kTextBytes, Lines lines = Lines::kOne) const;
  Result<void> optional_text(std::string_view field, const flatbuffers::String* stored,
                             std::string& out, std::size_t limit = limits::kTextBytes) const;
  Result<void> identifier(std::string_view field, const flatbuffers::String* stored,
                          std::string& out) const;
  Result<void> optional_identifier(std::string_view field, const flatbuffers::String* stored,
                                   std::optional<std::string>& out) const;
  Result<void> quantity(std::string_view field, std::int64_t stored, Quantity& out) const;
  Result<void> date(std::string_view field, std::int32_t stored, Date& out) const;
  Result<void> year(std::int16_t stored, Year& out) const;
  Result<void> optional_reference(std::string_view field, std::uint64_t stored,
                                  Reference& out) const;
  Result<void> reference(std::string_view field, std::uint64_t stored, Reference& out) const;
  Result<void> document(const fb::Evidence& stored, Evidence& out) const;
  Result<void> evidence(const flatbuffers::Vector<flatbuffers::Offset<fb::Evidence>>* stored,
                        std::vector<Evidence>& out) const;

  std::uint64_t sequence_;
};

Result<void> EventReader::text(std::string_view field, const flatbuffers::String* stored,
                               std::string& out, std::size_t limit, Lines lines) const {
  if (stored == nullptr) return bad(field, "is missing");
  const std::string_view view(stored->c_str(), stored->size());
  switch (text_fault(view, limit, lines)) {
    case TextFault::kNone: out.assign(view); return {};
    case TextFault::kEmpty: return bad(field, "is empty");
    case TextFault::kTooLong: return bad(field, "is too long");
    case TextFault::kControl: return bad(field, "holds a control character");
    case TextFault::kNotUtf8: break;
  }
  return bad(field, "is not UTF-8");
}

Result<void> EventReader::optional_text(std::string_view field, const flatbuffers::String* stored,
                                        std::string& out, std::size_t limit) const {
  if (stored == nullptr) return {};
  return text(field, stored, out, limit);
}

Result<void> EventReader::identifier(std::string_view field, const flatbuffers::String* stored,
                                     std::string& out) const {
  if (stored == nullptr) return bad(field, "is missing");
  const std::string_view view(stored->c_str(), stored->size());
  if (!domain::is_identifier(view)) return bad(field, "is not an identifier");
  out.assign(view);
  return {};
}

Result<void> EventReader::optional_identifier(std::string_view field,
                                              const flatbuffers::String* stored,
                                              std::optional<std::string>& out) const {
  if (stored == nullptr) return {};
  return identifier(field, stored, out.emplace());
}

Result<void> EventReader::quantity(std::string_view field, std::int64_t stored,
                                   Quantity& out) const {
  const std::optional<Quantity> known = Quantity::from_millionths(stored);
  if (!known || known->is_negative()) return bad(field, "is out of range");
  out = *known;
  return {};
}

Result<void> EventReader::date(std::string_view field, std::int32_t stored, Date& out) const {
  out.days = stored;
  if (!out.in_range()) return bad(field, "is out of range");
  return {};
}

Result<void> EventReader::year(std::int16_t stored, Year& out) const {
  out.begins = stored;
  if (out < kFirstYear || out > kLastYear) return bad("year", "is out of range");
  return {};
}

Result<void> EventReader::optional_reference(std::string_view field, std::uint64_t stored,
                                             Reference& out) const {
  if (stored >= sequence_) return bad(field, "does not refer to an earlier event");
  out.sequence.value = stored;
  return {};
}

Result<void> EventReader::reference(std::string_view field, std::uint64_t stored,
                                    Reference& out) const {
  if (stored == 0) return bad(field, "is missing");
  return optional_reference(field, stored, out);
}

Result<void> EventReader::document(const fb::Evidence& stored, Evidence& out) const {
  if (has_fields_behind(fb::Evidence::VT_MEDIA_TYPE, &stored)) return bad("evidence", kUnknown);
  std::memcpy(out.sha256.bytes.data(), stored.sha256(), out.sha256.bytes.size());
  return optional_text("media_type", stored.media_type(), out.media_type);
}

Result<void> EventReader::evidence(
    const flatbuffers::Vector<flatbuffers::Offset<fb::Evidence>>* stored,
    std::vector<Evidence>& out) const {
  if (stored == nullptr) return {};
  if (stored->size() == 0) return bad("evidence", "is an empty list");
  if (stored->size() > limits::kEvidenceItems) return bad("evidence", "has too many items");
  out.resize(stored->size());
  for (flatbuffers::uoffset_t i = 0; i < stored->size(); ++i) {
    TALLY_TRY(document(*stored->Get(i), out[i]));
  }
  return {};
}

Result<void> EventReader::read(const fb::LedgerOpened& stored, LedgerOpened& out) const {
  TALLY_TRY(text("name", stored.name(), out.name));
  TALLY_TRY(text("origin", stored.origin(), out.origin));
  TALLY_TRY(text("currency", stored.currency(), out.currency));
  TALLY_TRY(text("vkey", stored.vkey(), out.vkey, kVkeyBytes));
  out.year_start = YearStart{stored.year_start()->month(), stored.year_start()->day()};
  const Result<YearStart> checked = YearStart::parse(out.year_start.to_string());
  if (!checked.ok()) return bad("year_start", "is not a day of every year");
  return {};
}

Result<void> EventReader::read(const fb::Organisation& stored, Organisation& out) const {
  if ((stored.scheme() == nullptr) != (stored.identifier() == nullptr)) {
    return bad("scheme", "and `identifier` do not stand together");
  }
  TALLY_TRY(text("name", stored.name(), out.name));
  TALLY_TRY(optional_text("scheme", stored.scheme(), out.scheme));
  return optional_text("identifier", stored.identifier(), out.identifier);
}

Result<void> EventReader::read(const fb::Programme& stored, Programme& out) const {
  return text("name", stored.name(), out.name);
}

Result<void> EventReader::read(const fb::Contract& stored, Contract& out) const {
  const fb::ContractFixed& fixed = *stored.fixed();
  TALLY_TRY(text("title", stored.title(), out.title));
  TALLY_TRY(reference("buyer", fixed.buyer(), out.buyer));
  TALLY_TRY(reference("supplier", fixed.supplier(), out.supplier));
  TALLY_TRY(optional_reference("programme", fixed.programme(), out.programme));
  TALLY_TRY(optional_text("ocid", stored.ocid(), out.ocid));
  if (fixed.amount() != kNoAmount) {
    TALLY_TRY(quantity("amount", fixed.amount(), out.amount.emplace()));
  }
  if (fixed.from() != kNoDate) TALLY_TRY(date("from", fixed.from(), out.from.emplace()));
  if (fixed.to() != kNoDate) TALLY_TRY(date("to", fixed.to(), out.to.emplace()));
  if (out.from && out.to && *out.from > *out.to) return bad("from", "is later than `to`");
  return {};
}

Result<void> EventReader::read(const fb::Measure& stored, Measure& out) const {
  const fb::MeasureFixed& fixed = *stored.fixed();
  if (fixed.basis() < fb::Basis::Count || fixed.basis() > fb::Basis::Ratio) {
    return bad("basis", "is none that is known");
  }
  out.basis = static_cast<Basis>(fixed.basis());
  TALLY_TRY(text("title", stored.title(), out.title));
  TALLY_TRY(text("unit", stored.unit(), out.unit));
  TALLY_TRY(optional_text("framework", stored.framework(), out.framework));
  TALLY_TRY(optional_text("edition", stored.edition(), out.edition));
  TALLY_TRY(quantity("proxy", fixed.proxy(), out.proxy));
  TALLY_TRY(optional_text("proxy_source", stored.proxy_source(), out.proxy_source,
                          limits::kProxySourceBytes));
  TALLY_TRY(optional_reference("numerator", fixed.numerator(), out.numerator));
  TALLY_TRY(optional_reference("denominator", fixed.denominator(), out.denominator));
  const bool proxy = out.basis == Basis::kProxy;
  const bool ratio = out.basis == Basis::kRatio;
  if (proxy == out.proxy_source.empty() || (!proxy && !out.proxy.is_zero())) {
    return bad("proxy", "does not fit the basis");
  }
  if (ratio != out.numerator.present() || ratio != out.denominator.present()) {
    return bad("numerator", "and `denominator` do not fit the basis");
  }
  return {};
}

Result<void> EventReader::read(const fb::Commitment& stored, Commitment& out) const {
  const fb::CommitmentFixed& fixed = *stored.fixed();
  TALLY_TRY(reference("organisation", fixed.organisation(), out.organisation));
  TALLY_TRY(reference("programme", fixed.programme(), out.programme));
  TALLY_TRY(reference("measure", fixed.measure(), out.measure));
  TALLY_TRY(optional_reference("contract", fixed.contract(), out.contract));
  const auto* const schedule = stored.schedule();
  out.scheduled = schedule != nullptr;
  if (!out.scheduled) {
    ScheduleLine& line = out.schedule.emplace_back();
    TALLY_TRY(year(fixed.year(), line.year));
    return quantity("quantity", fixed.quantity(), line.quantity);
  }
  if (fixed.year() != 0 || fixed.quantity() != 0) return bad("year", "stands beside a schedule");
  if (schedule->size() == 0 || schedule->size() > limits::kScheduleLines) {
    return bad("schedule", "has no lines or too many");
  }
  // The verifier checks where a list begins, not how the structs in it are aligned.
  if (reinterpret_cast<std::uintptr_t>(schedule->Data()) % alignof(fb::ScheduleLine) != 0) {
    return bad("schedule", "is not aligned");
  }
  out.schedule.resize(schedule->size());
  for (flatbuffers::uoffset_t i = 0; i < schedule->size(); ++i) {
    TALLY_TRY(year(schedule->Get(i)->year(), out.schedule[i].year));
    TALLY_TRY(quantity("quantity", schedule->Get(i)->quantity(), out.schedule[i].quantity));
    for (flatbuffers::uoffset_t before = 0; before < i; ++before) {
      if (out.schedule[before].year == out.schedule[i].year) return bad("year", "stands twice");
    }
  }
  return {};
}

Result<void> EventReader::read(const fb::Claim& stored, Claim& out) const {
  const fb::ClaimFixed& fixed = *stored.fixed();
  if (fixed.commitment() != 0) {
    if ((fixed.organisation() | fixed.programme() | fixed.measure() | fixed.contract()) != 0) {
      return bad("commitment", "stands beside an organisation, programme, measure or contract");
    }
    TALLY_TRY(reference("commitment", fixed.commitment(), out.commitment));
  } else {
    TALLY_TRY(reference("organisation", fixed.organisation(), out.organisation));
    TALLY_TRY(reference("programme", fixed.programme(), out.programme));
    TALLY_TRY(reference("measure", fixed.measure(), out.measure));
    TALLY_TRY(optional_reference("contract", fixed.contract(), out.contract));
  }
  TALLY_TRY(quantity("quantity", fixed.quantity(), out.quantity));
  TALLY_TRY(date("from", fixed.from(), out.from));
  TALLY_TRY(date("to", fixed.to(), out.to));
  if (out.from > out.to) return bad("from", "is later than `to`");
  return evidence(stored.evidence(), out.evidence);
}

Result<void> EventReader::read(const fb::Verification& stored, Verification& out) const {
  const fb::VerificationFixed& fixed = *stored.fixed();
  if (fixed.outcome() < fb::Outcome::Accepted || fixed.outcome() > fb::Outcome::Rejected) {
    return bad("outcome", "is none that is known");
  }
  out.outcome = static_cast<Outcome>(fixed.outcome());
  TALLY_TRY(reference("claim", fixed.claim(), out.claim));
  TALLY_TRY(quantity("quantity", fixed.quantity(), out.quantity));
  if ((out.outcome == Outcome::kPartial) == out.quantity.is_zero()) {
    return bad("quantity", "does not fit the outcome");
  }
  TALLY_TRY(text("method", stored.method(), out.method));
  return evidence(stored.evidence(), out.evidence);
}

Result<void> EventReader::read(const fb::Correction& stored, Correction& out) const {
  TALLY_TRY(reference("corrects", stored.fixed()->corrects(), out.corrects));
  TALLY_TRY(text("reason", stored.reason(), out.reason, limits::kReasonBytes, Lines::kMany));
  if (stored.replacement_type() == fb::Body::NONE) {
    if (stored.replacement() != nullptr) return bad("replacement", "has no type");
    return {};
  }
  if (has_unknown_fields(stored.replacement_type(), stored.replacement())) {
    return bad("replacement", kUnknown);
  }
  return body(stored.replacement_type(), stored.replacement(), out.replacement.emplace().body);
}

Result<void> EventReader::read(const fb::KeyRotated& stored, KeyRotated& out) const {
  TALLY_TRY(text("old_vkey", stored.old_vkey(), out.old_vkey, kVkeyBytes));
  return text("new_vkey", stored.new_vkey(), out.new_vkey, kVkeyBytes);
}

Result<void> EventReader::read(const fb::LedgerRestored& stored, LedgerRestored& out) const {
  out.from_size.count = stored.fixed()->from_size();
  if (out.from_size.count == 0 || out.from_size.count > kLastSequence) {
    return bad("from_size", "is out of range");
  }
  std::memcpy(out.from_root.bytes.data(), &stored.fixed()->from_root(), out.from_root.bytes.size());
  return {};
}

Result<void> EventReader::read(const fb::Statement& stored, Statement& out) const {
  if (has_fields_behind(fb::Statement::VT_CONTRACT, &stored)) return bad("statements", kUnknown);
  const fb::StatementFixed& fixed = *stored.fixed();
  if (fixed.stage() > fb::Stage::Pending) return bad("stage", "is none that is known");
  if (fixed.qualifier() < fb::Qualifier::Exact || fixed.qualifier() > fb::Qualifier::About) {
    return bad("qualifier", "is none that is known");
  }
  if (fixed.of() < fb::StatementOf::Quantity || fixed.of() > fb::StatementOf::Value) {
    return bad("of", "is none that is known");
  }
  out.qualifier = static_cast<Qualifier>(fixed.qualifier());
  out.of = static_cast<StatementOf>(fixed.of());
  TALLY_TRY(text("label", stored.label(), out.label));
  FigureReference& figure = out.figure;
  figure.stage = static_cast<Stage>(fixed.stage());
  TALLY_TRY(year(fixed.year(), figure.year));
  TALLY_TRY(identifier("measure", stored.measure(), figure.measure));
  TALLY_TRY(optional_identifier("programme", stored.programme(), figure.programme));
  TALLY_TRY(optional_identifier("organisation", stored.organisation(), figure.organisation));
  const bool none = stored.contract() != nullptr &&
                    stored.contract()->string_view() == FigureReference::kNoContract;
  if (none) figure.contract = FigureReference::kNoContract;
  if (!none) TALLY_TRY(optional_identifier("contract", stored.contract(), figure.contract));
  if (fixed.as_of() != kNoPoint) figure.as_of = Sequence{fixed.as_of()};
  if (figure.as_of && figure.as_of->value >= sequence_) return bad("as_of", "is yet to come");
  const std::optional<Quantity> stated = Quantity::from_millionths(fixed.stated());
  if (!stated) return bad("stated", "is out of range");
  out.stated = *stated;
  return {};
}

Result<void> EventReader::read(const fb::Publication& stored, Publication& out) const {
  const fb::PublicationFixed& fixed = *stored.fixed();
  TALLY_TRY(year(fixed.year(), out.year));
  TALLY_TRY(text("title", stored.title(), out.title));
  TALLY_TRY(optional_reference("supersedes", fixed.supersedes(), out.supersedes));
  if (fixed.as_of() >= sequence_) return bad("as_of", "is yet to come");
  out.as_of = Sequence{fixed.as_of()};
  Hash& root = out.totals_root.emplace();
  std::memcpy(root.bytes.data(), stored.totals_root(), root.bytes.size());
  if (stored.document() != nullptr) {
    TALLY_TRY(document(*stored.document(), out.document.emplace()));
  }
  if (stored.statements() == nullptr) return {};
  if (stored.statements()->size() == 0) return bad("statements", "is an empty list");
  if (stored.statements()->size() > limits::kStatements) {
    return bad("statements", "has too many items");
  }
  out.statements.resize(stored.statements()->size());
  for (flatbuffers::uoffset_t i = 0; i < stored.statements()->size(); ++i) {
    TALLY_TRY(read(*stored.statements()->Get(i), out.statements[i]));
  }
  return {};
}

Result<void> EventReader::read(const fb::Erasure& stored, Erasure& out) const {
  if (stored.fixed()->erases() >= sequence_) return bad("erases", "is yet to come");
  out.erases.value = stored.fixed()->erases();
  return text("reason", stored.reason(), out.reason, limits::kReasonBytes, Lines::kMany);
}

Result<void> EventReader::body(fb::Body type, const void* stored, Body& out) const {
  if (stored == nullptr) return bad("body", "is missing");
  const auto as = [&]<typename Stored, typename Value>(const Stored* one, Value& value) {
    return read(*one, value);
  };
  switch (type) {
    case fb::Body::Organisation:
      return as(static_cast<const fb::Organisation*>(stored), out.emplace<Organisation>());
    case fb::Body::Programme:
      return as(static_cast<const fb::Programme*>(stored), out.emplace<Programme>());
    case fb::Body::Contract:
      return as(static_cast<const fb::Contract*>(stored), out.emplace<Contract>());
    case fb::Body::Measure:
      return as(static_cast<const fb::Measure*>(stored), out.emplace<Measure>());
    case fb::Body::Commitment:
      return as(static_cast<const fb::Commitment*>(stored), out.emplace<Commitment>());
    case fb::Body::Claim: return as(static_cast<const fb::Claim*>(stored), out.emplace<Claim>());
    case fb::Body::Verification:
      return as(static_cast<const fb::Verification*>(stored), out.emplace<Verification>());
    default:
      return bad("body", fmt::format("is of type {}, which is none that can stand here",
                                     static_cast<unsigned>(type)));
  }
}

Result<void> EventReader::content(const fb::Event& stored, Entry& entry) const {
  const bool opens = stored.body_type() == fb::Body::LedgerOpened;
  if (opens != (sequence_ == 0)) {
    return bad("body", opens ? "opens a ledger that is open" : "does not open the ledger");
  }
  if (has_unknown_fields(stored.body_type(), stored.body())) return bad("body", kUnknown);
  const bool rotates = stored.body_type() == fb::Body::KeyRotated;
  const bool restores = stored.body_type() == fb::Body::LedgerRestored;
  const bool own = opens || rotates || restores;
  if (own &&
      (stored.id() != nullptr || stored.actor() != nullptr || stored.details_digest() != nullptr)) {
    return bad("id", "or `actor` or details stand in what the ledger wrote itself");
  }
  if (opens) return read(*stored.body_as_LedgerOpened(), entry.content.emplace<LedgerOpened>());
  if (rotates) return read(*stored.body_as_KeyRotated(), entry.content.emplace<KeyRotated>());
  if (restores) {
    return read(*stored.body_as_LedgerRestored(), entry.content.emplace<LedgerRestored>());
  }
  TALLY_TRY(identifier("id", stored.id(), entry.id));
  TALLY_TRY(identifier("actor", stored.actor(), entry.actor));
  if (stored.body_type() == fb::Body::Correction) {
    return read(*stored.body_as_Correction(), entry.content.emplace<Correction>());
  }
  if (stored.body_type() == fb::Body::Publication) {
    return read(*stored.body_as_Publication(), entry.content.emplace<Publication>());
  }
  if (stored.body_type() == fb::Body::Erasure) {
    return read(*stored.body_as_Erasure(), entry.content.emplace<Erasure>());
  }
  return body(stored.body_type(), stored.body(), entry.content.emplace<Body>());
}

Result<void> EventReader::read(const fb::Event& stored, Event& event) const {
  if (sequence_ > kLastSequence) return bad("sequence", "is out of range");
  if (has_fields_behind(fb::Event::VT_BODY, &stored)) return bad("event", kUnknown);
  event.sequence.value = sequence_;
  event.recorded_at.micros = stored.header()->recorded_at();
  if (event.recorded_at.micros < 0 || event.recorded_at.micros > kLastMicros) {
    return bad("recorded_at", "is out of range");
  }
  if (stored.details_digest() != nullptr) {
    Hash& digest = event.details_digest.emplace();
    std::memcpy(digest.bytes.data(), stored.details_digest(), digest.bytes.size());
  }
  return content(stored, event.entry);
}

}  // namespace

Result<Event> decode_event(std::string_view bytes) {
  Result<Event> result{Event{}};
  if (bytes.size() > limits::kEventBytes) {
    result = damaged(fmt::format("An event has {} bytes; at most {} are possible.", bytes.size(),
                                 limits::kEventBytes));
    return result;
  }
  // Numbers are read where they stand, so the bytes must be aligned as they were when written.
  std::vector<std::uint64_t> aligned;
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint64_t) != 0) {
    aligned.resize(bytes.size() / sizeof(std::uint64_t) + 1);
    std::memcpy(aligned.data(), bytes.data(), bytes.size());
    bytes = {reinterpret_cast<const char*>(aligned.data()), bytes.size()};
  }
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  flatbuffers::Verifier verifier(data, bytes.size(), kTableDepth, kTables);
  if (!fb::VerifyEventBuffer(verifier)) {
    result = damaged(fmt::format("{} bytes are not those of an event.", bytes.size()));
    return result;
  }
  const fb::Event& stored = *fb::GetEvent(data);
  const EventReader reader(stored.header()->sequence());
  Result<void> read = reader.read(stored, *result);
  if (!read.ok()) result = read.take_error();
  return result;
}

}  // namespace tally::codec
