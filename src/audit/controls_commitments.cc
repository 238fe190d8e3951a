// Controls that hold claims against what was promised.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "audit/controls.h"
#include "base/try.h"

namespace tally::audit {
namespace {

// The claims in force of one year against one commitment.
struct ClaimedInYear {
  Decimal quantity;
  std::vector<Sequence> claims;
};
using ClaimedByYear = std::map<Year, ClaimedInYear>;

// Claims in force that have a commitment, by commitment.
std::vector<const ClaimFacts*> promised_claims(const AuditFacts& facts) {
  std::vector<const ClaimFacts*> promised;
  for (const ClaimFacts& claim : facts.claims()) {
    if (claim.in_force && claim.commitment.value != 0) promised.push_back(&claim);
  }
  std::sort(promised.begin(), promised.end(), [](const ClaimFacts* a, const ClaimFacts* b) {
    return std::tie(a->commitment, a->sequence) < std::tie(b->commitment, b->sequence);
  });
  return promised;
}

Quantity promised_for(const CommitmentFacts& commitment, Year year) {
  for (const ScheduleLine& line : commitment.schedule) {
    if (line.year == year) return line.quantity;
  }
  return Quantity{};
}

Result<void> add_above(AuditInquiry& inquiry, const CommitmentFacts& commitment, Year year,
                       const ClaimedInYear& claimed) {
  const Quantity promised = promised_for(commitment, year);
  if (!inquiry.is_about(year) || claimed.quantity <= Decimal(promised)) return {};
  std::vector<Sequence> entries = {commitment.sequence};
  entries.insert(entries.end(), claimed.claims.begin(), claimed.claims.end());
  TALLY_ASSIGN(Finding finding, inquiry.finding(Control::kAboveCommitment, year, entries));
  const std::string_view unit = inquiry.facts().unit(commitment.measure);
  finding.message = fmt::format(
      "{} promises {} for {}, and {} in force against it: {}, {} more.", finding.entries[0],
      amount(promised, unit), inquiry.year_text(year),
      claimed.claims.size() == 1 ? "1 claim is" : counted(claimed.claims.size(), "claim") + " are",
      amount(claimed.quantity, unit), claimed.quantity.minus(promised).to_display());
  finding.facts = {{"committed", promised.to_string()}, {"claimed", claimed.quantity.to_string()}};
  inquiry.add(std::move(finding));
  return {};
}

Result<void> add_unclaimed(AuditInquiry& inquiry, const CommitmentFacts& commitment,
                           const ScheduleLine& line) {
  if (line.quantity.is_zero() || !inquiry.is_about(line.year)) return {};
  if (inquiry.last_day(line.year) >= inquiry.today()) return {};
  TALLY_ASSIGN(Finding finding, inquiry.finding(Control::kCommitmentWithoutClaims, line.year,
                                                {commitment.sequence}));
  finding.message =
      fmt::format("{} promises {} for {}, and no claim in force is against it.", finding.entries[0],
                  amount(line.quantity, inquiry.facts().unit(commitment.measure)),
                  inquiry.year_text(line.year));
  finding.facts = {{"committed", line.quantity.to_string()}};
  inquiry.add(std::move(finding));
  return {};
}

}  // namespace

Result<void> find_unlike_commitment(AuditInquiry& inquiry) {
  const std::vector<const ClaimFacts*> claims = promised_claims(inquiry.facts());
  auto next = claims.begin();
  for (const CommitmentFacts& commitment : inquiry.facts().commitments()) {
    ClaimedByYear claimed;
    while (next != claims.end() && (*next)->commitment < commitment.sequence) ++next;
    for (; next != claims.end() && (*next)->commitment == commitment.sequence; ++next) {
      ClaimedInYear& of_year = claimed[(*next)->year];
      of_year.quantity = of_year.quantity.plus((*next)->quantity);
      of_year.claims.push_back((*next)->sequence);
    }
    if (!commitment.in_force) continue;
    for (const auto& [year, of_year] : claimed) {
      TALLY_TRY(add_above(inquiry, commitment, year, of_year));
    }
    for (const ScheduleLine& line : commitment.schedule) {
      if (!claimed.contains(line.year)) TALLY_TRY(add_unclaimed(inquiry, commitment, line));
    }
  }
  return {};
}

}  // namespace tally::audit
