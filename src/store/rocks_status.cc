#include "store/rocks_status.h"

#include <fmt/format.h>

namespace tally::store {

Error translate(const rocksdb::Status& status, std::string_view doing) {
  ErrorCode code = ErrorCode::kIo;
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kNoSpace) {
    code = ErrorCode::kNoSpace;
  } else if (status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound()) {
    code = ErrorCode::kDamaged;
  }
  if (code == ErrorCode::kNoSpace) {
    return {code,
            fmt::format("{}: the disk is full; free some space and try again ({})", doing,
                        status.ToString()),
            {},
            0,
            {}};
  }
  return {code, fmt::format("{}: {}", doing, status.ToString()), {}, 0, {}};
}

Result<void> check(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return {};
  return translate(status, doing);
}

}  // namespace tally::store
