#include "export/event_walk.h"

namespace tally::exports {
namespace {

constexpr std::uint64_t kProgressEvery = 16'384;

}  // namespace

Result<void> for_each_event(const Subject& subject, const LogProgress& progress,
                            const EventVisit& visit) {
  EventQuery query;
  query.limit = subject.head.size.count;
  std::uint64_t done = 0;
  return subject.ledger.for_each_event(query, [&](const Event& event) {
    visit(event);
    if (++done % kProgressEvery == 0 && progress) progress(done, subject.head.size.count);
    return true;
  });
}

}  // namespace tally::exports
