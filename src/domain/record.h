#pragma once

// What the ledger knows of an entry: what it now says as far as the rules need it, and how it
// stands.  Records are folded from events by `evolve` and read by `decide`; both are pure, and
// reach records only through the two interfaces below.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/account.h"
#include "tally/entry.h"

namespace tally::domain {

enum class Standing : std::uint8_t { kInForce = 0, kWithdrawn = 1, kVoid = 2 };

struct ContractTerms {
  Sequence buyer;
  Sequence supplier;
  Sequence programme;
  friend bool operator==(const ContractTerms&, const ContractTerms&) = default;
};

struct MeasureTerms {
  Basis basis = Basis::kCount;
  std::string unit;
  Quantity proxy;
  Sequence numerator;
  Sequence denominator;
  friend bool operator==(const MeasureTerms&, const MeasureTerms&) = default;
};

struct CommitmentTerms {
  Dimensions dimensions;
  std::vector<ScheduleLine> schedule;
  friend bool operator==(const CommitmentTerms&, const CommitmentTerms&) = default;
};

// Who recorded a claim or a correction of it.  Nearly always one; so they are kept in one text,
// which then needs no memory of its own.  (No actor's name holds a space.)
class ActorSet {
 public:
  bool contains(std::string_view actor) const {
    for (std::string_view rest = text_; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (rest.substr(0, end) == actor) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
  }
  void add(std::string_view actor) {
    if (contains(actor)) return;
    if (!text_.empty()) text_.push_back(' ');
    text_.append(actor);
  }
  // Each of them; valid while the set is.
  std::vector<std::string_view> names() const {
    std::vector<std::string_view> all;
    for (std::string_view rest = text_; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      all.push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return all;
  }
  // As it is stored.
  const std::string& text() const { return text_; }
  static ActorSet from_text(std::string_view text) {
    ActorSet set;
    set.text_ = text;
    return set;
  }
  friend bool operator==(const ActorSet&, const ActorSet&) = default;

 private:
  std::string text_;
};

struct ClaimTerms {
  Sequence commitment;    // 0 where nobody had promised it
  Dimensions dimensions;  // its own, or the commitment's
  Year year;
  Quantity quantity;
  Sequence verification;  // the one in force; 0 while the claim is pending
  Quantity accepted;      // of the verification in force
  ActorSet actors;
  friend bool operator==(const ClaimTerms&, const ClaimTerms&) = default;
};

struct VerificationTerms {
  Sequence claim;
  std::string actor;
  friend bool operator==(const VerificationTerms&, const VerificationTerms&) = default;
};

struct CorrectionTerms {
  Sequence corrects;
  friend bool operator==(const CorrectionTerms&, const CorrectionTerms&) = default;
};

struct PublicationTerms {
  Year year;
  Sequence as_of;
  Sequence supersedes;  // 0 where it is none's successor
  friend bool operator==(const PublicationTerms&, const PublicationTerms&) = default;
};

struct ErasureTerms {
  Sequence erases;
  friend bool operator==(const ErasureTerms&, const ErasureTerms&) = default;
};

struct Record {
  EntryType type = EntryType::kOrganisation;
  Standing standing = Standing::kInForce;
  Sequence version;          // the event whose body stands, or stood last
  std::uint64_t users = 0;   // how many entries in force refer to it
  bool has_details = false;  // of the event that recorded it, not erased
  std::string id;
  // Organisations and programmes have no terms.
  std::variant<std::monostate, ContractTerms, MeasureTerms, CommitmentTerms, ClaimTerms,
               VerificationTerms, CorrectionTerms, PublicationTerms, ErasureTerms>
      terms;

  friend bool operator==(const Record&, const Record&) = default;
};

// Records to read.  A pointer stays valid until the next call on the same object.
class Records {
 public:
  virtual ~Records() = default;
  // The record of an entry; nothing where no entry has that sequence.
  virtual Result<const Record*> find(Sequence sequence) = 0;
  // The sequence of the entry with this id, if there is one.
  virtual Result<std::optional<Sequence>> sequence_of(std::string_view id) = 0;
};

// Records to fold events into.
class MutableRecords : public Records {
 public:
  // The record of an entry, to change in place; nothing where there is none.
  virtual Result<Record*> edit(Sequence sequence) = 0;
  virtual void create(Sequence sequence, Record record) = 0;
};

}  // namespace tally::domain
