// What an accepted event does to records, and what it posts (spec "Totals: Accounts and postings").

#include "domain/evolve.h"

#include <map>

#include "support/catch.h"
#include "support/events.h"

namespace tally::domain {
namespace {

using testing::acceptance;
using testing::correction_of;
using testing::delivery;
using testing::event_of;
using testing::promise;
using testing::to;
using testing::units;

class PlainRecords : public MutableRecords {
 public:
  Result<const Record*> find(Sequence sequence) override {
    const auto found = records_.find(sequence);
    return found == records_.end() ? static_cast<const Record*>(nullptr) : &found->second;
  }
  Result<std::optional<Sequence>> sequence_of(std::string_view) override {
    return std::optional<Sequence>();
  }
  Result<Record*> edit(Sequence sequence) override {
    const auto found = records_.find(sequence);
    return found == records_.end() ? static_cast<Record*>(nullptr) : &found->second;
  }
  void create(Sequence sequence, Record record) override { records_[sequence] = std::move(record); }

  const Record& at(std::uint64_t sequence) const { return records_.at(Sequence{sequence}); }

 private:
  std::map<Sequence, Record> records_;
};

// What an event posts, as `stage organisation delta`, in order.
using Posted = std::vector<std::string>;

Posted folded(PlainRecords& records, const Event& event) {
  const auto postings = evolve(records, {YearStart{}, "GBP"}, event);
  INFO((postings.ok() ? std::string() : postings.error().message));
  REQUIRE(postings.ok());
  Posted posted;
  for (const Contribution& line : *postings) {
    CHECK(line.account.dimensions.measure == Sequence{4});
    CHECK(line.account.dimensions.programme == Sequence{3});
    posted.push_back(std::string(stage_name(line.account.stage)) + " " +
                     std::to_string(line.account.dimensions.organisation.value) + " " +
                     line.quantity.to_string());
  }
  return posted;
}

PlainRecords beginning() {
  PlainRecords records;
  for (const Event& event : testing::first_events()) CHECK(folded(records, event).empty());
  return records;
}

Commitment over_years(std::vector<ScheduleLine> schedule) {
  Commitment body = promise(1, 0);
  body.schedule = std::move(schedule);
  body.scheduled = true;
  return body;
}

Verification partly(std::uint64_t claim, std::int64_t count) {
  return {to(claim), Outcome::kPartial, units(count), "visit", {}};
}

Verification rejection(std::uint64_t claim) {
  return {to(claim), Outcome::kRejected, {}, "visit", {}};
}

}  // namespace

TEST_CASE("Each event posts its net change to each account, and never a zero") {
  struct Row {
    std::string_view rule;
    std::vector<Event> given;  // from sequence 7 on
    Event when;
    Posted then;
  };
  const Event claimed = event_of(7, "ann", delivery(1, 40));
  const Event verified = event_of(8, "bob", acceptance(7));
  for (const Row& row : {
           Row{"a commitment posts its quantity",
               {},
               event_of(7, "ann", promise(1, 5)),
               {"committed 1 5"}},
           Row{"and nothing where that is nothing", {}, event_of(7, "ann", promise(1, 0)), {}},
           Row{"a schedule posts a line a year that is not zero",
               {},
               event_of(
                   7, "ann",
                   over_years(
                       {{Year{2023}, units(2)}, {Year{2022}, units(1)}, {Year{2024}, units(0)}})),
               {"committed 1 1", "committed 1 2"}},
           Row{"a claim posts its quantity", {}, claimed, {"claimed 1 40"}},
           Row{"a claim of nothing posts nothing", {}, event_of(7, "ann", delivery(1, 0)), {}},
           Row{"an acceptance posts all of it", {claimed}, verified, {"verified 1 40"}},
           Row{"a part posts both parts",
               {claimed},
               event_of(8, "bob", partly(7, 15)),
               {"verified 1 15", "rejected 1 25"}},
           Row{"a rejection posts all of it",
               {claimed},
               event_of(8, "bob", rejection(7)),
               {"rejected 1 40"}},
           Row{"a changed commitment posts the difference",
               {event_of(7, "ann", promise(1, 5))},
               correction_of(8, "cy", 7, promise(1, 3)),
               {"committed 1 -2"}},
           Row{"one that is the same posts nothing",
               {event_of(7, "ann", promise(1, 5))},
               correction_of(8, "cy", 7, promise(1, 5)),
               {}},
           Row{"one that moves posts on both sides",
               {event_of(7, "ann", promise(2, 5))},
               correction_of(8, "cy", 7, promise(1, 5)),
               {"committed 1 5", "committed 2 -5"}},
           Row{"a withdrawn commitment takes all off",
               {event_of(7, "ann", promise(1, 5))},
               correction_of(8, "cy", 7),
               {"committed 1 -5"}},
           Row{"a reinstated one puts it on again",
               {event_of(7, "ann", promise(1, 5)), correction_of(8, "cy", 7)},
               correction_of(9, "cy", 7, promise(1, 6)),
               {"committed 1 6"}},
           Row{"a changed claim takes its verification off",
               {claimed, verified},
               correction_of(9, "cy", 7, delivery(1, 30)),
               {"claimed 1 -10", "verified 1 -40"}},
           Row{"also where it says the same",
               {claimed, verified},
               correction_of(9, "cy", 7, delivery(1, 40)),
               {"verified 1 -40"}},
           Row{"a claim that moves takes its verification off where it was",
               {claimed, verified},
               correction_of(9, "cy", 7, delivery(2, 40)),
               {"claimed 1 -40", "verified 1 -40", "claimed 2 40"}},
           Row{"a withdrawn claim takes all off",
               {claimed, event_of(8, "bob", partly(7, 15))},
               correction_of(9, "cy", 7),
               {"claimed 1 -40", "verified 1 -15", "rejected 1 -25"}},
           Row{"a withdrawn verification takes its own off",
               {claimed, verified},
               correction_of(9, "cy", 8),
               {"verified 1 -40"}},
           Row{"a changed verification posts the difference",
               {claimed, verified},
               correction_of(9, "cy", 8, partly(7, 39)),
               {"verified 1 -1", "rejected 1 1"}},
           Row{"a reinstated one puts it on again",
               {claimed, verified, correction_of(9, "cy", 8)},
               correction_of(10, "cy", 8, rejection(7)),
               {"rejected 1 40"}},
           Row{"a renamed organisation moves nothing",
               {claimed},
               correction_of(8, "cy", 1, Organisation{"Other", "", ""}),
               {}},
       }) {
    CAPTURE(row.rule);
    PlainRecords records = beginning();
    for (const Event& event : row.given) folded(records, event);
    CHECK(folded(records, row.when) == row.then);
  }
}

TEST_CASE("A record says how its entry stands, who uses it and who had a hand in it") {
  PlainRecords records = beginning();
  CHECK(records.at(1).users == 1);  // the contract's buyer
  CHECK(records.at(4).users == 0);
  folded(records, event_of(7, "ann", promise(1, 5)));
  CHECK(records.at(1).users == 2);
  CHECK(records.at(4).users == 1);
  Claim against = delivery(1, 2);
  against.organisation = against.programme = against.measure = {};
  against.commitment = to(7);
  folded(records, event_of(8, "ann", against));
  CHECK(records.at(7).users == 1);
  CHECK(records.at(1).users == 2);  // the claim rests on the commitment alone
  const auto& claim = std::get<ClaimTerms>(records.at(8).terms);
  CHECK(claim.dimensions.organisation == Sequence{1});
  folded(records, event_of(9, "bob", acceptance(8)));
  CHECK(std::get<ClaimTerms>(records.at(8).terms).verification == Sequence{9});
  CHECK(records.at(8).users == 0);

  folded(records, correction_of(10, "cy", 8, delivery(2, 3)));
  CHECK(records.at(8).version == Sequence{10});
  CHECK(records.at(8).standing == Standing::kInForce);
  CHECK(records.at(9).standing == Standing::kVoid);
  CHECK(records.at(7).users == 0);
  CHECK(records.at(2).users == 2);
  const auto& corrected = std::get<ClaimTerms>(records.at(8).terms);
  CHECK(corrected.verification == Sequence{});
  CHECK(corrected.commitment == Sequence{});
  CHECK(corrected.actors.contains("ann"));
  CHECK(corrected.actors.contains("cy"));
  CHECK_FALSE(corrected.actors.contains("bob"));
  CHECK_FALSE(corrected.actors.contains("c"));

  folded(records, correction_of(11, "di", 8));
  CHECK(records.at(8).standing == Standing::kWithdrawn);
  CHECK(records.at(8).version == Sequence{10});  // what it said last
  CHECK(records.at(2).users == 1);
  CHECK(std::get<CorrectionTerms>(records.at(11).terms).corrects == Sequence{8});
  CHECK(contributions(records.at(8)).empty());
}

TEST_CASE("An event that the rules would not have let in is damage") {
  for (const Event& event : {
           event_of(7, "ann", promise(9, 5)),         // no such organisation
           event_of(7, "bob", acceptance(9)),         // no such claim
           event_of(7, "bob", acceptance(4)),         // not a claim
           correction_of(7, "cy", 9),                 // no such entry
           correction_of(7, "cy", 1, promise(1, 5)),  // of another type
       }) {
    PlainRecords records = beginning();
    const auto postings = evolve(records, {YearStart{}, "GBP"}, event);
    REQUIRE_FALSE(postings.ok());
    CHECK(postings.error().code == ErrorCode::kDamaged);
  }
  PlainRecords records = beginning();
  Claim against = delivery(1, 2);
  against.commitment = to(4);  // a measure
  CHECK_FALSE(evolve(records, {YearStart{}, "GBP"}, event_of(7, "ann", against)).ok());
}

}  // namespace tally::domain
