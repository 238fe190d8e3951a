#include "store/store.h"

namespace tally::store {

Result<void> Batch::remove(Family, std::string_view) {
  return Error{ErrorCode::kIo, "this batch cannot remove anything", {}, 0, {}};
}

}  // namespace tally::store
