#include "ledger/restatement.h"

#include <algorithm>
#include <set>

#include "base/try.h"

namespace tally::ledger {
namespace {

using projection::AccountState;
using projection::Level;
using projection::LevelKey;
using projection::Reader;

class Difference {
 public:
  Difference(const Reader& reader, Sequence from, Sequence to)
      : reader_(reader), from_(from), to_(to) {}

  // The measures' balances and values; notes what was posted to.
  Result<bool> in_measures(Year year) {
    bool differs = false;
    TALLY_TRY(reader_.for_each_account(
        projection::year_prefix(Level::kMeasure, year),
        [&](const LevelKey& key, const AccountState& state) -> Result<bool> {
          TALLY_ASSIGN(differs, balance_differs(key, state));
          const Sequence measure = key.account.dimensions.measure;
          if (!differs) {
            TALLY_ASSIGN(differs, value_differs(key, state, measure));
          }
          TALLY_ASSIGN(const auto last, reader_.last_posting(key.level, state, to_));
          if (last && *last > from_) posted_to_.insert(measure);
          return !differs;
        }));
    return differs;
  }

  // The accounts of the measures that were posted to.
  Result<bool> in_accounts(Year year) const {
    bool differs = false;
    for (const Sequence measure : posted_to_) {
      TALLY_TRY(reader_.for_each_account(
          projection::measure_prefix(Level::kAccount, year, measure),
          [&](const LevelKey& key, const AccountState& state) -> Result<bool> {
            TALLY_ASSIGN(differs, balance_differs(key, state));
            return !differs;
          }));
      if (differs) break;
    }
    return differs;
  }

 private:
  Result<bool> balance_differs(const LevelKey& key, const AccountState& state) const {
    TALLY_ASSIGN(const auto before, reader_.balance_as_of(key.level, state, from_));
    TALLY_ASSIGN(const auto after, reader_.balance_as_of(key.level, state, to_));
    return before.value_or(Quantity{}) != after.value_or(Quantity{});
  }

  // Of a balance that is the same at both points.
  Result<bool> value_differs(const LevelKey& key, const AccountState& state,
                             Sequence measure) const {
    TALLY_ASSIGN(const auto balance, reader_.balance_as_of(key.level, state, to_));
    if (!balance || balance->is_zero()) return false;
    TALLY_ASSIGN(const auto before, reader_.measure_as_of(measure, from_));
    TALLY_ASSIGN(const auto after, reader_.measure_as_of(measure, to_));
    return before && after && before->measure.terms.proxy != after->measure.terms.proxy;
  }

  const Reader& reader_;
  Sequence from_;
  Sequence to_;
  std::set<Sequence> posted_to_;
};

}  // namespace

Result<bool> year_differs(const Reader& reader, Year year, Sequence from, Sequence to) {
  if (from == to) return false;
  Difference difference(reader, from, to);
  TALLY_ASSIGN(const bool in_measures, difference.in_measures(year));
  if (in_measures) return true;
  return difference.in_accounts(year);
}

Result<bool> is_restated(const Reader& reader, Year year, Sequence as_of) {
  TALLY_ASSIGN(const auto published, reader.latest_publication(year, as_of));
  if (!published) return false;
  return year_differs(reader, year, published->as_of, as_of);
}

}  // namespace tally::ledger
