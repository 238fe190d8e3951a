#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audit/posting_context.h"
#include "audit/versions.h"
#include "base/try.h"
#include "ledger/restatement.h"
#include "tally/trace.h"

namespace tally {
namespace audit {
namespace {

constexpr std::array<std::string_view, 3> kStateNames = {"in-force", "withdrawn", "void"};

// Whether what a record now says refers to an entry.
bool refers_to(const domain::Record& record, Sequence target) {
  auto any = [&](std::initializer_list<Sequence> named) {
    return std::find(named.begin(), named.end(), target) != named.end();
  };
  auto in = [&](const domain::Dimensions& of) {
    return any({of.measure, of.programme, of.organisation, of.contract});
  };
  if (const auto* terms = std::get_if<domain::ContractTerms>(&record.terms)) {
    return any({terms->buyer, terms->supplier, terms->programme});
  }
  if (const auto* terms = std::get_if<domain::MeasureTerms>(&record.terms)) {
    return any({terms->numerator, terms->denominator});
  }
  if (const auto* terms = std::get_if<domain::CommitmentTerms>(&record.terms)) {
    return in(terms->dimensions);
  }
  if (const auto* terms = std::get_if<domain::ClaimTerms>(&record.terms)) {
    return terms->commitment.value != 0 ? terms->commitment == target : in(terms->dimensions);
  }
  if (const auto* terms = std::get_if<domain::PublicationTerms>(&record.terms)) {
    return terms->supersedes == target;
  }
  if (const auto* terms = std::get_if<domain::ErasureTerms>(&record.terms)) {
    return terms->erases == target;
  }
  const auto* terms = std::get_if<domain::VerificationTerms>(&record.terms);
  return terms != nullptr && terms->claim == target;
}

Result<std::vector<std::string>> referring_entries(Reading& reading, Sequence target) {
  TALLY_ASSIGN(const auto referrers, reading.reader.referrers(target));
  std::set<Sequence> entries;
  for (const Sequence referrer : referrers) {
    TALLY_ASSIGN(const auto record, reading.reader.record(referrer));
    if (!record) continue;
    const auto* correction = std::get_if<domain::CorrectionTerms>(&record->terms);
    entries.insert(correction != nullptr ? correction->corrects : referrer);
  }
  std::vector<std::string> ids;
  for (const Sequence entry : entries) {
    if (entry == target) continue;
    TALLY_ASSIGN(const auto record, reading.reader.record(entry));
    if (!record || !refers_to(*record, target)) continue;
    ids.push_back(record->id);
  }
  return ids;
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
                          const std::vector<Sequence>& events, EntryHistory& history) {
  // A verification posts to the accounts of its claim.
  Sequence posts_as = subject;
  TALLY_ASSIGN(const auto record, reading.reader.record(subject));
  if (record) {
    if (const auto* terms = std::get_if<domain::VerificationTerms>(&record->terms)) {
      posts_as = terms->claim;
    }
  }
  TALLY_ASSIGN(const auto versions, versions_of(reading, posts_as, reading.reader.last()));
  PostingContext context(reading, reading.reader.last());
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
Result<void> add_years(Reading& reading, EntryHistory& history) {
  std::set<Year> years;
  for (const TracePosting& posting : history.postings) years.insert(posting.year);
  if (const auto* publication = std::get_if<Publication>(&history.entry.content)) {
    years.insert(publication->year);
  }
  for (const Year year : years) {
    YearStanding& standing = history.years.emplace_back();
    standing.year = year;
    const Sequence head = reading.reader.last();
    TALLY_ASSIGN(const auto published, reading.reader.latest_publication(year, head));
    if (!published) continue;
    TALLY_ASSIGN(standing.publication, reading.reader.id_of(published->publication));
    TALLY_ASSIGN(standing.restated,
                 ledger::year_differs(reading.reader, year, published->as_of, head));
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

Result<EntryHistory> history(const Ledger& ledger, Sequence sequence) {
  TALLY_ASSIGN(projection::Reader state, ledger.core().reader());
  audit::Reading reading(ledger.core().log(), std::move(state));
  if (sequence > reading.reader.last()) {
    return Error{ErrorCode::kUnknownReference,
                 fmt::format("there is no event {}; the head is event {}", sequence.value,
                             reading.reader.last().value),
                 {},
                 0,
                 {}};
  }
  EntryHistory history;
  history.sequence = sequence;
  TALLY_ASSIGN(const auto versions, audit::versions_of(reading, sequence, reading.reader.last()));
  history.entry = audit::entry_as_of(versions, reading.reader.last());
  for (const Event& version : versions) {
    history.versions.push_back(audit::version_of(version, versions));
  }
  TALLY_ASSIGN(const auto record, reading.reader.record(sequence));
  if (!record) return history;
  history.state = static_cast<EntryState>(record->standing);
  TALLY_ASSIGN(history.referred_to_by, audit::referring_entries(reading, sequence));
  Sequence subject = sequence;
  if (const auto* correction = std::get_if<domain::CorrectionTerms>(&record->terms)) {
    subject = correction->corrects;
  }
  std::vector<Sequence> events;
  for (const Event& version : versions) events.push_back(version.sequence);
  TALLY_TRY(audit::add_postings(reading, ledger.identity().year_start, subject, events, history));
  TALLY_TRY(audit::add_years(reading, history));
  return history;
}

}  // namespace tally
