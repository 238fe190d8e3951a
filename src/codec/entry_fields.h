#pragma once

// The fields that entries have: their names, and which of them each kind of entry must and may have
// (spec "Entries: Types").

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tally/entry.h"

namespace tally::codec {

// In the order in which missing ones are told.
enum class Field : std::uint8_t {
  kType,
  kId,
  kActor,
  kNote,
  kName,
  kScheme,
  kIdentifier,
  kOrganisation,
  kSha256,
  kTitle,
  kBuyer,
  kSupplier,
  kProgramme,
  kOcid,
  kAmount,
  kFrom,
  kTo,
  kUnit,
  kFramework,
  kEdition,
  kBasis,
  kProxy,
  kProxySource,
  kNumerator,
  kDenominator,
  kMeasure,
  kContract,
  kYear,
  kQuantity,
  kSchedule,
  kCommitment,
  kEvidence,
  kClaim,
  kOutcome,
  kMethod,
  kCorrects,
  kReason,
  kReplacement,
  kMediaType,
  kUri,
  kDocument,
  kAsOf,
  kSupersedes,
  kStatements,
  kLabel,
  kFigure,
  kStated,
  kQualifier,
  kOf,
  kErases,
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::kErases) + 1;

std::string_view field_name(Field field);
std::optional<Field> field_from_name(std::string_view name);

class FieldSet {
 public:
  constexpr FieldSet() = default;
  constexpr FieldSet(std::initializer_list<Field> fields) {
    for (const Field field : fields) add(field);
  }

  constexpr bool has(Field field) const { return (bits_ & bit(field)) != 0; }
  constexpr void add(Field field) { bits_ |= bit(field); }
  constexpr bool empty() const { return bits_ == 0; }
  // The first in the order of the enumeration; the set must not be empty.
  constexpr Field first() const { return static_cast<Field>(__builtin_ctzll(bits_)); }

  friend constexpr FieldSet operator|(FieldSet a, FieldSet b) {
    return FieldSet(a.bits_ | b.bits_);
  }
  friend constexpr FieldSet operator-(FieldSet a, FieldSet b) {
    return FieldSet(a.bits_ & ~b.bits_);
  }

 private:
  explicit constexpr FieldSet(std::uint64_t bits) : bits_(bits) {}
  static constexpr std::uint64_t bit(Field field) {
    return std::uint64_t{1} << static_cast<unsigned>(field);
  }
  std::uint64_t bits_ = 0;
};
static_assert(kFields <= 64);

// The fields of what stands inside lists and documents.
inline constexpr FieldSet kEvidenceFields{Field::kSha256, Field::kTitle, Field::kMediaType,
                                          Field::kUri};
inline constexpr FieldSet kScheduleFields{Field::kYear, Field::kQuantity};
inline constexpr FieldSet kStatementFields{Field::kLabel, Field::kFigure, Field::kStated,
                                           Field::kQualifier, Field::kOf};

// What tells the kinds of one type apart.
struct KindHints {
  FieldSet present;
  std::optional<Basis> basis;      // of a measure, where it could be read
  std::optional<Outcome> outcome;  // of a verification, where it could be read
};

// A kind of entry: the fields of its body that must stand and those that may.
struct Kind {
  FieldSet required;
  FieldSet optional;
  std::string_view name;  // with its article: "a claim that names a commitment"
};

// The kind of an entry of this type; never `ledger-opened`.
Kind kind_of(EntryType type, const KindHints& hints);

// "; did you mean `quantity`?" for a name near one of those in the set, else nothing.
std::string suggest_field(std::string_view given, FieldSet candidates);
// The same for the type of an entry.
std::string suggest_type(std::string_view given);
// As the end of a sentence, which a question mark ends already.
inline std::string ended(std::string suggestion) {
  return suggestion.empty() ? "." : std::move(suggestion);
}

}  // namespace tally::codec
