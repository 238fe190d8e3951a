#pragma once

// Which accounts a question is about, and at which level their balances answer it.

#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "projection/reader.h"
#include "tally/totals.h"

namespace tally::ledger {

// The coarsest level whose accounts tell these dimensions apart.
projection::Level coarsest_level(bool programme, bool organisation, bool contract);

// The filters of a query with their ids resolved.  An empty set lets everything through.
struct Selection {
  Sequence as_of;
  std::set<Year> years;
  std::set<Sequence> measures;
  std::set<Sequence> programmes;
  std::set<Sequence> organisations;
  std::set<Sequence> contracts;  // 0 for those without one
  projection::Level level = projection::Level::kMeasure;

  // Errors: `unknown-reference`, `wrong-type`, `bad-entry`.
  static Result<Selection> make(const projection::Reader& reader, const TotalsQuery& query);

  bool holds(const domain::AccountKey& account) const;
};

// Calls `visit` for each account of the selection, at its level, with its balance as of its point.
// Accounts that had not been posted to by then are passed over.
using BalanceVisit = std::function<Result<void>(const domain::AccountKey&, Quantity)>;
Result<void> for_each_balance(const projection::Reader& reader, const Selection& selection,
                              const BalanceVisit& visit);

}  // namespace tally::ledger
