#include "export/standing.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/try.h"
#include "domain/references.h"

namespace tally::exports {
namespace {

Error no_body(Sequence sequence) {
  return {ErrorCode::kDamaged,
          fmt::format("event {} has no body; run `tally verify`", sequence.value),
          {},
          0,
          {}};
}

// The event whose body stands at the head.
Result<Sequence> version_of(const Subject& subject, Sequence entry) {
  TALLY_ASSIGN(const auto record, subject.reading.reader.record(entry));
  if (!record) return no_body(entry);
  return record->version;
}

Result<Body> body_at(Subject& subject, Sequence entry, Sequence version) {
  // A version that came later hides the one of then.
  if (version > subject.as_of) {
    TALLY_ASSIGN(const StandingEntry standing, standing_entry(subject, entry));
    const Body* const body = audit::body_of(standing.entry);
    if (body == nullptr) return no_body(entry);
    return *body;
  }
  TALLY_ASSIGN(const Event event, subject.reading.events.read(version));
  const Body* const body = domain::body_said(event.entry);
  if (body == nullptr) return no_body(version);
  return *body;
}

}  // namespace

Result<StandingEntry> standing_entry(Subject& subject, Sequence sequence) {
  TALLY_ASSIGN(const auto versions, audit::versions_of(subject.reading, sequence, subject.as_of));
  StandingEntry standing;
  standing.entry = audit::entry_as_of(versions, subject.as_of);
  standing.withdrawn = audit::is_withdrawn(versions);
  return standing;
}

Result<Body> standing_body(Subject& subject, Sequence sequence) {
  TALLY_ASSIGN(const Sequence version, version_of(subject, sequence));
  return body_at(subject, sequence, version);
}

Result<void> for_each_standing_body(Subject& subject, const std::vector<Sequence>& entries,
                                    const BodyVisit& visit) {
  std::vector<std::pair<Sequence, Sequence>> versions;  // and of which entry
  versions.reserve(entries.size());
  for (const Sequence entry : entries) {
    TALLY_ASSIGN(const Sequence version, version_of(subject, entry));
    versions.emplace_back(version, entry);
  }
  std::sort(versions.begin(), versions.end());
  for (const auto& [version, entry] : versions) {
    TALLY_ASSIGN(const Body body, body_at(subject, entry, version));
    TALLY_TRY(visit(entry, body));
  }
  return {};
}

}  // namespace tally::exports
