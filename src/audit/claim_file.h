#pragma once

// Everything about one claim in one place: its versions, its verifications and theirs.  What an
// auditor would pull from the shelf.

#include <map>
#include <optional>
#include <vector>

#include "audit/versions.h"

namespace tally::audit {

class ClaimFile {
 public:
  static Result<ClaimFile> read(Reading& reading, Sequence claim, Sequence as_of);

  // Of the claim itself.
  const std::vector<Event>& versions() const { return versions_; }
  // Of one of its verifications.
  const std::vector<Event>& versions_of_verification(Sequence verification) const {
    return verifications_.at(verification);
  }
  // The verification that an event recorded or corrected, or, of an event of the claim, the one in
  // force just before it; nothing where there was none.
  std::optional<Sequence> verification_behind(Sequence event) const;

 private:
  void index();

  std::vector<Event> versions_;
  std::map<Sequence, std::vector<Event>> verifications_;  // versions of each, by its first
  std::map<Sequence, Sequence> verification_of_;          // by each of its events
  // Which verification was in force after each event of the claim or of one of them.
  std::map<Sequence, std::optional<Sequence>> in_force_after_;
};

}  // namespace tally::audit
