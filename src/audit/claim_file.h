#pragma once

// Everything about one claim in one place: its versions, its verifications and theirs.  What an
// auditor would pull from the shelf.

#include <map>
#include <optional>
#include <vector>

#include "audit/versions.h"

namespace tally::audit {

struct ClaimFile {
  std::vector<Event> versions;                           // of the claim
  std::map<Sequence, std::vector<Event>> verifications;  // versions of each, by its first

  // The verification in force just before an event; nothing where there was none.
  std::optional<Sequence> verification_before(Sequence event) const;
};

Result<ClaimFile> read_claim_file(Reading& reading, Sequence claim, Sequence as_of);

}  // namespace tally::audit
