#include "base/scratch_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

namespace tally::base {

Result<ScratchFolder> ScratchFolder::make(std::string_view name, std::string_view why) {
  std::error_code error;
  const auto parent = std::filesystem::temp_directory_path(error);
  std::string path = (parent / fmt::format("{}-XXXXXX", name)).string();
  if (error || ::mkdtemp(path.data()) == nullptr) {
    return Error{ErrorCode::kIo,
                 fmt::format("{}, and {} cannot be made; set TMPDIR to a folder on a disk that can "
                             "be written",
                             why, path),
                 {},
                 0,
                 {}};
  }
  ScratchFolder folder;
  folder.path_ = std::move(path);
  return folder;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace tally::base
