#pragma once

// The ledger of `tally serve --demo`: the bundled sample and made-up years, published, corrected
// and published again, in a temporary folder that goes with it.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/scratch_folder.h"
#include "tally/result.h"

namespace tally::tool {

// What the build writes into the program: tools/sample/, its report as one line.
std::string_view sample_entries();
std::string_view sample_report();

class DemoLedger {
 public:
  struct Login {
    std::string role, actor, token;
  };

  DemoLedger() = default;
  DemoLedger(const DemoLedger&) = delete;
  DemoLedger& operator=(const DemoLedger&) = delete;

  // Makes it.  Errors: `io`, `no-space`.
  Result<void> make();
  const std::filesystem::path& folder() const { return folder_; }
  const std::vector<Login>& logins() const { return logins_; }

 private:
  Result<void> make_tokens();

  base::ScratchFolder parent_;
  std::filesystem::path folder_;
  std::vector<Login> logins_;
};

}  // namespace tally::tool
