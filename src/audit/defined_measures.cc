#include "audit/defined_measures.h"

#include "base/try.h"
#include "ledger/core.h"
#include "ledger/measures.h"

namespace tally {
namespace audit {

Result<std::vector<DefinedMeasure>> defined_measures(Reading& reading, Sequence as_of) {
  TALLY_ASSIGN(const auto all, reading.reader.measures_as_of(as_of));
  std::vector<DefinedMeasure> measures;
  for (const auto& [sequence, defined] : all) {
    TALLY_ASSIGN(Entry entry, entry_by(reading, sequence, defined.measure.body));
    const Body* const body = body_of(entry);
    const auto* const measure = body == nullptr ? nullptr : std::get_if<Measure>(body);
    if (measure == nullptr) continue;
    measures.push_back({std::move(entry.id), *measure, defined.version,
                        defined.measure.standing == domain::Standing::kInForce});
  }
  return measures;
}

}  // namespace audit

Result<std::vector<DefinedMeasure>> measures(const Ledger& ledger, std::optional<Sequence> as_of) {
  TALLY_ASSIGN(projection::Reader state, ledger.core().reader());
  audit::Reading reading(ledger.core().log(), std::move(state));
  TALLY_ASSIGN(const Sequence point, ledger::checked_point(reading.reader, as_of));
  return audit::defined_measures(reading, point);
}

}  // namespace tally
