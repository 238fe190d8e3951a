#include "ledger/same_content.h"

#include <vector>

#include "base/try.h"
#include "domain/details.h"
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

// What the ledger puts in where a client says nothing.
void take_defaults(const Event& stored, Entry& submitted) {
  auto* const theirs = std::get_if<Publication>(&submitted.content);
  const auto* const ours = std::get_if<Publication>(&stored.entry.content);
  if (theirs == nullptr || ours == nullptr) return;
  if (!theirs->as_of) theirs->as_of = Sequence{stored.sequence.value - 1};
  theirs->totals_root = ours->totals_root;
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
  if (stored.details_erased) {
    for (Entry* entry : {&submitted, &stored.entry}) {
      domain::for_each_detail(*entry, [](std::string& text) { text.clear(); });
    }
  }
  take_defaults(stored, submitted);
  return submitted == stored.entry;
}

}  // namespace tally::ledger
