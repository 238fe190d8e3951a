// The control that holds entries against what had been published before them.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "audit/controls.h"
#include "base/try.h"

namespace tally::audit {
namespace {

// The last publication of a year before an event; nothing where there was none.
const PublicationFacts* published_before(const AuditFacts& facts, Year year, Sequence event) {
  const std::vector<PublicationFacts>& all = facts.publications();
  const auto after = std::lower_bound(all.begin(), all.end(), PublicationFacts{year, event});
  if (after == all.begin() || std::prev(after)->year != year) return nullptr;
  return &*std::prev(after);
}

class LateEntries {
 public:
  explicit LateEntries(AuditInquiry& inquiry) : inquiry_(inquiry), facts_(inquiry.facts()) {}

  // Adds a finding for each year of the entry that had been published when the event was recorded.
  Result<void> look_at(Sequence event, Sequence entry, EntryType type) {
    for (const Year year : years_of(facts_, entry)) {
      if (!inquiry_.is_about(year)) continue;
      const PublicationFacts* published = published_before(facts_, year, event);
      if (published != nullptr) TALLY_TRY(add(event, type, *published));
    }
    return {};
  }

 private:
  Result<void> add(Sequence event, EntryType type, const PublicationFacts& published) {
    TALLY_ASSIGN(Finding finding, inquiry_.finding(Control::kLateEntry, published.year,
                                                   {event, published.sequence}));
    const Timestamp recorded_at = facts_.recorded_at(event);
    const Timestamp published_at = facts_.recorded_at(published.sequence);
    finding.actor = facts_.actor_name(facts_.actor_of(event));
    finding.message = fmt::format(
        "{}, a {} of {}, was recorded on {}, and {} had been published on {} by {}.",
        finding.entries[0], type_name(type), finding.actor, day_of(recorded_at).to_string(),
        inquiry_.year_text(published.year), day_of(published_at).to_string(), finding.entries[1]);
    finding.facts = {{"type", std::string(type_name(type))},
                     {"recorded_at", recorded_at.to_string()},
                     {"published_at", published_at.to_string()}};
    inquiry_.add(std::move(finding));
    return {};
  }

  AuditInquiry& inquiry_;
  const AuditFacts& facts_;
};

}  // namespace

Result<void> find_late_entries(AuditInquiry& inquiry) {
  const AuditFacts& facts = inquiry.facts();
  if (facts.publications().empty()) return {};
  LateEntries late(inquiry);
  for (const CommitmentFacts& commitment : facts.commitments()) {
    if (!commitment.in_force) continue;
    TALLY_TRY(late.look_at(commitment.sequence, commitment.sequence, EntryType::kCommitment));
  }
  for (const ClaimFacts& claim : facts.claims()) {
    if (!claim.in_force) continue;
    TALLY_TRY(late.look_at(claim.sequence, claim.sequence, EntryType::kClaim));
    if (claim.verification.value == 0) continue;
    TALLY_TRY(late.look_at(claim.verification, claim.sequence, EntryType::kVerification));
  }
  for (const CorrectionFacts& correction : facts.corrections()) {
    TALLY_TRY(late.look_at(correction.sequence, correction.corrects, EntryType::kCorrection));
  }
  return {};
}

}  // namespace tally::audit
