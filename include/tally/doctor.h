#pragma once

// What is wrong with a ledger, which figures that touches, and the ways out.  Nothing is changed,
// and a ledger that cannot be opened is looked into as far as it can be read.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tally/verify.h"

namespace tally {

// Something that one can do, as a command or in words, and what comes of it.
struct WayOut {
  std::string action;
  std::string outcome;
};

// One thing that is wrong.
struct Damage {
  std::string where;  // as `Fault` has it; also "format", "store"
  std::optional<Sequence> sequence;
  std::string message;
  std::vector<std::string> totals;  // that it touches, as far as is known
  bool totals_unknown = false;      // nothing can be read that would tell
  std::vector<WayOut> ways_out;     // the best one first
};

struct Diagnosis {
  std::uint64_t events = 0;        // of the log, as far as it can be followed
  bool log_is_whole = false;       // every event is there, and as the newest checkpoint vouches for
  std::vector<Damage> findings;   // none where the ledger is sound
  std::vector<std::string> notes;  // what is no fault, and good to know
};

// Errors: `no-ledger`, `newer-format`; `io` where the folder cannot be read.
Result<Diagnosis> diagnose(const std::filesystem::path& folder, const VerifyOptions& options = {});

}  // namespace tally
