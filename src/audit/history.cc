#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/posting_context.h"
#include "audit/versions.h"
#include "base/try.h"
#include "domain/references.h"
#include "ledger/measures.h"
#include "ledger/restatement.h"
#include "tally/trace.h"

namespace tally {
namespace audit {
namespace {

constexpr std::array<std::string_view, 3> kStateNames = {"in-force", "withdrawn", "void"};

// Whether an entry that has been corrected refers to another, by what it says as of a point.
Result<bool> refers_as_of(Reading& reading, Sequence entry, Sequence target, Sequence as_of) {
  TALLY_ASSIGN(const auto versions, versions_of(reading, entry, as_of));
  Entry said = entry_as_of(versions, as_of);
  bool refers = false;
  domain::for_each_reference(said, [&](const Reference& reference) {
    refers = reference.sequence == target;
    return !refers;
  });
  return refers;
}

// Reads which entries refer to another.  Of one that was never corrected, its own event does.
Result<void> add_referring(Reading& reading, Sequence target, Sequence as_of, std::uint64_t most,
                           EntryHistory& history) {
  TALLY_ASSIGN(const auto referrers, reading.reader.referrers(target));
  std::set<Sequence> seen = {target};
  std::map<Sequence, std::string> found;
  for (const Sequence referrer : referrers) {
    if (referrer > as_of) break;
    TALLY_ASSIGN(auto record, reading.reader.record(referrer));
    if (!record) continue;
    Sequence entry = referrer;
    if (const auto* correction = std::get_if<domain::CorrectionTerms>(&record->terms)) {
      entry = correction->corrects;
      TALLY_ASSIGN(record, reading.reader.record(entry));
      if (!record) continue;
    }
    if (!seen.insert(entry).second) continue;
    if (was_corrected(*record, entry)) {
      TALLY_ASSIGN(const bool refers, refers_as_of(reading, entry, target, as_of));
      if (!refers) continue;
    }
    if (found.size() == most) {
      history.more_refer_to_it = true;
      break;
    }
    found.emplace(entry, std::move(record->id));
  }
  for (auto& [entry, id] : found) history.referred_to_by.push_back(std::move(id));
  return {};
}

// How an entry stood as of the last of these versions.  A correction of its claim voids a
// verification.
Result<EntryState> state_of(Reading& reading, const std::vector<Event>& versions, Sequence as_of) {
  if (is_withdrawn(versions)) return EntryState::kWithdrawn;
  const Entry entry = entry_as_of(versions, as_of);
  const Body* body = body_of(entry);
  const auto* verification = body != nullptr ? std::get_if<Verification>(body) : nullptr;
  if (verification == nullptr) return EntryState::kInForce;
  TALLY_ASSIGN(const auto claim, versions_of(reading, verification->claim.sequence, as_of));
  return claim.back().sequence > versions.back().sequence ? EntryState::kVoid
                                                          : EntryState::kInForce;
}

// The accounts that an event about an entry can have posted to: those of what the entry said before
// the event and of what it says after it.
Result<std::set<domain::AccountKey>> accounts_touched(Reading& reading, YearStart year_start,
                                                      const std::vector<Event>& versions,
                                                      Sequence event) {
  std::set<domain::AccountKey> accounts;
  for (const Sequence point : {Sequence{event.value - 1}, event}) {
    if (point < versions.front().sequence) continue;
    const Entry entry = entry_as_of(versions, point);
    TALLY_ASSIGN(const auto dimensions, dimensions_as_of(reading, entry, point));
    if (!dimensions) continue;
    const Body& body = *body_of(entry);
    if (const auto* commitment = std::get_if<Commitment>(&body)) {
      for (const ScheduleLine& line : commitment->schedule) {
        accounts.insert({line.year, *dimensions, Stage::kCommitted});
      }
    } else if (const auto* claim = std::get_if<Claim>(&body)) {
      const Year year = year_start.year_of(claim->from);
      for (const Stage stage : {Stage::kClaimed, Stage::kVerified, Stage::kRejected}) {
        accounts.insert({year, *dimensions, stage});
      }
    }
  }
  return accounts;
}

// Reads what events about one entry posted.
Result<void> add_postings(Reading& reading, YearStart year_start, Sequence subject,
                          const std::vector<Sequence>& events, Sequence as_of,
                          EntryHistory& history) {
  // A verification posts to the accounts of its claim.
  Sequence posts_as = subject;
  TALLY_ASSIGN(const auto record, reading.reader.record(subject));
  if (record) {
    if (const auto* terms = std::get_if<domain::VerificationTerms>(&record->terms)) {
      posts_as = terms->claim;
    }
  }
  TALLY_ASSIGN(const auto versions, versions_of(reading, posts_as, as_of));
  PostingContext context(reading, as_of);
  for (const Sequence event : events) {
    TALLY_ASSIGN(const auto accounts, accounts_touched(reading, year_start, versions, event));
    for (const domain::AccountKey& account : accounts) {
      const projection::Level level = projection::Level::kAccount;
      TALLY_ASSIGN(const auto state, reading.reader.account({level, account}));
      if (!state) continue;
      TALLY_ASSIGN(const auto delta, reading.reader.posting_of(level, state->number, event));
      if (!delta) continue;
      TALLY_ASSIGN(TracePosting posting, context.describe(event, account));
      posting.delta = *delta;
      TALLY_ASSIGN(const auto balance, reading.reader.balance_as_of(level, *state, event));
      posting.balance = balance.value_or(Quantity{});
      history.postings.push_back(std::move(posting));
    }
  }
  return {};
}

// Whether what was last published still stands, for each year that the entry bears on.
Result<void> add_years(Reading& reading, Sequence as_of, EntryHistory& history) {
  std::set<Year> years;
  for (const TracePosting& posting : history.postings) years.insert(posting.year);
  if (const auto* publication = std::get_if<Publication>(&history.entry.content)) {
    years.insert(publication->year);
  }
  for (const Year year : years) {
    YearStanding& standing = history.years.emplace_back();
    standing.year = year;
    TALLY_ASSIGN(const auto published, reading.reader.latest_publication(year, as_of));
    if (!published) continue;
    TALLY_ASSIGN(standing.publication, reading.reader.id_of(published->publication));
    TALLY_ASSIGN(standing.restated,
                 ledger::year_differs(reading.reader, year, published->as_of, as_of));
  }
  return {};
}

EntryVersion version_of(const Event& event, const std::vector<Event>& versions) {
  EntryVersion version;
  version.sequence = event.sequence;
  version.recorded_at = event.recorded_at;
  version.actor = event.entry.actor;
  version.details_erased = event.details_erased;
  const auto* correction = std::get_if<Correction>(&event.entry.content);
  const bool is_first = event.sequence == versions.front().sequence;
  if (correction != nullptr && !is_first) {
    version.reason = correction->reason;
    if (!correction->replacement) return version;
  }
  version.entry = entry_as_of(versions, event.sequence);
  return version;
}

}  // namespace
}  // namespace audit

std::string_view state_name(EntryState state) {
  return audit::kStateNames[static_cast<std::size_t>(state)];
}

Result<EntryHistory> history(const Ledger& ledger, Sequence sequence, const HistoryQuery& query) {
  TALLY_ASSIGN(projection::Reader state, ledger.core().reader());
  audit::Reading reading(ledger.core().log(), std::move(state));
  TALLY_ASSIGN(const Sequence as_of, ledger::checked_point(reading.reader, query.as_of));
  if (sequence > as_of) {
    return Error{ErrorCode::kUnknownReference,
                 query.as_of
                     ? fmt::format("event {} is later than event {}", sequence.value, as_of.value)
                     : fmt::format("there is no event {}; the head is event {}", sequence.value,
                                   as_of.value),
                 {},
                 0,
                 {}};
  }
  EntryHistory history;
  history.sequence = sequence;
  TALLY_ASSIGN(const auto versions, audit::versions_of(reading, sequence, as_of));
  history.entry = audit::entry_as_of(versions, as_of);
  for (const Event& version : versions) {
    history.versions.push_back(audit::version_of(version, versions));
  }
  TALLY_ASSIGN(const auto record, reading.reader.record(sequence));
  if (!record) return history;
  TALLY_ASSIGN(history.state, audit::state_of(reading, versions, as_of));
  TALLY_TRY(audit::add_referring(reading, sequence, as_of, query.most_referring, history));
  Sequence subject = sequence;
  if (const auto* correction = std::get_if<domain::CorrectionTerms>(&record->terms)) {
    subject = correction->corrects;
  }
  std::vector<Sequence> events;
  events.reserve(versions.size());
  for (const Event& version : versions) events.push_back(version.sequence);
  TALLY_TRY(
      audit::add_postings(reading, ledger.identity().year_start, subject, events, as_of, history));
  TALLY_TRY(audit::add_years(reading, as_of, history));
  return history;
}

}  // namespace tally
