// A part of a log, numbered anew (ledger/numbering.h).

#include "ledger/numbering.h"

#include "support/catch.h"
#include "support/events.h"

namespace tally::ledger {
namespace {

Numbering part() {
  return Numbering({Sequence{0}, Sequence{3}, Sequence{7}, Sequence{9}}, Sequence{12});
}

}  // namespace

TEST_CASE("Events of a part, and what they refer to, are called by their places in it") {
  Event claiming = testing::event_of(9, "ann", testing::delivery(3, 5));
  auto& claim = std::get<Claim>(std::get<Body>(claiming.entry.content));
  claim.programme = testing::to(0);
  claim.measure = testing::to(7);
  REQUIRE(part().renumber(claiming).ok());
  CHECK(claiming.sequence == Sequence{3});
  CHECK(claim.organisation.sequence == Sequence{1});
  CHECK(claim.measure.sequence == Sequence{2});
  CHECK_FALSE(claim.contract.present());

  Event correcting = testing::correction_of(7, "cy", 3, Body(testing::acceptance(3)));
  REQUIRE(part().renumber(correcting).ok());
  CHECK(correcting.sequence == Sequence{2});
  const auto& correction = std::get<Correction>(correcting.entry.content);
  CHECK(correction.corrects.sequence == Sequence{1});
  CHECK(std::get<Verification>(correction.replacement->body).claim.sequence == Sequence{1});

  Event superseding = testing::publication_of(9, "ann", 7, {});
  REQUIRE(part().renumber(superseding).ok());
  CHECK(superseding.sequence == Sequence{3});
  CHECK(std::get<Publication>(superseding.entry.content).supersedes.sequence == Sequence{2});
}

TEST_CASE("An event that is no part, or refers to what is none, cannot be called anything") {
  for (Event event :
       {testing::publication_of(9, "ann", 8, {}), testing::publication_of(8, "ann", 7, {}),
        testing::correction_of(7, "cy", 4), testing::correction_of(10, "cy", 3),
        testing::correction_of(9, "cy", 3, Body(testing::acceptance(4))),
        testing::event_of(9, "ann", testing::delivery(1, 5))}) {
    const Result<void> outcome = part().renumber(event);
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == ErrorCode::kDamaged);
    CHECK(outcome.error().message.find("is missing") != std::string::npos);
  }
}

TEST_CASE("What a part's events and points were called is told") {
  CHECK(part().original(Sequence{0}) == Sequence{0});
  CHECK(part().original(Sequence{2}) == Sequence{7});
  CHECK(part().original_point(Sequence{3}) == Sequence{12});
}

TEST_CASE("Where nothing was numbered anew, every event is called what it is") {
  Event event = testing::correction_of(7, "cy", 4);
  REQUIRE(Numbering().renumber(event).ok());
  CHECK(event.sequence == Sequence{7});
  CHECK(std::get<Correction>(event.entry.content).corrects.sequence == Sequence{4});
  CHECK(Numbering().original(Sequence{5}) == Sequence{5});
  CHECK(Numbering().original_point(Sequence{5}) == Sequence{5});
}

}  // namespace tally::ledger
