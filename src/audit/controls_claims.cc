// Controls that look at claims one by one, and at the documents behind them.

#include <fmt/format.h>

#include <set>

#include "audit/controls.h"
#include "base/try.h"

namespace tally::audit {
namespace {

constexpr std::size_t kDigestShown = 12;

}  // namespace

Result<void> find_verified_by_claimant(AuditInquiry& inquiry) {
  const AuditFacts& facts = inquiry.facts();
  for (const ClaimFacts& claim : facts.claims()) {
    if (!claim.in_force || claim.verification.value == 0 || !inquiry.is_about(claim.year)) continue;
    const VerificationFacts* verification = facts.verification(claim.verification);
    if (verification == nullptr) continue;
    // Who put it in force: a correction may have been somebody else's.
    const ActorNumber actor = facts.actor_of(verification->version);
    const RecordedClaims* recorded = facts.claims_recorded(claim.organisation, actor);
    if (recorded == nullptr) continue;
    TALLY_ASSIGN(Finding finding,
                 inquiry.finding(Control::kVerifiedByClaimant, claim.year,
                                 {verification->sequence, claim.sequence, recorded->first}));
    TALLY_ASSIGN(const std::string organisation, inquiry.id_of(claim.organisation));
    finding.actor = facts.actor_name(actor);
    finding.message = fmt::format(
        "{} verifies {}, a claim of {}; {}, who recorded it, also recorded or corrected {} of that "
        "organisation, the first of them {}.",
        finding.entries[0], finding.entries[1], organisation, finding.actor,
        counted(recorded->count, "claim"), finding.entries[2]);
    finding.facts = {{"organisation", organisation}, {"claims", recorded->count}};
    inquiry.add(std::move(finding));
  }
  return {};
}

Result<void> find_claims_without_evidence(AuditInquiry& inquiry) {
  for (const ClaimFacts& claim : inquiry.facts().claims()) {
    if (!claim.in_force || claim.has_evidence || !inquiry.is_about(claim.year)) continue;
    TALLY_ASSIGN(Finding finding,
                 inquiry.finding(Control::kClaimWithoutEvidence, claim.year, {claim.sequence}));
    TALLY_ASSIGN(const std::string organisation, inquiry.id_of(claim.organisation));
    finding.message =
        fmt::format("{} claims {} for {} and names no evidence.", finding.entries[0],
                    amount(claim.quantity, inquiry.facts().unit(claim.measure)), organisation);
    finding.facts = {{"organisation", organisation}, {"quantity", claim.quantity.to_string()}};
    inquiry.add(std::move(finding));
  }
  return {};
}

Result<void> find_cut_off(AuditInquiry& inquiry) {
  for (const ClaimFacts& claim : inquiry.facts().claims()) {
    if (!claim.in_force || !inquiry.is_about(claim.year)) continue;
    const Timestamp recorded_at = inquiry.facts().recorded_at(claim.sequence);
    const std::int64_t late =
        std::int64_t{day_of(recorded_at).days} - inquiry.last_day(claim.year).days;
    if (late <= 0 || static_cast<std::uint64_t>(late) <= inquiry.cut_off_days()) continue;
    const auto days = static_cast<std::uint64_t>(late);
    TALLY_ASSIGN(Finding finding, inquiry.finding(Control::kCutOff, claim.year, {claim.sequence}));
    finding.message =
        fmt::format("{} was delivered by {} and recorded on {}, {} after {} ended.",
                    finding.entries[0], claim.to.to_string(), day_of(recorded_at).to_string(),
                    counted(days, "day"), inquiry.year_text(claim.year));
    finding.facts = {{"delivered", claim.to.to_string()},
                     {"recorded_at", recorded_at.to_string()},
                     {"days", days}};
    inquiry.add(std::move(finding));
  }
  return {};
}

namespace {

// The claims behind which one document stands: `shared` from `first` to before `last`.
Result<void> add_shared(AuditInquiry& inquiry, const EvidenceFacts* first,
                        const EvidenceFacts* last) {
  std::optional<Year> year;
  std::set<Sequence> organisations;
  std::vector<Sequence> entries;
  for (const EvidenceFacts* one = first; one != last; ++one) {
    const ClaimFacts& claim = inquiry.facts().claims()[one->claim];
    if (inquiry.is_about(claim.year) && (!year || claim.year < *year)) year = claim.year;
    organisations.insert(claim.organisation);
    entries.push_back(claim.sequence);
  }
  if (!year) return {};
  TALLY_ASSIGN(Finding finding, inquiry.finding(Control::kSharedEvidence, year, entries));
  const std::string digest = first->sha256.to_string();
  finding.message = fmt::format("The document with SHA-256 {}… is evidence of {} of {}.",
                                digest.substr(0, kDigestShown), counted(entries.size(), "claim"),
                                counted(organisations.size(), "organisation"));
  finding.facts = {{"sha256", digest},
                   {"claims", std::uint64_t{entries.size()}},
                   {"organisations", std::uint64_t{organisations.size()}}};
  inquiry.add(std::move(finding));
  return {};
}

}  // namespace

Result<void> find_shared_evidence(AuditInquiry& inquiry) {
  const std::vector<EvidenceFacts>& all = inquiry.facts().evidence();
  for (std::size_t first = 0, last = 0; first < all.size(); first = last) {
    while (last < all.size() && all[last].sha256 == all[first].sha256) ++last;
    if (last - first > 1) TALLY_TRY(add_shared(inquiry, all.data() + first, all.data() + last));
  }
  return {};
}

}  // namespace tally::audit
