// The names of the contract: of error codes, of types of entries, and of the words in them.

#include <array>
#include <utility>

#include "tally/entry.h"
#include "tally/result.h"

namespace tally {
namespace {

template <typename Value, std::size_t kCount>
using Names = std::array<std::pair<Value, std::string_view>, kCount>;

constexpr Names<EntryType, 13> kTypes{{
    {EntryType::kLedgerOpened, "ledger-opened"},
    {EntryType::kOrganisation, "organisation"},
    {EntryType::kProgramme, "programme"},
    {EntryType::kContract, "contract"},
    {EntryType::kMeasure, "measure"},
    {EntryType::kCommitment, "commitment"},
    {EntryType::kClaim, "claim"},
    {EntryType::kVerification, "verification"},
    {EntryType::kCorrection, "correction"},
    {EntryType::kKeyRotated, "key-rotated"},
    {EntryType::kPublication, "publication"},
    {EntryType::kErasure, "erasure"},
    {EntryType::kLedgerRestored, "ledger-restored"},
}};

constexpr Names<Basis, 5> kBases{{
    {Basis::kCount, "count"},
    {Basis::kProxy, "proxy"},
    {Basis::kInKind, "in-kind"},
    {Basis::kCash, "cash"},
    {Basis::kRatio, "ratio"},
}};

constexpr Names<Outcome, 3> kOutcomes{{
    {Outcome::kAccepted, "accepted"},
    {Outcome::kPartial, "partial"},
    {Outcome::kRejected, "rejected"},
}};

constexpr Names<Qualifier, 4> kQualifiers{{
    {Qualifier::kExact, "exact"},
    {Qualifier::kAtLeast, "at-least"},
    {Qualifier::kMoreThan, "more-than"},
    {Qualifier::kAbout, "about"},
}};

constexpr Names<StatementOf, 2> kStatementsOf{{
    {StatementOf::kQuantity, "quantity"},
    {StatementOf::kValue, "value"},
}};

template <typename Value, std::size_t kCount>
std::string_view name_of(const Names<Value, kCount>& names, Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return "unknown";
}

template <typename Value, std::size_t kCount>
std::optional<Value> value_of(const Names<Value, kCount>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNoLedger: return "no-ledger";
    case ErrorCode::kLocked: return "locked";
    case ErrorCode::kDamaged: return "damaged";
    case ErrorCode::kNewerFormat: return "newer-format";
    case ErrorCode::kNoSpace: return "no-space";
    case ErrorCode::kIo: return "io";
    case ErrorCode::kUsage: return "usage";
    case ErrorCode::kBadJson: return "bad-json";
    case ErrorCode::kBadEntry: return "bad-entry";
    case ErrorCode::kBadQuantity: return "bad-quantity";
    case ErrorCode::kBadDate: return "bad-date";
    case ErrorCode::kBadYear: return "bad-year";
    case ErrorCode::kIdTaken: return "id-taken";
    case ErrorCode::kUnknownReference: return "unknown-reference";
    case ErrorCode::kWrongType: return "wrong-type";
    case ErrorCode::kStraddlesYear: return "straddles-year";
    case ErrorCode::kAlreadyVerified: return "already-verified";
    case ErrorCode::kSameActor: return "same-actor";
    case ErrorCode::kInUse: return "in-use";
    case ErrorCode::kWithdrawn: return "withdrawn";
    case ErrorCode::kVoid: return "void";
    case ErrorCode::kNotCorrectable: return "not-correctable";
    case ErrorCode::kConflict: return "conflict";
    case ErrorCode::kTooLarge: return "too-large";
    case ErrorCode::kOverflow: return "overflow";
    case ErrorCode::kRefused: return "refused";
  }
  return "unknown";
}

std::string_view type_name(EntryType type) { return name_of(kTypes, type); }
std::optional<EntryType> type_from_name(std::string_view name) { return value_of(kTypes, name); }

std::string_view basis_name(Basis basis) { return name_of(kBases, basis); }
std::optional<Basis> basis_from_name(std::string_view name) { return value_of(kBases, name); }

std::string_view outcome_name(Outcome outcome) { return name_of(kOutcomes, outcome); }
std::optional<Outcome> outcome_from_name(std::string_view name) {
  return value_of(kOutcomes, name);
}

std::string_view qualifier_name(Qualifier qualifier) { return name_of(kQualifiers, qualifier); }
std::optional<Qualifier> qualifier_from_name(std::string_view name) {
  return value_of(kQualifiers, name);
}

std::string_view statement_of_name(StatementOf of) { return name_of(kStatementsOf, of); }
std::optional<StatementOf> statement_of_from_name(std::string_view name) {
  return value_of(kStatementsOf, name);
}

EntryType type_of(const Body& body) {
  // The alternatives of a Body stand in the order of the types, from organisation on.
  static_assert(std::variant_size_v<Body> == 7);
  static_assert(std::is_same_v<std::variant_alternative_t<6, Body>, Verification>);
  return static_cast<EntryType>(static_cast<std::uint8_t>(EntryType::kOrganisation) + body.index());
}

EntryType Entry::type() const {
  if (const Body* body = std::get_if<Body>(&content)) return type_of(*body);
  if (std::holds_alternative<Correction>(content)) return EntryType::kCorrection;
  if (std::holds_alternative<KeyRotated>(content)) return EntryType::kKeyRotated;
  if (std::holds_alternative<Publication>(content)) return EntryType::kPublication;
  if (std::holds_alternative<Erasure>(content)) return EntryType::kErasure;
  if (std::holds_alternative<LedgerRestored>(content)) return EntryType::kLedgerRestored;
  return EntryType::kLedgerOpened;
}

}  // namespace tally
