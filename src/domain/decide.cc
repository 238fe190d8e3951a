#include "domain/decide.h"

#include <fmt/format.h>

#include "base/try.h"
#include "domain/references.h"

namespace tally::domain {
namespace {

Error refuse(ErrorCode code, std::string message) { return {code, std::move(message), {}, 0, {}}; }

std::string named(const Reference& reference) {
  return reference.id.empty() ? fmt::format("event {}", reference.sequence.value)
                              : fmt::format("\"{}\"", reference.id);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

template <typename Terms>
const Terms& terms_of(const Record& record) {
  return std::get<Terms>(record.terms);
}

// Finds what a reference names, by its id where it has one.
Result<const Record*> resolve(Records& records, Reference& reference, const char* field) {
  if (!reference.id.empty()) {
    TALLY_ASSIGN(const std::optional<Sequence> sequence, records.sequence_of(reference.id));
    reference.sequence = sequence.value_or(Sequence{});
  }
  const Record* record = nullptr;
  if (reference.sequence.value != 0) {
    TALLY_ASSIGN(record, records.find(reference.sequence));
  }
  if (record == nullptr) {
    return refuse(ErrorCode::kUnknownReference,
                  fmt::format("`{}` names {}, which is not in the ledger; record it first", field,
                              named(reference)));
  }
  return record;
}

// The measures that a reference may name, beyond being a measure.
Result<void> check_measure(const Reference& reference, const ReferenceField& field,
                           const Record& record, const Body& body) {
  const Basis basis = terms_of<MeasureTerms>(record).basis;
  if (std::holds_alternative<Measure>(body)) {
    if (basis == Basis::kCount) return {};
    return refuse(ErrorCode::kWrongType,
                  fmt::format("`{}` names {}, a measure of basis {}; a ratio is of two measures of "
                              "basis count",
                              field.name, named(reference), basis_name(basis)));
  }
  if (basis != Basis::kRatio) return {};
  return refuse(ErrorCode::kWrongType,
                fmt::format("{} is a ratio: it is computed from two other measures, and nothing is "
                            "committed, claimed or verified against it",
                            named(reference)));
}

Result<void> check_reference(Records& records, Reference& reference, const ReferenceField& field,
                             const Body& body) {
  TALLY_ASSIGN(const Record* record, resolve(records, reference, field.name));
  if (record->type != field.expects) {
    return refuse(ErrorCode::kWrongType,
                  fmt::format("`{}` names {}, which is a {}, not a {}", field.name,
                              named(reference), type_name(record->type), type_name(field.expects)));
  }
  if (field.expects == EntryType::kMeasure) {
    TALLY_TRY(check_measure(reference, field, *record, body));
  }
  if (record->standing == Standing::kWithdrawn) {
    return refuse(ErrorCode::kWithdrawn,
                  fmt::format("`{}` names {}, which is withdrawn; reinstate it by a correction "
                              "first",
                              field.name, named(reference)));
  }
  return {};
}

Result<void> check_references(Records& records, Body& body) {
  Result<void> outcome;
  for_each_reference(body, [&](Reference& reference, const ReferenceField& field) {
    outcome = check_reference(records, reference, field, body);
    return outcome.ok();
  });
  return outcome;
}

Result<void> check_measure_body(const Settings& settings, const Measure& measure, Sequence self) {
  if ((measure.basis == Basis::kInKind || measure.basis == Basis::kCash) &&
      measure.unit != settings.currency) {
    return refuse(
        ErrorCode::kBadEntry,
        fmt::format("the unit of a measure of basis {} is the ledger's currency, {}; this "
                    "one says \"{}\"",
                    basis_name(measure.basis), settings.currency, measure.unit));
  }
  const bool names_itself = self.value != 0 && (measure.numerator.sequence == self ||
                                                measure.denominator.sequence == self);
  if (names_itself) {
    return refuse(ErrorCode::kWrongType, "a ratio cannot be its own numerator or denominator");
  }
  return {};
}

Result<void> check_claim_body(const Settings& settings, const Claim& claim) {
  const Year first = settings.year_start.year_of(claim.from);
  const Year last = settings.year_start.year_of(claim.to);
  if (first == last) return {};
  return refuse(
      ErrorCode::kStraddlesYear,
      fmt::format("{} to {} lies in the reporting years {} and {}; split the claim at {}",
                  claim.from.to_string(), claim.to.to_string(),
                  settings.year_start.year_text(first), settings.year_start.year_text(last),
                  settings.year_start.first_day(last).to_string()));
}

// `self` is the verification itself where it stands already (a correction of it), else 0.
Result<void> check_verification_body(Records& records, const Verification& verification,
                                     const std::string& actor, Sequence self) {
  TALLY_ASSIGN(const Record* record, records.find(verification.claim.sequence));
  const ClaimTerms& claim = terms_of<ClaimTerms>(*record);
  if (verification.outcome == Outcome::kPartial &&
      (verification.quantity.millionths() <= 0 || verification.quantity >= claim.quantity)) {
    return refuse(ErrorCode::kBadQuantity,
                  fmt::format("a partial verification accepts more than 0 and less than the {} "
                              "claimed; this one says {}",
                              claim.quantity.to_string(), verification.quantity.to_string()));
  }
  if (claim.verification.value != 0 && claim.verification != self) {
    return refuse(ErrorCode::kAlreadyVerified,
                  fmt::format("{} already has a verification in force (event {}); correct that one "
                              "instead",
                              named(verification.claim), claim.verification.value));
  }
  if (claim.actors.contains(actor)) {
    return refuse(ErrorCode::kSameActor,
                  fmt::format("\"{}\" recorded {} or a correction of it, so someone else must "
                              "verify it",
                              actor, named(verification.claim)));
  }
  return {};
}

// The rules of a body's own type.  `self` is 0 for a new entry.
Result<void> check_body(Records& records, const Settings& settings, const Body& body,
                        const std::string& actor, Sequence self) {
  if (const auto* measure = std::get_if<Measure>(&body)) {
    return check_measure_body(settings, *measure, self);
  }
  if (const auto* claim = std::get_if<Claim>(&body)) return check_claim_body(settings, *claim);
  if (const auto* verification = std::get_if<Verification>(&body)) {
    return check_verification_body(records, *verification, actor, self);
  }
  return {};
}

Result<void> check_measure_change(const Record& target, const Measure& measure,
                                  const Reference& corrects) {
  const auto& now = terms_of<MeasureTerms>(target);
  if (now.basis == Basis::kRatio) {
    if (measure.basis == Basis::kRatio && measure.numerator.sequence == now.numerator &&
        measure.denominator.sequence == now.denominator) {
      return {};
    }
    return refuse(ErrorCode::kInUse,
                  fmt::format("the basis, numerator and denominator of the ratio {} never change; "
                              "define another measure",
                              named(corrects)));
  }
  if (target.users == 0) return {};
  if (measure.unit != now.unit) {
    return refuse(
        ErrorCode::kInUse,
        fmt::format("{} is in use, so its unit stays \"{}\"; \"{}\" needs another measure",
                    named(corrects), now.unit, measure.unit));
  }
  if (measure.basis != now.basis) {
    return refuse(ErrorCode::kInUse,
                  fmt::format("{} is in use, so its basis stays {}; {} needs another measure",
                              named(corrects), basis_name(now.basis), basis_name(measure.basis)));
  }
  return {};
}

Result<void> check_commitment_change(const Record& target, const Commitment& commitment,
                                     const Reference& corrects) {
  const Dimensions& now = terms_of<CommitmentTerms>(target).dimensions;
  const Dimensions then = {commitment.measure.sequence, commitment.programme.sequence,
                           commitment.organisation.sequence, commitment.contract.sequence};
  if (target.users == 0 || now == then) return {};
  return refuse(ErrorCode::kInUse,
                fmt::format("{} in force stand on {}, so its organisation, programme, measure and "
                            "contract stay as they are; withdraw those first",
                            counted(target.users, "claim", "claims"), named(corrects)));
}

Result<void> check_replacement(Records& records, const Settings& settings, const Entry& entry,
                               Correction& correction) {
  Body& body = correction.replacement->body;
  TALLY_TRY(check_references(records, body));
  TALLY_ASSIGN(const Record* target, records.find(correction.corrects.sequence));
  if (const auto* measure = std::get_if<Measure>(&body)) {
    TALLY_TRY(check_measure_change(*target, *measure, correction.corrects));
  } else if (const auto* commitment = std::get_if<Commitment>(&body)) {
    TALLY_TRY(check_commitment_change(*target, *commitment, correction.corrects));
  } else if (const auto* verification = std::get_if<Verification>(&body)) {
    const VerificationTerms now = terms_of<VerificationTerms>(*target);
    if (verification->claim.sequence != now.claim) {
      return refuse(
          ErrorCode::kBadEntry,
          fmt::format("{} verifies event {}; its replacement names {}, and must name the "
                      "same claim",
                      named(correction.corrects), now.claim.value, named(verification->claim)));
    }
    // Whoever verified it may have corrected the claim since: then it is theirs no longer.
    TALLY_TRY(
        check_verification_body(records, *verification, now.actor, correction.corrects.sequence));
  }
  return check_body(records, settings, body, entry.actor, correction.corrects.sequence);
}

// What is published of a figure names a measure that exists, in force or not.
Result<void> check_statements(Records& records, const Publication& publication) {
  for (std::size_t i = 0; i < publication.statements.size(); ++i) {
    Reference measure{publication.statements[i].figure.measure, {}};
    auto of_statement = [&](Error error) {
      error.message = fmt::format("in `statements`, item {}: {}", i + 1, error.message);
      return error;
    };
    auto record = resolve(records, measure, "figure");
    if (!record.ok()) return of_statement(record.take_error());
    if ((*record)->type == EntryType::kMeasure) continue;
    return of_statement(
        refuse(ErrorCode::kWrongType, fmt::format("`figure` names {}, which is a {}, not a measure",
                                                  named(measure), type_name((*record)->type))));
  }
  return {};
}

Error beyond(std::string_view field, Sequence point, Sequence next) {
  return refuse(ErrorCode::kBadEntry,
                fmt::format("{} says event {}, and the last event before this one is {}", field,
                            point.value, next.value - 1));
}

Result<void> decide_publication(Records& records, const Settings& settings, Sequence next,
                                Publication& publication) {
  std::optional<PublicationTerms> superseded;
  if (publication.supersedes.present()) {
    TALLY_ASSIGN(const Record* record, resolve(records, publication.supersedes, "supersedes"));
    if (record->type != EntryType::kPublication) {
      return refuse(ErrorCode::kWrongType,
                    fmt::format("`supersedes` names {}, which is a {}, not a publication",
                                named(publication.supersedes), type_name(record->type)));
    }
    superseded = terms_of<PublicationTerms>(*record);
  }
  TALLY_TRY(check_statements(records, publication));
  if (superseded && superseded->year != publication.year) {
    return refuse(
        ErrorCode::kBadYear,
        fmt::format("this is of {}, and {}, which it supersedes, of {}",
                    settings.year_start.year_text(publication.year), named(publication.supersedes),
                    settings.year_start.year_text(superseded->year)));
  }
  if (!publication.as_of) publication.as_of = Sequence{next.value - 1};
  if (*publication.as_of >= next) return beyond("`as_of`", *publication.as_of, next);
  for (std::size_t i = 0; i < publication.statements.size(); ++i) {
    const auto& point = publication.statements[i].figure.as_of;
    if (!point || *point < next) continue;
    return beyond(fmt::format("in `statements`, item {}: the @ of `figure`", i + 1), *point, next);
  }
  return {};
}

Result<void> decide_erasure(Records& records, Sequence next, const Erasure& erasure) {
  if (erasure.erases >= next) {
    return refuse(ErrorCode::kUnknownReference,
                  fmt::format("`erases` says event {}, and the last event before this one is {}",
                              erasure.erases.value, next.value - 1));
  }
  // What the ledger writes itself has no record.
  TALLY_ASSIGN(const Record* record, records.find(erasure.erases));
  if (record != nullptr && record->has_details) return {};
  return refuse(ErrorCode::kVoid,
                fmt::format("event {} has no note, and no title or uri of a document, or they are "
                            "erased already",
                            erasure.erases.value));
}

Result<void> decide_correction(Records& records, const Settings& settings, const Entry& entry,
                               Correction& correction) {
  TALLY_ASSIGN(const Record* target, resolve(records, correction.corrects, "corrects"));
  if (target->type == EntryType::kCorrection) {
    return refuse(
        ErrorCode::kNotCorrectable,
        fmt::format("{} is a correction; correct the entry that it corrects (event {}) "
                    "once more instead",
                    named(correction.corrects), terms_of<CorrectionTerms>(*target).corrects.value));
  }
  if (target->type == EntryType::kPublication) {
    return refuse(ErrorCode::kNotCorrectable,
                  fmt::format("{} is a publication: what was told to the public was told; record "
                              "another that supersedes it instead",
                              named(correction.corrects)));
  }
  if (target->type == EntryType::kErasure) {
    return refuse(
        ErrorCode::kNotCorrectable,
        fmt::format("{} is an erasure, and what it erased is gone", named(correction.corrects)));
  }
  if (target->standing == Standing::kVoid) {
    return refuse(ErrorCode::kVoid,
                  fmt::format("{} is void, since its claim was corrected after it; record a new "
                              "verification instead",
                              named(correction.corrects)));
  }
  if (correction.replacement) {
    // A client's replacement is read as its target's type; a stored event says its own.
    const EntryType type = tally::type_of(correction.replacement->body);
    if (type != target->type) {
      return refuse(ErrorCode::kWrongType,
                    fmt::format("{} is a {}, and its replacement a {}", named(correction.corrects),
                                type_name(target->type), type_name(type)));
    }
    return check_replacement(records, settings, entry, correction);
  }
  if (target->standing == Standing::kWithdrawn) {
    return refuse(ErrorCode::kWithdrawn,
                  fmt::format("{} is withdrawn already; a correction with a replacement reinstates "
                              "it",
                              named(correction.corrects)));
  }
  if (target->users > 0) {
    return refuse(
        ErrorCode::kInUse,
        fmt::format("{} in force refer to {}; correct or withdraw them first",
                    counted(target->users, "entry", "entries"), named(correction.corrects)));
  }
  return {};
}

}  // namespace

Result<void> decide(Records& records, const Settings& settings, Sequence next, Entry& entry) {
  auto check = [&]() -> Result<void> {
    if (auto* body = std::get_if<Body>(&entry.content)) {
      TALLY_TRY(check_references(records, *body));
      return check_body(records, settings, *body, entry.actor, Sequence{});
    }
    if (auto* correction = std::get_if<Correction>(&entry.content)) {
      return decide_correction(records, settings, entry, *correction);
    }
    if (auto* publication = std::get_if<Publication>(&entry.content)) {
      return decide_publication(records, settings, next, *publication);
    }
    if (const auto* erasure = std::get_if<Erasure>(&entry.content)) {
      return decide_erasure(records, next, *erasure);
    }
    return refuse(ErrorCode::kBadEntry, "what the ledger itself writes cannot be submitted");
  };
  Result<void> outcome = check();
  if (outcome.ok()) return outcome;
  Error error = outcome.take_error();
  error.entry = entry.id;
  return error;
}

}  // namespace tally::domain
