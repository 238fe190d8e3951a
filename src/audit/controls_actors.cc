// Who corrected what.

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "audit/controls.h"
#include "base/try.h"

namespace tally::audit {
namespace {

struct CorrectionsOfActor {
  std::vector<Sequence> corrections;
  std::uint64_t withdrawals = 0;
  std::uint64_t of_own = 0;
};

std::string withdrawals_text(std::uint64_t number) {
  if (number == 0) return "none of them a withdrawal";
  return number == 1 ? "1 of them a withdrawal" : shown(number) + " of them withdrawals";
}

std::string message_of(const AuditInquiry& inquiry, const std::string& actor,
                       std::optional<Year> year, const CorrectionsOfActor& found) {
  const std::uint64_t all = found.corrections.size();
  return fmt::format("{} recorded {} of {}, {}: {} of its own entries and {} of others'.", actor,
                     counted(all, "correction"),
                     year ? "entries of " + inquiry.year_text(*year) : "entries without a year",
                     withdrawals_text(found.withdrawals), shown(found.of_own),
                     shown(all - found.of_own));
}

}  // namespace

Result<void> find_corrections(AuditInquiry& inquiry) {
  const AuditFacts& facts = inquiry.facts();
  std::map<std::pair<ActorNumber, std::optional<Year>>, CorrectionsOfActor> by_actor;
  for (const CorrectionFacts& correction : facts.corrections()) {
    const ActorNumber actor = facts.actor_of(correction.sequence);
    auto add = [&](std::optional<Year> year) {
      CorrectionsOfActor& all = by_actor[{actor, year}];
      all.corrections.push_back(correction.sequence);
      if (correction.withdraws) ++all.withdrawals;
      if (actor == facts.actor_of(correction.corrects)) ++all.of_own;
    };
    const std::vector<Year> years = years_of(facts, correction.corrects);
    if (years.empty()) add(std::nullopt);
    for (const Year year : years) {
      if (inquiry.is_about(year)) add(year);
    }
  }
  for (const auto& [of, found] : by_actor) {
    TALLY_ASSIGN(Finding finding,
                 inquiry.finding(Control::kCorrectionsByActor, of.second, found.corrections));
    finding.actor = facts.actor_name(of.first);
    finding.message = message_of(inquiry, finding.actor, of.second, found);
    const std::uint64_t all = found.corrections.size();
    finding.facts = {{"corrections", all},
                     {"withdrawals", found.withdrawals},
                     {"of_own", found.of_own},
                     {"of_others", all - found.of_own}};
    inquiry.add(std::move(finding));
  }
  return {};
}

}  // namespace tally::audit
