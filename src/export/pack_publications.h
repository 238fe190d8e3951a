#pragma once

// The publications of a pack, each read from the log's own bytes, and what they show of the rest.

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "export/pack_layout.h"

namespace tally::exports::pack {

class ProvenPublications {
 public:
  // Of a log with this key, as of this checkpoint.
  ProvenPublications(const VerifierKey& key, std::string_view checkpoint, YearStart year_start)
      : key_(key), checkpoint_(checkpoint), year_start_(year_start) {}

  // The next one, in the order of the log; notes it at the root that it froze.  `refused` where it
  // is not proven, or is not what the description says.
  Result<void> add(const PublicationProof& said, std::string_view proof,
                   std::vector<PackedRoot>& roots);
  // Whether the bundles stand behind what was stated; all of it, where they do at all.
  Result<void> check_statements(const Description& description) const;

 private:
  using Stated = std::tuple<std::string, std::string, std::string>;  // publication, figure, label

  const VerifierKey& key_;
  std::string_view checkpoint_;
  YearStart year_start_;
  std::optional<Sequence> last_;
  std::vector<Stated> stated_;
};

}  // namespace tally::exports::pack
