#include "ledger/frozen_year.h"

#include <fmt/format.h>

#include <map>

#include "base/try.h"
#include "ledger/totals.h"

namespace tally::ledger {

std::string WrongRoot::to_string() const {
  return fmt::format(
      "the publication of event {} says that its year's totals had the root {} as of event {}, and "
      "the events give {}",
      frozen.publication.value, frozen.totals_root.to_string(), frozen.as_of.value,
      totals_root.to_string());
}

Result<std::optional<WrongRoot>> find_wrong_root(projection::Reader& reader, YearStart year_start,
                                                 const std::vector<FrozenYear>& published) {
  std::map<std::pair<Year, Sequence>, Hash> roots;
  for (const FrozenYear& one : published) {
    const auto [root, is_new] = roots.try_emplace({one.year, one.as_of});
    if (is_new) {
      TALLY_ASSIGN(root->second, compute_totals_root(reader, year_start, one.year, one.as_of));
    }
    if (root->second != one.totals_root) return std::optional(WrongRoot{one, root->second});
  }
  return std::optional<WrongRoot>();
}

}  // namespace tally::ledger
