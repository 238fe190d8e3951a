#pragma once

// A folder in the temporary folder (TMPDIR), which goes with whoever made it.

#include <filesystem>
#include <string>
#include <string_view>

#include "tally/result.h"

namespace tally::base {

class ScratchFolder {
 public:
  // Makes one whose name begins with `name`.  `io` where that cannot be, which begins with `why`:
  // what needs it.
  static Result<ScratchFolder> make(std::string_view name, std::string_view why);

  ScratchFolder() = default;  // none
  ~ScratchFolder();
  ScratchFolder(ScratchFolder&& other) noexcept { path_.swap(other.path_); }
  ScratchFolder& operator=(ScratchFolder&& other) noexcept {
    path_.swap(other.path_);
    return *this;
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tally::base
