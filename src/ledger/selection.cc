#include "ledger/selection.h"

#include <algorithm>

#include "base/try.h"
#include "ledger/measures.h"

namespace tally::ledger {
namespace {

using projection::Level;

Level level_for(const TotalsQuery& query) {
  auto told_apart = [&](const std::vector<std::string>& filter, Dimension dimension) {
    return !filter.empty() ||
           std::find(query.by.begin(), query.by.end(), dimension) != query.by.end();
  };
  return coarsest_level(told_apart(query.programmes, Dimension::kProgramme),
                        told_apart(query.organisations, Dimension::kOrganisation),
                        told_apart(query.contracts, Dimension::kContract));
}

}  // namespace

Level coarsest_level(bool programme, bool organisation, bool contract) {
  if (contract || (programme && organisation)) return Level::kAccount;
  if (programme) return Level::kProgramme;
  return organisation ? Level::kOrganisation : Level::kMeasure;
}

Result<Selection> Selection::make(const projection::Reader& reader, const TotalsQuery& query) {
  Selection selection;
  TALLY_ASSIGN(selection.as_of, checked_point(reader, query.as_of));
  selection.years.insert(query.years.begin(), query.years.end());
  auto resolve = [&](const std::vector<std::string>& ids, EntryType type,
                     std::set<Sequence>& found) -> Result<void> {
    for (const std::string& id : ids) {
      if (type == EntryType::kContract && id == FigureReference::kNoContract) {
        found.insert(Sequence{});
        continue;
      }
      TALLY_ASSIGN(const Sequence sequence, find_entry(reader, id, type, selection.as_of));
      found.insert(sequence);
    }
    return {};
  };
  TALLY_TRY(resolve(query.measures, EntryType::kMeasure, selection.measures));
  TALLY_TRY(resolve(query.programmes, EntryType::kProgramme, selection.programmes));
  TALLY_TRY(resolve(query.organisations, EntryType::kOrganisation, selection.organisations));
  TALLY_TRY(resolve(query.contracts, EntryType::kContract, selection.contracts));
  selection.level = level_for(query);
  return selection;
}

bool Selection::holds(const domain::AccountKey& account) const {
  auto in = [](const auto& set, const auto& value) { return set.empty() || set.contains(value); };
  const domain::Dimensions& of = account.dimensions;
  return in(years, account.year) && in(measures, of.measure) && in(programmes, of.programme) &&
         in(organisations, of.organisation) && in(contracts, of.contract);
}

Result<void> for_each_balance(const projection::Reader& reader, const Selection& selection,
                              const BalanceVisit& visit) {
  auto visit_account = [&](const projection::LevelKey& key,
                           const projection::AccountState& state) -> Result<bool> {
    if (!selection.holds(key.account)) return true;
    TALLY_ASSIGN(const auto balance, reader.balance_as_of(key.level, state, selection.as_of));
    if (balance) TALLY_TRY(visit(key.account, *balance));
    return true;
  };
  std::vector<std::string> prefixes;
  for (const Year year : selection.years) {
    for (const Sequence measure : selection.measures) {
      prefixes.push_back(projection::measure_prefix(selection.level, year, measure));
    }
    if (selection.measures.empty()) {
      prefixes.push_back(projection::year_prefix(selection.level, year));
    }
  }
  if (selection.years.empty()) prefixes.push_back(projection::level_prefix(selection.level));
  for (const std::string& prefix : prefixes) {
    TALLY_TRY(reader.for_each_account(prefix, visit_account));
  }
  return {};
}

}  // namespace tally::ledger
