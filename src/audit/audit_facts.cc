#include "audit/audit_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/try.h"
#include "codec/event_codec.h"
#include "projection/damage.h"
#include "store/block.h"

namespace tally::audit {
namespace {

constexpr std::uint64_t kEventsPerProgress = 65'536;

template <typename Facts>
Facts* find(std::vector<Facts>& all, Sequence sequence) {
  const auto found =
      std::lower_bound(all.begin(), all.end(), sequence,
                       [](const Facts& facts, Sequence wanted) { return facts.sequence < wanted; });
  return found != all.end() && found->sequence == sequence ? &*found : nullptr;
}

template <typename Facts>
const Facts* find(const std::vector<Facts>& all, Sequence sequence) {
  return find(const_cast<std::vector<Facts>&>(all), sequence);
}

}  // namespace

Result<AuditFacts> AuditFacts::collect(const ledger::Core& core, const projection::Reader& reader,
                                       const Progress& progress) {
  AuditFacts facts;
  const LogSize size = reader.head().size;
  TALLY_TRY(
      reader.for_each_record([&](Sequence sequence, const domain::Record& record) -> Result<void> {
        if (record.version.value < size.count) return facts.add_record(sequence, record);
        return projection::damaged(
            fmt::format("the record of event {} names one beyond the head", sequence.value));
      }));
  TALLY_TRY(facts.add_events(core, size, progress));
  std::sort(facts.publications_.begin(), facts.publications_.end());
  std::sort(facts.evidence_.begin(), facts.evidence_.end(),
            [](const EvidenceFacts& a, const EvidenceFacts& b) {
              return std::tie(a.sha256, a.claim) < std::tie(b.sha256, b.claim);
            });
  const auto end = std::unique(facts.evidence_.begin(), facts.evidence_.end(),
                               [](const EvidenceFacts& a, const EvidenceFacts& b) {
                                 return a.sha256 == b.sha256 && a.claim == b.claim;
                               });
  facts.evidence_.erase(end, facts.evidence_.end());
  return facts;
}

const ClaimFacts* AuditFacts::claim(Sequence sequence) const { return find(claims_, sequence); }

const VerificationFacts* AuditFacts::verification(Sequence sequence) const {
  return find(verifications_, sequence);
}

const CommitmentFacts* AuditFacts::commitment(Sequence sequence) const {
  return find(commitments_, sequence);
}

const RecordedClaims* AuditFacts::claims_recorded(Sequence organisation, ActorNumber actor) const {
  const auto found = recorded_.find({organisation, actor});
  return found == recorded_.end() ? nullptr : &found->second;
}

std::string_view AuditFacts::unit(Sequence measure) const {
  const auto found = units_.find(measure);
  return found == units_.end() ? std::string_view() : found->second;
}

ActorNumber AuditFacts::number_of(std::string_view actor) {
  const auto [known, is_new] =
      numbers_.try_emplace(std::string(actor), static_cast<ActorNumber>(actors_.size()));
  if (is_new) actors_.emplace_back(actor);
  return known->second;
}

Result<void> AuditFacts::add_record(Sequence sequence, const domain::Record& record) {
  const bool in_force = record.standing == domain::Standing::kInForce;
  if (const auto* measure = std::get_if<domain::MeasureTerms>(&record.terms)) {
    units_.emplace(sequence, measure->unit);
  } else if (const auto* promise = std::get_if<domain::CommitmentTerms>(&record.terms)) {
    commitments_.push_back({sequence, promise->dimensions.measure, promise->schedule, in_force});
  } else if (const auto* said = std::get_if<domain::VerificationTerms>(&record.terms)) {
    verifications_.push_back({sequence, record.version, said->claim});
  } else if (const auto* published = std::get_if<domain::PublicationTerms>(&record.terms)) {
    publications_.push_back({published->year, sequence});
  } else if (const auto* terms = std::get_if<domain::ClaimTerms>(&record.terms)) {
    ClaimFacts claim;
    claim.sequence = sequence;
    claim.version = record.version;
    claim.commitment = terms->commitment;
    claim.verification = terms->verification;
    claim.organisation = terms->dimensions.organisation;
    claim.measure = terms->dimensions.measure;
    claim.quantity = terms->quantity;
    claim.year = terms->year;
    claim.in_force = in_force;
    claims_.push_back(claim);
    for (const std::string_view actor : terms->actors.names()) {
      RecordedClaims& recorded = recorded_[{claim.organisation, number_of(actor)}];
      if (recorded.count++ == 0) recorded.first = sequence;
    }
  }
  return {};
}

Result<void> AuditFacts::add_events(const ledger::Core& core, LogSize size,
                                    const Progress& progress) {
  actor_of_.reserve(size.count);
  recorded_at_.reserve(size.count);
  TALLY_ASSIGN(const auto blocks, core.log().read(Sequence{0}));
  while (actor_of_.size() < size.count) {
    TALLY_ASSIGN(const auto block, blocks->next());
    if (!block) return projection::damaged("the log ends before the head that it should have");
    store::BlockReader frames(block->first, block->events);
    while (actor_of_.size() < size.count) {
      TALLY_ASSIGN(const auto frame, frames.next());
      if (!frame) break;
      TALLY_ASSIGN(Event event, codec::decode_event(frame->event));
      event.sequence = frame->sequence;
      TALLY_TRY(add_event(event));
      if (progress && actor_of_.size() % kEventsPerProgress == 0) {
        progress(actor_of_.size(), size.count);
      }
    }
  }
  return {};
}

Result<void> AuditFacts::add_event(const Event& event) {
  if (event.sequence.value != actor_of_.size()) {
    return projection::damaged(fmt::format("event {} stands where event {} is due",
                                           event.sequence.value, actor_of_.size()));
  }
  actor_of_.push_back(number_of(event.entry.actor));
  recorded_at_.push_back(event.recorded_at);
  if (const auto* body = std::get_if<Body>(&event.entry.content)) {
    const auto* said = std::get_if<Claim>(body);
    return said == nullptr ? Result<void>() : add_claim_body(event, event.sequence, *said);
  }
  const auto* correction = std::get_if<Correction>(&event.entry.content);
  if (correction == nullptr) return {};
  const Sequence corrected = correction->corrects.sequence;
  if (corrected >= event.sequence) {
    return projection::damaged(fmt::format("event {} corrects a later one", event.sequence.value));
  }
  corrections_.push_back({event.sequence, corrected, !correction->replacement});
  if (!correction->replacement) return {};
  const auto* said = std::get_if<Claim>(&correction->replacement->body);
  return said == nullptr ? Result<void>() : add_claim_body(event, corrected, *said);
}

// Of what a claim said, only what now stands counts.
Result<void> AuditFacts::add_claim_body(const Event& event, Sequence sequence, const Claim& body) {
  ClaimFacts* claim = find(claims_, sequence);
  if (claim == nullptr) {
    return projection::damaged(
        fmt::format("event {} is of a claim that has no record", event.sequence.value));
  }
  if (claim->version != event.sequence) return {};
  claim->to = body.to;
  claim->has_evidence = !body.evidence.empty();
  if (!claim->in_force) return {};
  for (const Evidence& evidence : body.evidence) {
    evidence_.push_back({evidence.sha256, static_cast<std::uint32_t>(claim - claims_.data())});
  }
  return {};
}

}  // namespace tally::audit
