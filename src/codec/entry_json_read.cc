#include <fmt/format.h>

#include "base/check.h"
#include "base/shown.h"
#include "base/try.h"
#include "codec/entry_fields.h"
#include "codec/entry_items.h"
#include "codec/entry_json.h"
#include "codec/entry_slots.h"
#include "codec/entry_values.h"
#include "codec/json_syntax.h"
#include "domain/identifier.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

using enum Field;
using What = StructureFault::What;

constexpr FieldSet kEnvelope{kType, kId, kActor, kNote};

Error bad_entry(std::string message) {
  return entry_error(ErrorCode::kBadEntry, std::move(message));
}

// Builds the body of one type from slots that are known to be those of its kind.
class BodyReader {
 public:
  BodyReader(const EntrySlots& slots, YearStart year_start)
      : slots_(slots), year_start_(year_start) {}

  Result<void> read(Organisation& body) const;
  Result<void> read(Programme& body) const { return text(kName, body.name); }
  Result<void> read(Contract& body) const;
  Result<void> read(Measure& body) const;
  Result<void> read(Commitment& body) const;
  Result<void> read(Claim& body) const;
  Result<void> read(Verification& body) const;
  Result<void> read(ParsedEntry& parsed, Correction& correction) const;
  Result<void> read(Publication& content) const;
  Result<void> read(Erasure& content) const;

  Result<void> text(Field field, std::string& out, std::size_t limit = limits::kTextBytes,
                    Lines lines = Lines::kOne) const {
    if (!slots_.has(field)) return {};
    return read_text(slots_.slot(field), field, limit, lines, out);
  }
  Result<void> identifier(Field field, std::string& out) const {
    if (!slots_.has(field)) return {};
    return read_identifier(slots_.slot(field), field, out);
  }

 private:
  Result<void> reference(Field field, Reference& out) const { return identifier(field, out.id); }
  Result<void> quantity(Field field, Quantity& out) const {
    if (!slots_.has(field)) return {};
    return read_quantity(slots_.slot(field), field, out);
  }
  Result<void> evidence(std::vector<Evidence>& out) const {
    return slots_.has(kEvidence) ? read_evidence(slots_, out) : Result<void>();
  }

  const EntrySlots& slots_;
  const YearStart year_start_;
};

Error dates_reversed(Date from, Date to) {
  return entry_error(ErrorCode::kBadDate, fmt::format("`from` ({}) is later than `to` ({}).",
                                                      from.to_string(), to.to_string()));
}

Result<void> BodyReader::read(Organisation& body) const {
  if (slots_.has(kScheme) != slots_.has(kIdentifier)) {
    return bad_entry(fmt::format("`{}` stands without `{}`; give both or neither.",
                                 slots_.has(kScheme) ? "scheme" : "identifier",
                                 slots_.has(kScheme) ? "identifier" : "scheme"));
  }
  TALLY_TRY(text(kName, body.name));
  TALLY_TRY(text(kScheme, body.scheme));
  return text(kIdentifier, body.identifier);
}

Result<void> BodyReader::read(Contract& body) const {
  TALLY_TRY(text(kTitle, body.title));
  TALLY_TRY(reference(kBuyer, body.buyer));
  TALLY_TRY(reference(kSupplier, body.supplier));
  TALLY_TRY(reference(kProgramme, body.programme));
  TALLY_TRY(text(kOcid, body.ocid));
  if (slots_.has(kAmount)) TALLY_TRY(quantity(kAmount, body.amount.emplace()));
  if (slots_.has(kFrom)) TALLY_TRY(read_date(slots_.slot(kFrom), kFrom, body.from.emplace()));
  if (slots_.has(kTo)) TALLY_TRY(read_date(slots_.slot(kTo), kTo, body.to.emplace()));
  if (body.from && body.to && *body.from > *body.to) return dates_reversed(*body.from, *body.to);
  return {};
}

Result<void> BodyReader::read(Measure& body) const {
  TALLY_TRY(text(kTitle, body.title));
  TALLY_TRY(text(kUnit, body.unit));
  TALLY_TRY(text(kFramework, body.framework));
  TALLY_TRY(text(kEdition, body.edition));
  std::string word;
  TALLY_TRY(read_word(slots_.slot(kBasis), kBasis, word));
  const std::optional<Basis> basis = basis_from_name(word);
  if (!basis) {
    return bad_entry(
        fmt::format("In `basis`: `{}` is not a basis; it is one of `count`, `proxy`, "
                    "`in-kind`, `cash` and `ratio`.",
                    base::shown(word)));
  }
  body.basis = *basis;
  TALLY_TRY(quantity(kProxy, body.proxy));
  TALLY_TRY(text(kProxySource, body.proxy_source, limits::kProxySourceBytes));
  TALLY_TRY(reference(kNumerator, body.numerator));
  return reference(kDenominator, body.denominator);
}

Result<void> BodyReader::read(Commitment& body) const {
  TALLY_TRY(reference(kOrganisation, body.organisation));
  TALLY_TRY(reference(kProgramme, body.programme));
  TALLY_TRY(reference(kMeasure, body.measure));
  TALLY_TRY(reference(kContract, body.contract));
  body.scheduled = slots_.has(kSchedule);
  if (body.scheduled) return read_schedule(slots_, year_start_, body.schedule);
  ScheduleLine& line = body.schedule.emplace_back();
  TALLY_TRY(read_year(slots_.slot(kYear), kYear, year_start_, line.year));
  return quantity(kQuantity, line.quantity);
}

Result<void> BodyReader::read(Claim& body) const {
  TALLY_TRY(reference(kCommitment, body.commitment));
  TALLY_TRY(reference(kOrganisation, body.organisation));
  TALLY_TRY(reference(kProgramme, body.programme));
  TALLY_TRY(reference(kMeasure, body.measure));
  TALLY_TRY(reference(kContract, body.contract));
  TALLY_TRY(quantity(kQuantity, body.quantity));
  TALLY_TRY(read_date(slots_.slot(kFrom), kFrom, body.from));
  TALLY_TRY(read_date(slots_.slot(kTo), kTo, body.to));
  TALLY_TRY(evidence(body.evidence));
  if (body.from > body.to) return dates_reversed(body.from, body.to);
  return {};
}

Result<void> BodyReader::read(Verification& body) const {
  TALLY_TRY(reference(kClaim, body.claim));
  std::string word;
  TALLY_TRY(read_word(slots_.slot(kOutcome), kOutcome, word));
  const std::optional<Outcome> outcome = outcome_from_name(word);
  if (!outcome) {
    return bad_entry(
        fmt::format("In `outcome`: `{}` is not an outcome; it is one of `accepted`, "
                    "`partial` and `rejected`.",
                    base::shown(word)));
  }
  body.outcome = *outcome;
  TALLY_TRY(quantity(kQuantity, body.quantity));
  if (body.outcome == Outcome::kPartial && body.quantity.is_zero()) {
    return entry_error(ErrorCode::kBadQuantity,
                       "`quantity` is 0; what is verified in part is more than 0 and less than was "
                       "claimed. Write `rejected` where nothing was.");
  }
  TALLY_TRY(text(kMethod, body.method));
  return evidence(body.evidence);
}

Result<void> BodyReader::read(ParsedEntry& parsed, Correction& correction) const {
  TALLY_TRY(reference(kCorrects, correction.corrects));
  TALLY_TRY(text(kReason, correction.reason, limits::kReasonBytes, Lines::kMany));
  if (!slots_.has(kReplacement)) return {};
  const Slot& replacement = slots_.slot(kReplacement);
  if (replacement.kind != JsonKind::kObject) {
    return bad_entry("`replacement` must be an object: the entry's new body, whole.");
  }
  parsed.has_replacement = true;
  parsed.replacement_json.assign(replacement.raw);
  return {};
}

Result<void> BodyReader::read(Publication& content) const {
  TALLY_TRY(read_year(slots_.slot(kYear), kYear, year_start_, content.year));
  TALLY_TRY(text(kTitle, content.title));
  if (slots_.has(kDocument)) TALLY_TRY(read_document(slots_, content.document.emplace()));
  if (slots_.has(kAsOf)) {
    TALLY_TRY(read_sequence(slots_.slot(kAsOf), kAsOf, content.as_of.emplace()));
  }
  TALLY_TRY(reference(kSupersedes, content.supersedes));
  return read_statements(slots_, year_start_, content.statements);
}

Result<void> BodyReader::read(Erasure& content) const {
  TALLY_TRY(read_sequence(slots_.slot(kErases), kErases, content.erases));
  return text(kReason, content.reason, limits::kReasonBytes, Lines::kMany);
}

}  // namespace

struct EntryReader::State {
  explicit State(YearStart start) : year_start(start) {}

  YearStart year_start;
  EntrySlots slots;
  std::string word;

  BodyReader values() const { return BodyReader(slots, year_start); }
  Result<EntryType> type();
  Kind kind(EntryType type);
  Result<void> check_fields(const Kind& kind, FieldSet envelope, bool replacement) const;
  Result<void> build(ParsedEntry& parsed);
  Result<void> build_body(EntryType type, Body& body) const;
  Result<void> build_replacement(EntryType type, Replacement& replacement);
  std::string readable_id() const;

  // Loads one line and builds from it; what is not JSON is told before anything else.
  template <typename Build>
  Result<void> read(std::string_view json, Build build);
};

template <typename Build>
Result<void> EntryReader::State::read(std::string_view json, Build build) {
  slots.load(json);
  if (slots.collect()) {
    Result<void> built = build();
    if (built.ok()) return built;
  }
  if (const std::optional<JsonFault> fault = find_json_fault(json)) {
    return entry_error(
        ErrorCode::kBadJson,
        fault->offset == JsonFault::kNowhere
            ? fmt::format("The line is not JSON: {}.", fault->what)
            : fmt::format("The line is not JSON: at byte {}, {}.", fault->offset + 1, fault->what));
  }
  if (!slots.collect_with_faults()) {
    return bad_entry("An entry is one JSON object, `{` to `}`; this is some other value.");
  }
  return build();
}

Result<EntryType> EntryReader::State::type() {
  if (!slots.has(kType)) {
    return bad_entry(fmt::format("`type` is missing; every entry says its type, such as `claim`{}",
                                 slots.fault() && slots.fault()->what == What::kUnknown
                                     ? ended(suggest_field(slots.fault()->name, kEnvelope))
                                     : "."));
  }
  TALLY_TRY(read_word(slots.slot(kType), kType, word));
  const std::optional<EntryType> known = type_from_name(word);
  if ((known && is_of_ledger(*known)) || word == "ledger-restored") {
    return bad_entry(
        fmt::format("An entry of type `{}` is written by the ledger itself, and cannot "
                    "be submitted.",
                    word));
  }
  if (known) return *known;
  return bad_entry(
      fmt::format("`{}` is not a type of entry{}", base::shown(word), ended(suggest_type(word))));
}

Kind EntryReader::State::kind(EntryType type) {
  KindHints hints;
  hints.present = slots.present();
  const auto hint = [&](Field field) {
    return slots.has(field) && read_word(slots.slot(field), field, word).ok();
  };
  if (type == EntryType::kMeasure && hint(kBasis)) hints.basis = basis_from_name(word);
  if (type == EntryType::kVerification && hint(kOutcome)) hints.outcome = outcome_from_name(word);
  return kind_of(type, hints);
}

Result<void> EntryReader::State::check_fields(const Kind& kind, FieldSet envelope,
                                              bool replacement) const {
  const FieldSet allowed = kind.required | kind.optional | envelope | FieldSet{kNote};
  if (slots.fault()) return structure_error(*slots.fault(), allowed, kind.name);
  const FieldSet extra = slots.present() - allowed;
  if (!extra.empty() && replacement && kEnvelope.has(extra.first())) {
    return bad_entry(
        fmt::format("`{}` does not belong in a replacement: a correction never changes "
                    "it.",
                    field_name(extra.first())));
  }
  if (!extra.empty()) {
    return bad_entry(
        fmt::format("`{}` does not belong in {}.", field_name(extra.first()), kind.name));
  }
  return check_required(kind.required | envelope, slots.present(), kind.name);
}

Result<void> EntryReader::State::build_body(EntryType type, Body& body) const {
  const BodyReader reader = values();
  switch (type) {
    case EntryType::kOrganisation: return reader.read(body.emplace<Organisation>());
    case EntryType::kProgramme: return reader.read(body.emplace<Programme>());
    case EntryType::kContract: return reader.read(body.emplace<Contract>());
    case EntryType::kMeasure: return reader.read(body.emplace<Measure>());
    case EntryType::kCommitment: return reader.read(body.emplace<Commitment>());
    case EntryType::kClaim: return reader.read(body.emplace<Claim>());
    case EntryType::kVerification: return reader.read(body.emplace<Verification>());
    case EntryType::kLedgerOpened:
    case EntryType::kKeyRotated:
    case EntryType::kLedgerRestored:
    case EntryType::kPublication:
    case EntryType::kErasure:
    case EntryType::kCorrection: break;
  }
  // The type has been looked at by now: one that no body has is a bug.
  TALLY_CHECK(type >= EntryType::kOrganisation && type <= EntryType::kVerification);
  return {};
}

Result<void> EntryReader::State::build(ParsedEntry& parsed) {
  parsed.has_replacement = false;
  parsed.replacement_json.clear();
  parsed.entry = Entry{};
  TALLY_ASSIGN(const EntryType known, type());
  TALLY_TRY(check_fields(kind(known), {kType, kId, kActor}, false));
  const BodyReader reader = values();
  TALLY_TRY(reader.identifier(kId, parsed.entry.id));
  TALLY_TRY(reader.identifier(kActor, parsed.entry.actor));
  if (known == EntryType::kCorrection) {
    TALLY_TRY(reader.read(parsed, parsed.entry.content.emplace<Correction>()));
  } else if (known == EntryType::kPublication) {
    TALLY_TRY(reader.read(parsed.entry.content.emplace<Publication>()));
  } else if (known == EntryType::kErasure) {
    TALLY_TRY(reader.read(parsed.entry.content.emplace<Erasure>()));
  } else {
    TALLY_TRY(build_body(known, parsed.entry.content.emplace<Body>()));
  }
  return reader.text(kNote, parsed.entry.note, limits::kNoteBytes, Lines::kMany);
}

Result<void> EntryReader::State::build_replacement(EntryType type, Replacement& replacement) {
  replacement = Replacement{};
  TALLY_TRY(check_fields(kind(type), {}, true));
  TALLY_TRY(build_body(type, replacement.body));
  return values().text(kNote, replacement.note, limits::kNoteBytes, Lines::kMany);
}

// The id that an error names: only one that could be an id.
std::string EntryReader::State::readable_id() const {
  std::string id;
  if (slots.has(kId) && !read_identifier(slots.slot(kId), kId, id).ok()) id.clear();
  return id;
}

EntryReader::EntryReader(YearStart year_start) : state_(std::make_unique<State>(year_start)) {}
EntryReader::~EntryReader() = default;

Result<ParsedEntry> EntryReader::read(std::string_view line) {
  Result<ParsedEntry> result{ParsedEntry{}};
  if (line.size() > limits::kLineBytes) {
    result = entry_error(ErrorCode::kTooLarge,
                         fmt::format("The line has {} bytes; at most {} are allowed.", line.size(),
                                     limits::kLineBytes));
    return result;
  }
  Result<void> read = state_->read(line, [&] { return state_->build(*result); });
  if (!read.ok()) {
    Error error = read.take_error();
    error.entry = state_->readable_id();
    result = std::move(error);
  }
  return result;
}

Result<void> EntryReader::read_replacement(ParsedEntry& parsed, EntryType type) {
  Correction* const correction = std::get_if<Correction>(&parsed.entry.content);
  TALLY_CHECK(correction != nullptr && parsed.has_replacement);
  Replacement replacement;
  Result<void> read = state_->read(parsed.replacement_json,
                                   [&] { return state_->build_replacement(type, replacement); });
  if (!read.ok()) {
    Error error = read.take_error();
    error.message = fmt::format("In `replacement`: {}", error.message);
    error.entry = parsed.entry.id;
    return error;
  }
  correction->replacement = std::move(replacement);
  return {};
}

}  // namespace tally::codec
