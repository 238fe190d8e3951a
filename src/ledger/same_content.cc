#include "ledger/same_content.h"

#include <vector>

#include "base/try.h"
#include "domain/references.h"

namespace tally::ledger {
namespace {

std::vector<Reference*> references_of(Entry& entry) {
  std::vector<Reference*> all;
  domain::for_each_reference(entry, [&](Reference& reference) {
    all.push_back(&reference);
    return true;
  });
  return all;
}

void strip_evidence(Body& body) {
  auto strip = [](std::vector<Evidence>& list) {
    for (Evidence& one : list) {
      one.title.clear();
      one.uri.clear();
    }
  };
  if (auto* claim = std::get_if<Claim>(&body)) strip(claim->evidence);
  if (auto* verification = std::get_if<Verification>(&body)) strip(verification->evidence);
}

// Takes off what can be erased.
void strip_details(Entry& entry) {
  entry.note.clear();
  if (auto* body = std::get_if<Body>(&entry.content)) {
    strip_evidence(*body);
  } else if (auto* correction = std::get_if<Correction>(&entry.content)) {
    if (correction->replacement) {
      correction->replacement->note.clear();
      strip_evidence(correction->replacement->body);
    }
  }
}

}  // namespace

Result<bool> same_content(domain::Records& records, Entry submitted, Event stored) {
  const std::vector<Reference*> theirs = references_of(submitted);
  const std::vector<Reference*> ours = references_of(stored.entry);
  if (theirs.size() != ours.size()) return false;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    TALLY_ASSIGN(const auto sequence, records.sequence_of(theirs[i]->id));
    if (sequence != ours[i]->sequence) return false;
    ours[i]->id = theirs[i]->id;
  }
  if (stored.details_erased) strip_details(submitted);
  return submitted == stored.entry;
}

}  // namespace tally::ledger
