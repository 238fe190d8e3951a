#pragma once

// What the controls of an audit look at: how every claim, verification and commitment stands, from
// the records; who recorded what and when, and the evidence, from one pass over the events.

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ledger/core.h"
#include "projection/reader.h"
#include "tally/entry.h"

namespace tally::audit {

struct ClaimFacts {
  Sequence sequence;
  Sequence version;       // the event whose body stands, or stood last
  Sequence commitment;    // 0 where there is none
  Sequence verification;  // in force; 0 where there is none
  Sequence organisation;
  Sequence measure;
  Quantity quantity;
  Date to;
  Year year;
  bool in_force = false;
  bool has_evidence = false;
};

struct VerificationFacts {
  Sequence sequence;
  Sequence version;
  Sequence claim;
};

struct CommitmentFacts {
  Sequence sequence;
  Sequence measure;
  std::vector<ScheduleLine> schedule;
  bool in_force = false;
};

struct CorrectionFacts {
  Sequence sequence;
  Sequence corrects;
  bool withdraws = false;
};

struct PublicationFacts {
  Year year;
  Sequence sequence;
  friend auto operator<=>(const PublicationFacts&, const PublicationFacts&) = default;
};

// A document that stands behind a claim in force.
struct EvidenceFacts {
  Hash sha256;
  std::uint32_t claim = 0;  // its place among the claims
};

using ActorNumber = std::uint32_t;

// The claims of an organisation that an actor recorded or corrected.
struct RecordedClaims {
  std::uint64_t count = 0;
  Sequence first;
};

class AuditFacts {
 public:
  using Progress = std::function<void(std::uint64_t read, std::uint64_t all)>;
  // `damaged` where records and events do not belong to each other.
  static Result<AuditFacts> collect(const ledger::Core& core, const projection::Reader& reader,
                                    const Progress& progress);

  // All in the order of their sequences; claims and commitments withdrawn too.
  const std::vector<ClaimFacts>& claims() const { return claims_; }
  const std::vector<CommitmentFacts>& commitments() const { return commitments_; }
  const std::vector<CorrectionFacts>& corrections() const { return corrections_; }
  // By year, then by sequence.
  const std::vector<PublicationFacts>& publications() const { return publications_; }
  // By digest, then by claim; each claim once for a document.
  const std::vector<EvidenceFacts>& evidence() const { return evidence_; }

  // Nothing where the sequence is of something else.
  const ClaimFacts* claim(Sequence sequence) const;
  const VerificationFacts* verification(Sequence sequence) const;
  const CommitmentFacts* commitment(Sequence sequence) const;

  // Who recorded an event, and when.
  ActorNumber actor_of(Sequence event) const { return actor_of_[event.value]; }
  Timestamp recorded_at(Sequence event) const { return recorded_at_[event.value]; }
  const std::string& actor_name(ActorNumber actor) const { return actors_[actor]; }
  const RecordedClaims* claims_recorded(Sequence organisation, ActorNumber actor) const;

  // What the quantities of a measure are counted in.
  std::string_view unit(Sequence measure) const;

 private:
  Result<void> add_record(Sequence sequence, const domain::Record& record);
  Result<void> add_events(const ledger::Core& core, LogSize size, const Progress& progress);
  Result<void> add_event(const Event& event);
  Result<void> add_claim_body(const Event& event, Sequence claim, const Claim& body);
  ActorNumber number_of(std::string_view actor);

  std::vector<ClaimFacts> claims_;
  std::vector<VerificationFacts> verifications_;
  std::vector<CommitmentFacts> commitments_;
  std::vector<CorrectionFacts> corrections_;
  std::vector<PublicationFacts> publications_;
  std::vector<EvidenceFacts> evidence_;
  std::map<Sequence, std::string> units_;
  std::vector<std::string> actors_;
  std::unordered_map<std::string, ActorNumber> numbers_;
  std::vector<ActorNumber> actor_of_;   // by sequence
  std::vector<Timestamp> recorded_at_;  // by sequence
  std::map<std::pair<Sequence, ActorNumber>, RecordedClaims> recorded_;
};

}  // namespace tally::audit
