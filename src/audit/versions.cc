#include "audit/versions.h"

#include "base/try.h"

namespace tally::audit {

namespace {

// The corrections of an entry up to a point, oldest first.  A programme may have a million entries
// that refer to it: those are looked through only where the entry was corrected at all, and never
// for a measure, whose versions are known.
Result<std::vector<Sequence>> corrections_of(const Reading& reading, Sequence entry,
                                             Sequence as_of) {
  std::vector<Sequence> corrections;
  TALLY_ASSIGN(const auto subject, reading.reader.record(entry));
  if (subject && !was_corrected(*subject, entry)) return corrections;
  if (subject && subject->type == EntryType::kMeasure) {
    TALLY_ASSIGN(const auto versions, reading.reader.measure_versions(entry, as_of));
    for (const auto& [event, version] : versions) {
      if (event != entry) corrections.push_back(event);
    }
    return corrections;
  }
  TALLY_ASSIGN(const auto referrers, reading.reader.referrers(entry));
  for (const Sequence referrer : referrers) {
    if (referrer > as_of) break;
    TALLY_ASSIGN(const auto record, reading.reader.record(referrer));
    const auto* correction =
        record ? std::get_if<domain::CorrectionTerms>(&record->terms) : nullptr;
    if (correction != nullptr && correction->corrects == entry) corrections.push_back(referrer);
  }
  return corrections;
}

}  // namespace

bool was_corrected(const domain::Record& record, Sequence entry) {
  return record.version != entry || record.standing == domain::Standing::kWithdrawn;
}

Result<std::vector<Event>> versions_of(Reading& reading, Sequence entry, Sequence as_of) {
  std::vector<Event> versions;
  TALLY_ASSIGN(Event first, reading.events.read_named(entry));
  versions.push_back(std::move(first));
  TALLY_ASSIGN(const auto corrections, corrections_of(reading, entry, as_of));
  for (const Sequence correction : corrections) {
    TALLY_ASSIGN(Event version, reading.events.read_named(correction));
    versions.push_back(std::move(version));
  }
  return versions;
}

Entry entry_as_of(const std::vector<Event>& versions, Sequence as_of) {
  const Replacement* last = nullptr;
  for (std::size_t i = 1; i < versions.size() && versions[i].sequence <= as_of; ++i) {
    const auto* correction = std::get_if<Correction>(&versions[i].entry.content);
    if (correction != nullptr && correction->replacement) last = &*correction->replacement;
  }
  if (last == nullptr) return versions.front().entry;
  Entry entry;
  entry.id = versions.front().entry.id;
  entry.actor = versions.front().entry.actor;
  entry.content = last->body;
  entry.note = last->note;
  return entry;
}

bool is_withdrawn(const std::vector<Event>& versions) {
  const auto* correction = std::get_if<Correction>(&versions.back().entry.content);
  // The first is the entry's own event, and a correction where the entry is one.
  return versions.size() > 1 && correction != nullptr && !correction->replacement;
}

Result<Entry> entry_by(Reading& reading, Sequence entry, Sequence version) {
  std::vector<Event> versions;
  TALLY_ASSIGN(versions.emplace_back(), reading.events.read_named(entry));
  if (version != entry) {
    TALLY_ASSIGN(versions.emplace_back(), reading.events.read_named(version));
  }
  return entry_as_of(versions, version);
}

const Body* body_of(const Entry& entry) { return std::get_if<Body>(&entry.content); }

Result<std::optional<domain::Dimensions>> dimensions_as_of(Reading& reading, const Entry& entry,
                                                           Sequence as_of) {
  const Body* body = body_of(entry);
  const auto* commitment = body != nullptr ? std::get_if<Commitment>(body) : nullptr;
  const auto* claim = body != nullptr ? std::get_if<Claim>(body) : nullptr;
  auto own = [](const auto& of) {
    return std::optional(domain::Dimensions{of.measure.sequence, of.programme.sequence,
                                            of.organisation.sequence, of.contract.sequence});
  };
  if (commitment != nullptr) return own(*commitment);
  if (claim == nullptr) return std::optional<domain::Dimensions>();
  if (!claim->commitment.present()) return own(*claim);
  TALLY_ASSIGN(const auto versions, versions_of(reading, claim->commitment.sequence, as_of));
  return dimensions_as_of(reading, entry_as_of(versions, as_of), as_of);
}

CorrectionNote note_of(const Event& correction) {
  CorrectionNote note;
  note.sequence = correction.sequence;
  note.entry = correction.entry.id;
  note.actor = correction.entry.actor;
  note.recorded_at = correction.recorded_at;
  if (const auto* body = std::get_if<Correction>(&correction.entry.content)) {
    note.reason = body->reason;
  }
  return note;
}

}  // namespace tally::audit
