#include <algorithm>
#include <map>

#include "base/try.h"
#include "ledger/core.h"
#include "ledger/event_reader.h"
#include "ledger/restatement.h"
#include "projection/damage.h"
#include "tally/publication.h"

namespace tally {
namespace {

Result<PublicationState> state_of(ledger::EventReader& events, const projection::Reader& reader,
                                  const projection::Reader::PublishedYear& published) {
  PublicationState state;
  TALLY_ASSIGN(state.event, events.read_named(published.publication));
  if (!std::holds_alternative<Publication>(state.event.entry.content)) {
    return projection::damaged("an event is listed as a publication and is none");
  }
  TALLY_ASSIGN(state.restated,
               ledger::year_differs(reader, published.year, published.as_of, reader.last()));
  TALLY_ASSIGN(const auto latest, reader.latest_publication(published.year, reader.last()));
  state.latest = latest && latest->publication == published.publication;
  return state;
}

}  // namespace

Result<Publications> publications(const Ledger& ledger, const std::vector<Year>& years) {
  TALLY_ASSIGN(projection::Reader reader, ledger.core().reader());
  ledger::EventReader events(ledger.core().log(), reader);
  Publications found;
  found.as_of = reader.last();
  TALLY_ASSIGN(const auto published, reader.publications());
  // One supersedes another of its own year, so none that is passed over is missed here.
  std::map<std::string, std::string> successors;
  for (const auto& one : published) {
    if (!years.empty() && std::find(years.begin(), years.end(), one.year) == years.end()) continue;
    TALLY_ASSIGN(PublicationState state, state_of(events, reader, one));
    const Reference& supersedes = state.publication().supersedes;
    if (supersedes.present()) successors[supersedes.id] = state.event.entry.id;
    found.all.push_back(std::move(state));
  }
  for (PublicationState& state : found.all) {
    const auto successor = successors.find(state.event.entry.id);
    if (successor != successors.end()) state.superseded_by = successor->second;
  }
  return found;
}

}  // namespace tally
