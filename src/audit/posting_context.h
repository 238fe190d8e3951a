#pragma once

// What stands behind a posting: its event, its claim with its evidence, the verification, and the
// corrections of any of them.

#include <map>

#include "audit/claim_file.h"
#include "audit/versions.h"
#include "domain/account.h"

namespace tally::audit {

// Keeps the files of the claims that it met, and the corrections of other entries, since one
// entry's postings often follow one another.
class PostingContext {
 public:
  PostingContext(Reading& reading, Sequence as_of) : reading_(reading), as_of_(as_of) {}

  // Everything of a TracePosting but its delta and balance.
  Result<TracePosting> describe(Sequence event, const domain::AccountKey& account);

 private:
  Result<const ClaimFile*> file_of(Sequence claim);
  Result<const std::vector<CorrectionNote>*> corrections_of(Sequence entry);
  Result<void> add_claim(TracePosting& posting, Sequence claim);

  Reading& reading_;
  Sequence as_of_;
  std::map<Sequence, ClaimFile> files_;
  std::map<Sequence, std::vector<CorrectionNote>> corrections_;
};

}  // namespace tally::audit
