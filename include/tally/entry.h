#pragma once

// What goes into a ledger (an Entry) and what comes of it (an Event).  The contract is the spec
// "Entries".  These are plain values: absent text is the empty string (the contract refuses empty
// text), an absent reference has an empty id.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tally/decimal.h"
#include "tally/figure.h"
#include "tally/hash.h"
#include "tally/sequence.h"
#include "tally/time.h"

namespace tally {

// The type of an entry.  The numbers stand in stored events and never change.
enum class EntryType : std::uint8_t {
  kLedgerOpened = 1,
  kOrganisation = 2,
  kProgramme = 3,
  kContract = 4,
  kMeasure = 5,
  kCommitment = 6,
  kClaim = 7,
  kVerification = 8,
  kCorrection = 9,
  kKeyRotated = 10,
  kPublication = 11,
  kErasure = 12,
  kLedgerRestored = 13,
};
// What only the ledger itself writes.
constexpr bool is_of_ledger(EntryType type) {
  return type == EntryType::kLedgerOpened || type == EntryType::kKeyRotated ||
         type == EntryType::kLedgerRestored;
}
// What has a body that a correction may replace.
constexpr bool has_body(EntryType type) {
  return EntryType::kOrganisation <= type && type <= EntryType::kVerification;
}
inline constexpr std::size_t kEntryTypeLimit = 16;  // room for the types still to come

// `ledger-opened`, `organisation`, …
std::string_view type_name(EntryType type);
std::optional<EntryType> type_from_name(std::string_view name);

// One entry's mention of another.  A client writes the id; the ledger keeps the sequence of the
// event that the id stands for.  Two references are the same when their ids are.
struct Reference {
  std::string id;
  Sequence sequence;

  bool present() const { return !id.empty() || sequence.value != 0; }
  friend bool operator==(const Reference& a, const Reference& b) { return a.id == b.id; }
};

// Where a document is and what its bytes hash to.  `title` and `uri` are details: erasable.
struct Evidence {
  Hash sha256;
  std::string title;
  std::string media_type;
  std::string uri;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// What a ledger is opened with: the first event.
struct LedgerOpened {
  std::string name;
  std::string origin;
  YearStart year_start;
  std::string currency;
  std::string vkey;
  friend bool operator==(const LedgerOpened&, const LedgerOpened&) = default;
};

// From this event on, the log is signed with another key.
struct KeyRotated {
  std::string old_vkey;
  std::string new_vkey;
  friend bool operator==(const KeyRotated&, const KeyRotated&) = default;
};

// From this event on, the log goes on from a copy that lies behind what it had vouched for: a
// checkpoint of `from_size` events with the root `from_root`.
struct LedgerRestored {
  LogSize from_size;
  Hash from_root;
  friend bool operator==(const LedgerRestored&, const LedgerRestored&) = default;
};

struct Organisation {
  std::string name;
  std::string scheme;      // an org-id.guide scheme, such as GB-COH
  std::string identifier;  // within the scheme
  friend bool operator==(const Organisation&, const Organisation&) = default;
};

struct Programme {
  std::string name;
  friend bool operator==(const Programme&, const Programme&) = default;
};

struct Contract {
  std::string title;
  Reference buyer;
  Reference supplier;
  Reference programme;             // optional
  std::string ocid;                // Open Contracting id
  std::optional<Quantity> amount;  // in the ledger's currency
  std::optional<Date> from;
  std::optional<Date> to;
  friend bool operator==(const Contract&, const Contract&) = default;
};

// How a measure is worth money.  The numbers stand in stored events.
enum class Basis : std::uint8_t { kCount = 1, kProxy = 2, kInKind = 3, kCash = 4, kRatio = 5 };
std::string_view basis_name(Basis basis);
std::optional<Basis> basis_from_name(std::string_view name);

struct Measure {
  std::string title;
  std::string unit;
  std::string framework;
  std::string edition;
  Basis basis = Basis::kCount;
  Quantity proxy;            // money per unit; basis proxy only
  std::string proxy_source;  // basis proxy only
  Reference numerator;       // basis ratio only
  Reference denominator;     // basis ratio only
  friend bool operator==(const Measure&, const Measure&) = default;
};

struct ScheduleLine {
  Year year;
  Quantity quantity;
  friend bool operator==(const ScheduleLine&, const ScheduleLine&) = default;
};

struct Commitment {
  Reference organisation;
  Reference programme;
  Reference measure;
  Reference contract;      // optional
  bool scheduled = false;  // written as `schedule`; otherwise as `year` and `quantity`, one line
  std::vector<ScheduleLine> schedule;
  friend bool operator==(const Commitment&, const Commitment&) = default;
};

struct Claim {
  Reference commitment;  // either this, or the three (and the contract) that follow
  Reference organisation;
  Reference programme;
  Reference measure;
  Reference contract;  // optional
  Quantity quantity;
  Date from;
  Date to;
  std::vector<Evidence> evidence;
  friend bool operator==(const Claim&, const Claim&) = default;
};

// The numbers stand in stored events.
enum class Outcome : std::uint8_t { kAccepted = 1, kPartial = 2, kRejected = 3 };
std::string_view outcome_name(Outcome outcome);
std::optional<Outcome> outcome_from_name(std::string_view name);

struct Verification {
  Reference claim;
  Outcome outcome = Outcome::kAccepted;
  Quantity quantity;  // outcome partial only
  std::string method;
  std::vector<Evidence> evidence;
  friend bool operator==(const Verification&, const Verification&) = default;
};

// What an entry says, and what a correction may replace.
using Body =
    std::variant<Organisation, Programme, Contract, Measure, Commitment, Claim, Verification>;
EntryType type_of(const Body& body);

struct Replacement {
  Body body;
  std::string note;
  friend bool operator==(const Replacement&, const Replacement&) = default;
};

// Changes what an entry says from now on; without a replacement, withdraws it.
struct Correction {
  Reference corrects;
  std::string reason;
  std::optional<Replacement> replacement;
  friend bool operator==(const Correction&, const Correction&) = default;
};

// How exactly a published number is meant.  The numbers stand in stored events.
enum class Qualifier : std::uint8_t { kExact = 1, kAtLeast = 2, kMoreThan = 3, kAbout = 4 };
std::string_view qualifier_name(Qualifier qualifier);
std::optional<Qualifier> qualifier_from_name(std::string_view name);

// What of a figure was published: its quantity, or its money value.  The numbers stand in stored
// events.
enum class StatementOf : std::uint8_t { kQuantity = 1, kValue = 2 };
std::string_view statement_of_name(StatementOf of);
std::optional<StatementOf> statement_of_from_name(std::string_view name);

// One number that the public was told.
struct Statement {
  std::string label;
  FigureReference figure;  // of any year; its own point wins over the publication's
  Quantity stated;         // may be negative
  Qualifier qualifier = Qualifier::kExact;
  StatementOf of = StatementOf::kQuantity;
  friend bool operator==(const Statement&, const Statement&) = default;
};

// What the authority told the public of a year.  Never corrected: a later one supersedes.
struct Publication {
  Year year;
  std::string title;
  std::optional<Evidence> document;  // the report as published
  std::optional<Sequence> as_of;     // of a recorded one always
  Reference supersedes;              // optional
  std::vector<Statement> statements;
  std::optional<Hash> totals_root;  // of the year as of `as_of`; set by the ledger
  friend bool operator==(const Publication&, const Publication&) = default;
};

// Deletes an event's details for good.
struct Erasure {
  Sequence erases;
  std::string reason;
  friend bool operator==(const Erasure&, const Erasure&) = default;
};

struct Entry {
  std::string id;     // empty only for what the ledger writes itself
  std::string actor;  // empty only for what the ledger writes itself
  std::string note;
  std::variant<LedgerOpened, Body, Correction, KeyRotated, Publication, Erasure, LedgerRestored>
      content;

  EntryType type() const;
  friend bool operator==(const Entry&, const Entry&) = default;
};

// An entry as the log holds it.
struct Event {
  Sequence sequence;
  Timestamp recorded_at;
  Entry entry;
  std::optional<Hash> details_digest;
  bool details_erased = false;
};

}  // namespace tally
