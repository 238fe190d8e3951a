#include "codec/entry_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace tally::codec {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kFields> kNames{
    "type",        "id",           "actor",      "note",    "name",         "scheme",
    "identifier",  "organisation", "sha256",     "title",   "buyer",        "supplier",
    "programme",   "ocid",         "amount",     "from",    "to",           "unit",
    "framework",   "edition",      "basis",      "proxy",   "proxy_source", "numerator",
    "denominator", "measure",      "contract",   "year",    "quantity",     "schedule",
    "commitment",  "evidence",     "claim",      "outcome", "method",       "corrects",
    "reason",      "replacement",  "media_type", "uri",     "document",     "as_of",
    "supersedes",  "statements",   "label",      "figure",  "stated",       "qualifier",
    "of",          "erases",
};

constexpr std::uint8_t kNoField = 0xff;
constexpr std::size_t kBuckets = 256;

constexpr std::size_t bucket_of(std::string_view name) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(name[at]); };
  return (byte(0) * 7U + byte(name.size() - 1) * 31U + byte(name.size() / 2) * 3U + name.size()) %
         kBuckets;
}

// An open hash table over the names, built by the compiler; a full bucket gives way to the next.
constexpr std::array<std::uint8_t, kBuckets> kTable = [] {
  std::array<std::uint8_t, kBuckets> table{};
  table.fill(kNoField);
  for (std::size_t i = 0; i < kFields; ++i) {
    std::size_t bucket = bucket_of(kNames[i]);
    while (table[bucket] != kNoField) bucket = (bucket + 1) % kBuckets;
    table[bucket] = static_cast<std::uint8_t>(i);
  }
  return table;
}();

// How many letters must be put in, left out, changed or swapped with their neighbour to make one
// name of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

// Keeps the name that is nearest to what was given, if it is near at all.
class Nearest {
 public:
  explicit Nearest(std::string_view given) : given_(given), best_(given.size() < 5 ? 2 : 3) {}

  void offer(std::string_view name) {
    if (given_.size() > 40) return;
    const std::size_t edits = distance(given_, name);
    if (edits < best_) {
      best_ = edits;
      name_ = name;
    }
  }
  std::string text() const {
    return name_.empty() ? std::string() : fmt::format("; did you mean `{}`?", name_);
  }

 private:
  std::string_view given_;
  std::string_view name_;
  std::size_t best_;
};

using enum Field;

Kind measure_kind(const std::optional<Basis>& basis) {
  constexpr FieldSet kRequired{kTitle, kUnit, kBasis};
  constexpr FieldSet kOptional{kFramework, kEdition};
  constexpr FieldSet kOfProxy{kProxy, kProxySource};
  constexpr FieldSet kOfRatio{kNumerator, kDenominator};
  // Without a basis that could be read, the basis itself is what has to be told.
  if (!basis) return {kRequired, kOptional | kOfProxy | kOfRatio, "a measure"};
  switch (*basis) {
    case Basis::kProxy: return {kRequired | kOfProxy, kOptional, "a measure of basis `proxy`"};
    case Basis::kRatio: return {kRequired | kOfRatio, kOptional, "a measure of basis `ratio`"};
    case Basis::kInKind: return {kRequired, kOptional, "a measure of basis `in-kind`"};
    case Basis::kCash: return {kRequired, kOptional, "a measure of basis `cash`"};
    case Basis::kCount: break;
  }
  return {kRequired, kOptional, "a measure of basis `count`"};
}

Kind verification_kind(const std::optional<Outcome>& outcome) {
  constexpr FieldSet kRequired{kClaim, kOutcome, kMethod};
  if (!outcome) return {kRequired, {kQuantity, kEvidence}, "a verification"};
  switch (*outcome) {
    case Outcome::kPartial:
      return {
          kRequired | FieldSet{kQuantity}, {kEvidence}, "a verification with outcome `partial`"};
    case Outcome::kRejected:
      return {kRequired, {kEvidence}, "a verification with outcome `rejected`"};
    case Outcome::kAccepted: break;
  }
  return {kRequired, {kEvidence}, "a verification with outcome `accepted`"};
}

}  // namespace

std::string_view field_name(Field field) { return kNames[static_cast<std::size_t>(field)]; }

std::optional<Field> field_from_name(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (std::size_t bucket = bucket_of(name);; bucket = (bucket + 1) % kBuckets) {
    const std::uint8_t index = kTable[bucket];
    if (index == kNoField) return std::nullopt;
    if (kNames[index] == name) return static_cast<Field>(index);
  }
}

Kind kind_of(EntryType type, const KindHints& hints) {
  const FieldSet& present = hints.present;
  switch (type) {
    case EntryType::kOrganisation: return {{kName}, {kScheme, kIdentifier}, "an organisation"};
    case EntryType::kProgramme: return {{kName}, {}, "a programme"};
    case EntryType::kContract:
      return {{kTitle, kBuyer, kSupplier}, {kProgramme, kOcid, kAmount, kFrom, kTo}, "a contract"};
    case EntryType::kMeasure: return measure_kind(hints.basis);
    case EntryType::kCommitment:
      if (present.has(kSchedule)) {
        return {{kOrganisation, kProgramme, kMeasure, kSchedule},
                {kContract},
                "a commitment with a `schedule`"};
      }
      return {{kOrganisation, kProgramme, kMeasure, kYear, kQuantity},
              {kContract},
              "a commitment without a `schedule`"};
    case EntryType::kClaim:
      if (present.has(kCommitment)) {
        return {{kCommitment, kQuantity, kFrom, kTo, kEvidence},
                {},
                "a claim that names a `commitment`"};
      }
      return {{kOrganisation, kProgramme, kMeasure, kQuantity, kFrom, kTo, kEvidence},
              {kContract},
              "a claim without a `commitment`"};
    case EntryType::kVerification: return verification_kind(hints.outcome);
    case EntryType::kCorrection: return {{kCorrects, kReason}, {kReplacement}, "a correction"};
    case EntryType::kPublication:
      return {{kYear, kTitle, kStatements}, {kDocument, kAsOf, kSupersedes}, "a publication"};
    case EntryType::kErasure: return {{kErases, kReason}, {}, "an erasure"};
    case EntryType::kLedgerOpened:
    case EntryType::kKeyRotated:
    case EntryType::kLedgerRestored: break;
  }
  return {{}, {}, "an entry"};
}

std::string suggest_field(std::string_view given, FieldSet candidates) {
  Nearest nearest(given);
  for (std::size_t i = 0; i < kFields; ++i) {
    if (candidates.has(static_cast<Field>(i))) nearest.offer(kNames[i]);
  }
  return nearest.text();
}

std::string suggest_type(std::string_view given) {
  Nearest nearest(given);
  for (EntryType type = EntryType::kOrganisation; type <= EntryType::kErasure;
       type = static_cast<EntryType>(static_cast<std::uint8_t>(type) + 1)) {
    if (!is_of_ledger(type)) nearest.offer(type_name(type));
  }
  return nearest.text();
}

}  // namespace tally::codec
