#include "export/standing.h"

#include <fmt/format.h>

#include "base/try.h"

namespace tally::exports {
namespace {

Error no_body(Sequence sequence) {
  return {ErrorCode::kDamaged,
          fmt::format("event {} has no body; run `tally verify`", sequence.value),
          {},
          0,
          {}};
}

}  // namespace

Result<StandingEntry> standing_entry(Subject& subject, Sequence sequence) {
  TALLY_ASSIGN(const auto versions, audit::versions_of(subject.reading, sequence, subject.as_of));
  StandingEntry standing;
  standing.entry = audit::entry_as_of(versions, subject.as_of);
  const auto* last = std::get_if<Correction>(&versions.back().entry.content);
  standing.withdrawn = last != nullptr && !last->replacement;
  return standing;
}

Result<Body> standing_body(Subject& subject, Sequence sequence) {
  TALLY_ASSIGN(const auto record, subject.reading.reader.record(sequence));
  if (!record) return no_body(sequence);
  // A version that came later hides the one of then.
  if (record->version > subject.as_of) {
    TALLY_ASSIGN(const StandingEntry standing, standing_entry(subject, sequence));
    const Body* const body = audit::body_of(standing.entry);
    if (body == nullptr) return no_body(sequence);
    return *body;
  }
  TALLY_ASSIGN(const Event event, subject.reading.events.read(record->version));
  if (const auto* body = std::get_if<Body>(&event.entry.content)) return *body;
  const auto* correction = std::get_if<Correction>(&event.entry.content);
  if (correction == nullptr || !correction->replacement) return no_body(sequence);
  return correction->replacement->body;
}

}  // namespace tally::exports
