#include "support/events.h"

namespace tally::testing {

Reference to(std::uint64_t sequence) { return Reference{{}, Sequence{sequence}}; }

Quantity units(std::int64_t count) { return *Quantity::from_millionths(count * Quantity::kScale); }

Event event_of(std::uint64_t sequence, std::string actor, Body body) {
  Event event;
  event.sequence.value = sequence;
  event.recorded_at.micros = static_cast<std::int64_t>(sequence / 3) * 10;
  event.entry.id = "id-" + std::to_string(sequence);
  event.entry.actor = std::move(actor);
  event.entry.content = std::move(body);
  return event;
}

Event correction_of(std::uint64_t sequence, std::string actor, std::uint64_t corrects,
                    std::optional<Body> replacement) {
  Event event = event_of(sequence, std::move(actor), Programme{});
  Correction correction{to(corrects), "because", std::nullopt};
  if (replacement) correction.replacement = Replacement{*std::move(replacement), ""};
  event.entry.content = std::move(correction);
  return event;
}

Event publication_of(std::uint64_t sequence, std::string actor, std::uint64_t supersedes,
                     const Hash& totals_root) {
  Event event = event_of(sequence, std::move(actor), Programme{});
  Publication content;
  content.year = Year{2022};
  content.title = "Annual report";
  content.as_of = Sequence{sequence - 1};
  content.supersedes = to(supersedes);
  content.totals_root = totals_root;
  event.entry.content = std::move(content);
  return event;
}

Event erasure_of(std::uint64_t sequence, std::string actor, std::uint64_t erases) {
  Event event = event_of(sequence, std::move(actor), Programme{});
  event.entry.content = Erasure{Sequence{erases}, "It names a person"};
  return event;
}

Commitment promise(std::uint64_t organisation, std::int64_t count) {
  return {to(organisation), to(3), to(4), {}, false, {{Year{2022}, units(count)}}};
}

Claim delivery(std::uint64_t organisation, std::int64_t count) {
  Claim claim;
  claim.organisation = to(organisation);
  claim.programme = to(3);
  claim.measure = to(4);
  claim.quantity = units(count);
  claim.from = claim.to = *Date::parse("2022-06-01");
  return claim;
}

Verification acceptance(std::uint64_t claim) {
  return {to(claim), Outcome::kAccepted, {}, "desk-review", {}};
}

std::vector<Event> first_events() {
  Event opened;
  opened.entry.content = LedgerOpened{"Test Council", "o", {}, "GBP", "vkey"};
  Measure count;
  count.unit = "job";
  Measure proxy = count;
  proxy.basis = Basis::kProxy;
  proxy.proxy = units(500);
  Contract contract;
  contract.buyer = to(1);
  contract.supplier = to(2);
  return {opened,
          event_of(1, "ann", Organisation{"One", "", ""}),
          event_of(2, "ann", Organisation{"Two", "", ""}),
          event_of(3, "ann", Programme{"Skills"}),
          event_of(4, "ann", count),
          event_of(5, "ann", proxy),
          event_of(6, "ann", contract)};
}

}  // namespace tally::testing
