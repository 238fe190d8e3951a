#include "ledger/numbering.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/references.h"
#include "projection/damage.h"

namespace tally::ledger {

std::optional<Sequence> Numbering::number_of(Sequence original) const {
  const auto found = std::lower_bound(originals_.begin(), originals_.end(), original);
  if (found == originals_.end() || *found != original) return std::nullopt;
  return Sequence{static_cast<std::uint64_t>(found - originals_.begin())};
}

Result<void> Numbering::renumber(Event& event) const {
  if (originals_.empty()) return {};
  Result<void> outcome;
  auto one = [&](Sequence& sequence) {
    const auto here = number_of(sequence);
    if (here) {
      sequence = *here;
    } else {
      outcome = projection::damaged(
          fmt::format("event {}, which it refers to, is missing", sequence.value));
    }
    return outcome.ok();
  };
  domain::for_each_reference(event.entry,
                             [&](Reference& reference) { return one(reference.sequence); });
  if (outcome.ok()) one(event.sequence);
  return outcome;
}

}  // namespace tally::ledger
