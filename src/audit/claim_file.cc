#include "audit/claim_file.h"

#include "base/try.h"

namespace tally::audit {

Result<ClaimFile> read_claim_file(Reading& reading, Sequence claim, Sequence as_of) {
  ClaimFile file;
  TALLY_ASSIGN(file.versions, versions_of(reading, claim, as_of));
  TALLY_ASSIGN(const auto referrers, reading.reader.referrers(claim));
  for (const Sequence referrer : referrers) {
    if (referrer > as_of) break;
    TALLY_ASSIGN(const auto record, reading.reader.record(referrer));
    if (!record || record->type != EntryType::kVerification) continue;
    TALLY_ASSIGN(auto versions, versions_of(reading, referrer, as_of));
    file.verifications.emplace(referrer, std::move(versions));
  }
  return file;
}

std::optional<Sequence> ClaimFile::verification_before(Sequence event) const {
  // What happened to the claim and its verifications, in the order of the log.
  std::map<Sequence, std::optional<Sequence>> in_force_after;
  for (const auto& [verification, its_versions] : verifications) {
    for (const Event& version : its_versions) {
      const auto* correction = std::get_if<Correction>(&version.entry.content);
      const bool withdraws = correction != nullptr && !correction->replacement;
      in_force_after[version.sequence] = withdraws ? std::nullopt : std::optional(verification);
    }
  }
  // A correction of the claim voids what was in force.
  for (std::size_t i = 1; i < versions.size(); ++i) {
    in_force_after[versions[i].sequence] = std::nullopt;
  }
  const auto at_or_after = in_force_after.lower_bound(event);
  if (at_or_after == in_force_after.begin()) return std::nullopt;
  return std::prev(at_or_after)->second;
}

}  // namespace tally::audit
