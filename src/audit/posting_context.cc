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
  TALLY_ASSIGN(ClaimFile file, ClaimFile::read(reading_, claim, as_of_));
  return &files_.emplace(claim, std::move(file)).first->second;
}

Result<void> PostingContext::add_claim(TracePosting& posting, Sequence claim) {
  TALLY_ASSIGN(const ClaimFile* file, file_of(claim));
  const Entry as_then = entry_as_of(file->versions(), posting.sequence);
  posting.claim = as_then.id;
  if (const Body* body = body_of(as_then)) {
    if (const auto* said = std::get_if<Claim>(body)) posting.evidence = said->evidence;
  }
  add_corrections(file->versions(), posting.corrections);
  if (posting.stage != Stage::kVerified && posting.stage != Stage::kRejected) return {};
  const std::optional<Sequence> verification = file->verification_behind(posting.sequence);
  if (!verification) return {};
  const std::vector<Event>& versions = file->versions_of_verification(*verification);
  posting.verification = versions.front().entry.id;
  add_corrections(versions, posting.corrections);
  return {};
}

Result<const std::vector<CorrectionNote>*> PostingContext::corrections_of(Sequence entry) {
  const auto found = corrections_.find(entry);
  if (found != corrections_.end()) return &found->second;
  if (corrections_.size() >= kFilesKept) corrections_.clear();
  TALLY_ASSIGN(const auto versions, versions_of(reading_, entry, as_of_));
  std::vector<CorrectionNote> notes;
  add_corrections(versions, notes);
  return &corrections_.emplace(entry, std::move(notes)).first->second;
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
    TALLY_ASSIGN(const auto* corrections, corrections_of(subject));
    posting.corrections = *corrections;
  }
  std::sort(
      posting.corrections.begin(), posting.corrections.end(),
      [](const CorrectionNote& a, const CorrectionNote& b) { return a.sequence < b.sequence; });
  return posting;
}

}  // namespace tally::audit
