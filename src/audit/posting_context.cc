#include "audit/posting_context.h"

#include <algorithm>

#include "base/try.h"

namespace tally::audit {
namespace {

constexpr std::size_t kFilesKept = 4'096;

void add_corrections(const std::vector<Event>& versions, std::vector<CorrectionNote>& notes) {
  for (std::size_t i = 1; i < versions.size(); ++i) notes.push_back(note_of(versions[i]));
}

}  // namespace

Result<const ClaimFile*> PostingContext::file_of(Sequence claim) {
  const auto found = files_.find(claim);
  if (found != files_.end()) return &found->second;
  if (files_.size() >= kFilesKept) files_.clear();
  TALLY_ASSIGN(ClaimFile file, read_claim_file(reading_, claim, as_of_));
  return &files_.emplace(claim, std::move(file)).first->second;
}

Result<void> PostingContext::add_claim(TracePosting& posting, Sequence claim) {
  TALLY_ASSIGN(const ClaimFile* file, file_of(claim));
  const Entry as_then = entry_as_of(file->versions, posting.sequence);
  posting.claim = as_then.id;
  if (const Body* body = body_of(as_then)) {
    if (const auto* said = std::get_if<Claim>(body)) posting.evidence = said->evidence;
  }
  add_corrections(file->versions, posting.corrections);
  if (posting.stage != Stage::kVerified && posting.stage != Stage::kRejected) return {};
  // The event is of a verification, or voids the one that was in force before it.
  std::optional<Sequence> verification = file->verification_before(posting.sequence);
  for (const auto& [sequence, versions] : file->verifications) {
    const bool its_own = std::any_of(versions.begin(), versions.end(), [&](const Event& version) {
      return version.sequence == posting.sequence;
    });
    if (its_own) verification = sequence;
  }
  if (!verification) return {};
  const std::vector<Event>& versions = file->verifications.at(*verification);
  posting.verification = versions.front().entry.id;
  add_corrections(versions, posting.corrections);
  return {};
}

Result<TracePosting> PostingContext::describe(Sequence event, const domain::AccountKey& account) {
  TALLY_ASSIGN(const Event posted, reading_.events.read(event));
  TracePosting posting;
  posting.sequence = event;
  posting.entry = posted.entry.id;
  posting.type = posted.entry.type();
  posting.actor = posted.entry.actor;
  posting.recorded_at = posted.recorded_at;
  posting.year = account.year;
  posting.stage = account.stage;
  const domain::Dimensions& of = account.dimensions;
  TALLY_ASSIGN(posting.measure, reading_.reader.id_of(of.measure));
  TALLY_ASSIGN(posting.programme, reading_.reader.id_of(of.programme));
  TALLY_ASSIGN(posting.organisation, reading_.reader.id_of(of.organisation));
  if (of.contract.value != 0) {
    TALLY_ASSIGN(posting.contract, reading_.reader.id_of(of.contract));
  }
  // Which entry the event is about: itself, or what it corrects.
  Sequence subject = event;
  if (const auto* correction = std::get_if<Correction>(&posted.entry.content)) {
    subject = correction->corrects.sequence;
  }
  TALLY_ASSIGN(const auto record, reading_.reader.record(subject));
  if (!record) return posting;
  if (record->type == EntryType::kClaim) {
    TALLY_TRY(add_claim(posting, subject));
  } else if (const auto* verification = std::get_if<domain::VerificationTerms>(&record->terms)) {
    TALLY_TRY(add_claim(posting, verification->claim));
  } else {
    TALLY_ASSIGN(const auto versions, versions_of(reading_, subject, as_of_));
    add_corrections(versions, posting.corrections);
  }
  std::sort(
      posting.corrections.begin(), posting.corrections.end(),
      [](const CorrectionNote& a, const CorrectionNote& b) { return a.sequence < b.sequence; });
  return posting;
}

}  // namespace tally::audit
