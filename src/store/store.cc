#include "store/store.h"

namespace tally::store {
namespace {

Error one_generation() {
  return {ErrorCode::kUsage, "this store keeps one generation of derived state", {}, 0, {}};
}

}  // namespace

Result<void> Batch::remove(Family, std::string_view) {
  return Error{ErrorCode::kIo, "this batch cannot remove anything", {}, 0, {}};
}

Result<std::shared_ptr<Generation>> Store::building() { return one_generation(); }
// NOLINTNEXTLINE(performance-unnecessary-value-param): a store that can do it keeps the generation
Result<void> Store::put_in_force(std::shared_ptr<Generation>) { return one_generation(); }
Result<void> Store::discard_building() { return one_generation(); }

}  // namespace tally::store
