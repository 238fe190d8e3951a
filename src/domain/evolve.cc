#include "domain/evolve.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/try.h"
#include "domain/details.h"
#include "domain/references.h"

namespace tally::domain {
namespace {

// An event's net change to each account that it touches: what records posted before, taken off, and
// what they post after, added.
class NetChange {
 public:
  void take_off(const Record& before) { add_all(before, -1); }
  void put_on(const Record& after) { add_all(after, 1); }

  std::vector<Contribution> postings() && {
    std::sort(lines_.begin(), lines_.end(),
              [](const Contribution& a, const Contribution& b) { return a.account < b.account; });
    std::vector<Contribution> net;
    net.reserve(lines_.size());
    for (const Contribution& line : lines_) {
      if (net.empty() || net.back().account != line.account) {
        net.push_back(line);
      } else {
        net.back().quantity = sum(net.back().quantity, line.quantity);
      }
    }
    std::erase_if(net, [](const Contribution& line) { return line.quantity.is_zero(); });
    return net;
  }

 private:
  // Both are at most twice a valid quantity apart from each other, with opposite signs.
  static Quantity sum(Quantity a, Quantity b) {
    const std::optional<Quantity> total = a.plus(b);
    TALLY_CHECK(total.has_value());
    return *total;
  }

  void add_all(const Record& record, std::int64_t sign) {
    for (const Contribution& line : contributions(record)) {
      lines_.push_back(
          {line.account, *Quantity::from_millionths(sign * line.quantity.millionths())});
    }
  }

  Contributions lines_;
};

Error impossible(const Event& event, std::string_view why) {
  return {ErrorCode::kDamaged,
          fmt::format("event {} cannot follow the events before it: {}", event.sequence.value, why),
          {},
          0,
          event.entry.id};
}

Result<Record*> edit_existing(MutableRecords& records, Sequence sequence, const Event& event) {
  TALLY_ASSIGN(Record * record, records.edit(sequence));
  if (record == nullptr) return impossible(event, "it refers to what is not an entry");
  return record;
}

Quantity accepted_quantity(const Verification& verification, Quantity claimed) {
  switch (verification.outcome) {
    case Outcome::kAccepted: return claimed;
    case Outcome::kPartial: return verification.quantity;
    case Outcome::kRejected: return Quantity{};
  }
  return Quantity{};
}

// Puts into a record what a body says, as far as the rules need it.
Result<void> set_terms(MutableRecords& records, const Settings& settings, const Event& event,
                       const Body& body, Record& record) {
  if (const auto* contract = std::get_if<Contract>(&body)) {
    record.terms = ContractTerms{contract->buyer.sequence, contract->supplier.sequence,
                                 contract->programme.sequence};
  } else if (const auto* measure = std::get_if<Measure>(&body)) {
    record.terms = MeasureTerms{measure->basis, measure->unit, measure->proxy,
                                measure->numerator.sequence, measure->denominator.sequence};
  } else if (const auto* commitment = std::get_if<Commitment>(&body)) {
    record.terms =
        CommitmentTerms{{commitment->measure.sequence, commitment->programme.sequence,
                         commitment->organisation.sequence, commitment->contract.sequence},
                        commitment->schedule};
  } else if (const auto* claim = std::get_if<Claim>(&body)) {
    auto* before = std::get_if<ClaimTerms>(&record.terms);
    ClaimTerms terms;
    if (before != nullptr) terms.actors = std::move(before->actors);
    terms.actors.add(event.entry.actor);
    terms.commitment = claim->commitment.sequence;
    terms.dimensions = {claim->measure.sequence, claim->programme.sequence,
                        claim->organisation.sequence, claim->contract.sequence};
    if (claim->commitment.present()) {
      TALLY_ASSIGN(const Record* promised, records.find(claim->commitment.sequence));
      const auto* promise =
          promised == nullptr ? nullptr : std::get_if<CommitmentTerms>(&promised->terms);
      if (promise == nullptr) return impossible(event, "its commitment is not one");
      terms.dimensions = promise->dimensions;
    }
    terms.year = settings.year_start.year_of(claim->from);
    terms.quantity = claim->quantity;
    record.terms = std::move(terms);
  }
  return {};
}

// Counts an entry in force among the users of what it refers to, or no longer.
Result<void> count_users(MutableRecords& records, const Event& event, const Record& record,
                         bool in_force) {
  boost::container::small_vector<Sequence, 4> used;
  if (const auto* contract = std::get_if<ContractTerms>(&record.terms)) {
    used = {contract->buyer, contract->supplier, contract->programme};
  } else if (const auto* measure = std::get_if<MeasureTerms>(&record.terms)) {
    used = {measure->numerator, measure->denominator};
  } else if (const auto* commitment = std::get_if<CommitmentTerms>(&record.terms)) {
    const Dimensions& of = commitment->dimensions;
    used = {of.organisation, of.programme, of.measure, of.contract};
  } else if (const auto* claim = std::get_if<ClaimTerms>(&record.terms)) {
    const Dimensions& of = claim->dimensions;
    if (claim->commitment.value != 0) {
      used = {claim->commitment};
    } else {
      used = {of.organisation, of.programme, of.measure, of.contract};
    }
  }
  for (const Sequence sequence : used) {
    if (sequence.value == 0) continue;
    TALLY_ASSIGN(Record * user_of, edit_existing(records, sequence, event));
    user_of->users += in_force ? 1 : std::uint64_t(-1);
  }
  return {};
}

// A verification takes effect on its claim, whose accounts it moves.
Result<void> set_verification(MutableRecords& records, const Event& event, Sequence self,
                              const Verification* verification, Sequence claim_sequence,
                              NetChange& net) {
  TALLY_ASSIGN(Record * claim, edit_existing(records, claim_sequence, event));
  auto* terms = std::get_if<ClaimTerms>(&claim->terms);
  if (terms == nullptr) return impossible(event, "it verifies what is not a claim");
  net.take_off(*claim);
  terms->verification = verification != nullptr ? self : Sequence{};
  terms->accepted =
      verification != nullptr ? accepted_quantity(*verification, terms->quantity) : Quantity{};
  net.put_on(*claim);
  return {};
}

// The record of the event's own entry.
Record own_record(const Event& event) {
  Record record;
  record.type = event.entry.type();
  record.version = event.sequence;
  record.id = event.entry.id;
  // An event as it is stored has the digest of its details, one that is being decided has them.
  record.has_details = event.details_digest.has_value() || has_details(event.entry);
  return record;
}

Result<void> evolve_new(MutableRecords& records, const Settings& settings, const Event& event,
                        const Body& body, NetChange& net) {
  Record record = own_record(event);
  if (const auto* verification = std::get_if<Verification>(&body)) {
    record.terms = VerificationTerms{verification->claim.sequence, event.entry.actor};
    TALLY_TRY(set_verification(records, event, event.sequence, verification,
                               verification->claim.sequence, net));
  } else {
    TALLY_TRY(set_terms(records, settings, event, body, record));
    TALLY_TRY(count_users(records, event, record, true));
    net.put_on(record);
  }
  records.create(event.sequence, std::move(record));
  return {};
}

Result<void> void_verification(MutableRecords& records, const Event& event, Record& claim) {
  auto& terms = std::get<ClaimTerms>(claim.terms);
  if (terms.verification.value == 0) return {};
  TALLY_ASSIGN(Record * verification, edit_existing(records, terms.verification, event));
  verification->standing = Standing::kVoid;
  terms.verification = Sequence{};
  terms.accepted = Quantity{};
  return {};
}

Result<void> correct_verification(MutableRecords& records, const Event& event,
                                  const Correction& correction, Record& target, NetChange& net) {
  const Sequence claim = std::get<VerificationTerms>(target.terms).claim;
  const Sequence self = correction.corrects.sequence;
  if (!correction.replacement) {
    target.standing = Standing::kWithdrawn;
    return set_verification(records, event, self, nullptr, claim, net);
  }
  target.standing = Standing::kInForce;
  target.version = event.sequence;
  const auto* verification = std::get_if<Verification>(&correction.replacement->body);
  if (verification == nullptr) return impossible(event, "its replacement is of another type");
  return set_verification(records, event, self, verification, claim, net);
}

Result<void> evolve_correction(MutableRecords& records, const Settings& settings,
                               const Event& event, const Correction& correction, NetChange& net) {
  const Sequence corrected = correction.corrects.sequence;
  TALLY_ASSIGN(Record * target, edit_existing(records, corrected, event));
  if (correction.replacement && tally::type_of(correction.replacement->body) != target->type) {
    return impossible(event, "its replacement is of another type");
  }
  if (target->type == EntryType::kVerification) {
    TALLY_TRY(correct_verification(records, event, correction, *target, net));
  } else {
    // Worked on a copy: other records are looked up on the way, and only then put in its place.
    Record record = *target;
    net.take_off(record);
    if (record.standing == Standing::kInForce) {
      TALLY_TRY(count_users(records, event, record, false));
    }
    if (auto* claim = std::get_if<ClaimTerms>(&record.terms)) {
      TALLY_TRY(void_verification(records, event, record));
      claim->actors.add(event.entry.actor);
    }
    record.standing = correction.replacement ? Standing::kInForce : Standing::kWithdrawn;
    if (correction.replacement) {
      record.version = event.sequence;
      TALLY_TRY(set_terms(records, settings, event, correction.replacement->body, record));
      TALLY_TRY(count_users(records, event, record, true));
    }
    net.put_on(record);
    TALLY_ASSIGN(target, edit_existing(records, corrected, event));
    *target = std::move(record);
  }
  Record own = own_record(event);
  own.terms = CorrectionTerms{corrected};
  records.create(event.sequence, std::move(own));
  return {};
}

// A publication moves nothing: it says what was told, and as of when.
void evolve_publication(MutableRecords& records, const Event& event,
                        const Publication& publication) {
  Record own = own_record(event);
  own.terms = PublicationTerms{publication.year, publication.as_of.value_or(Sequence{}),
                               publication.supersedes.sequence};
  records.create(event.sequence, std::move(own));
}

Result<void> evolve_erasure(MutableRecords& records, const Event& event, const Erasure& erasure) {
  TALLY_ASSIGN(Record * erased, edit_existing(records, erasure.erases, event));
  erased->has_details = false;
  Record own = own_record(event);
  own.terms = ErasureTerms{erasure.erases};
  records.create(event.sequence, std::move(own));
  return {};
}

}  // namespace

Contributions contributions(const Record& record) {
  Contributions lines;
  if (record.standing != Standing::kInForce) return lines;
  auto add = [&](Year year, const Dimensions& dimensions, Stage stage, Quantity quantity) {
    if (!quantity.is_zero()) lines.push_back({{year, dimensions, stage}, quantity});
  };
  if (const auto* commitment = std::get_if<CommitmentTerms>(&record.terms)) {
    for (const ScheduleLine& line : commitment->schedule) {
      add(line.year, commitment->dimensions, Stage::kCommitted, line.quantity);
    }
  } else if (const auto* claim = std::get_if<ClaimTerms>(&record.terms)) {
    add(claim->year, claim->dimensions, Stage::kClaimed, claim->quantity);
    if (claim->verification.value != 0) {
      const std::int64_t rejected = claim->quantity.millionths() - claim->accepted.millionths();
      add(claim->year, claim->dimensions, Stage::kVerified, claim->accepted);
      add(claim->year, claim->dimensions, Stage::kRejected,
          Quantity::from_millionths(rejected).value_or(Quantity{}));
    }
  }
  return lines;
}

Result<std::vector<Contribution>> evolve(MutableRecords& records, const Settings& settings,
                                         const Event& event) {
  NetChange net;
  if (const auto* body = std::get_if<Body>(&event.entry.content)) {
    TALLY_TRY(evolve_new(records, settings, event, *body, net));
  } else if (const auto* correction = std::get_if<Correction>(&event.entry.content)) {
    TALLY_TRY(evolve_correction(records, settings, event, *correction, net));
  } else if (const auto* publication = std::get_if<Publication>(&event.entry.content)) {
    evolve_publication(records, event, *publication);
  } else if (const auto* erasure = std::get_if<Erasure>(&event.entry.content)) {
    TALLY_TRY(evolve_erasure(records, event, *erasure));
  }
  return std::move(net).postings();
}

}  // namespace tally::domain
