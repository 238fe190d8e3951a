#include "audit/claim_file.h"

#include "base/try.h"

namespace tally::audit {

Result<ClaimFile> ClaimFile::read(Reading& reading, Sequence claim, Sequence as_of) {
  ClaimFile file;
  TALLY_ASSIGN(file.versions_, versions_of(reading, claim, as_of));
  TALLY_ASSIGN(const auto referrers, reading.reader.referrers(claim));
  for (const Sequence referrer : referrers) {
    if (referrer > as_of) break;
    TALLY_ASSIGN(const auto record, reading.reader.record(referrer));
    if (!record || record->type != EntryType::kVerification) continue;
    TALLY_ASSIGN(auto versions, versions_of(reading, referrer, as_of));
    file.verifications_.emplace(referrer, std::move(versions));
  }
  file.index();
  return file;
}

void ClaimFile::index() {
  for (const auto& [verification, its_versions] : verifications_) {
    for (const Event& version : its_versions) {
      const auto* correction = std::get_if<Correction>(&version.entry.content);
      const bool withdraws = correction != nullptr && !correction->replacement;
      in_force_after_[version.sequence] = withdraws ? std::nullopt : std::optional(verification);
      verification_of_[version.sequence] = verification;
    }
  }
  // A correction of the claim voids what was in force.
  for (std::size_t i = 1; i < versions_.size(); ++i) {
    in_force_after_[versions_[i].sequence] = std::nullopt;
  }
}

std::optional<Sequence> ClaimFile::verification_behind(Sequence event) const {
  const auto own = verification_of_.find(event);
  if (own != verification_of_.end()) return own->second;
  const auto at_or_after = in_force_after_.lower_bound(event);
  if (at_or_after == in_force_after_.begin()) return std::nullopt;
  return std::prev(at_or_after)->second;
}

}  // namespace tally::audit
