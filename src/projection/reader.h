#pragma once

// Reads derived state: records, balances and postings, now or as of any earlier event.  Never
// reads the log.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/record.h"
#include "projection/balances.h"
#include "projection/head.h"
#include "projection/measure_version.h"
#include "store/store.h"

namespace tally::projection {

// One view and what has been read from it.  Not for several threads at once.
class Reader {
 public:
  static Result<Reader> open(std::unique_ptr<store::View> view);

  const store::View& view() const { return *view_; }
  const Head& head() const { return head_; }
  // The last event there is.
  Sequence last() const { return Sequence{head_.size.count - 1}; }

  // The record of an entry; nothing where there is none.
  Result<std::optional<domain::Record>> record(Sequence sequence) const;
  // The record of every entry, in the order of their sequences.
  using RecordVisit = std::function<Result<void>(Sequence, const domain::Record&)>;
  Result<void> for_each_record(const RecordVisit& visit) const;
  Result<std::optional<Sequence>> sequence_of(std::string_view id) const;
  // The id of an entry; those read last are kept.
  Result<std::string> id_of(Sequence sequence);
  // The same, put into `id`.
  Result<void> read_id(Sequence sequence, std::string& id);
  // Keeps an id that whoever goes through the log has just met: what follows often refers to it.
  void remember_id(Sequence sequence, const std::string& id);

  // The events that refer to an entry, oldest first.
  Result<std::vector<Sequence>> referrers(Sequence target) const;

  // The last event recorded at or before a moment; nothing before event 0.
  Result<std::optional<Sequence>> last_at(Timestamp time) const;

  // A measure as defined at a point; nothing where it was not defined yet.
  struct DefinedMeasure {
    Sequence version;  // the event that said so
    MeasureVersion measure;
  };
  Result<std::optional<DefinedMeasure>> measure_as_of(Sequence measure, Sequence as_of) const;

  // What a measure said, by the event from which on it said so, up to a point.
  Result<std::vector<std::pair<Sequence, MeasureVersion>>> measure_versions(Sequence measure,
                                                                            Sequence as_of) const;

  // All measures that were defined at a point.
  Result<std::vector<std::pair<Sequence, DefinedMeasure>>> measures_as_of(Sequence as_of) const;

  // What was published of a year, and as of which event.
  struct PublishedYear {
    Sequence publication;
    Year year;
    Sequence as_of;
    friend bool operator==(const PublishedYear&, const PublishedYear&) = default;
  };
  // The year's latest publication up to a point; nothing where there is none.
  Result<std::optional<PublishedYear>> latest_publication(Year year, Sequence until) const;
  // All publications, by year and then by event.
  Result<std::vector<PublishedYear>> publications() const;

  // An account as it stands at the head; nothing where nothing was ever posted to it.
  Result<std::optional<AccountState>> account(const LevelKey& key) const;
  Result<LevelKey> account_key(std::uint32_t number) const;
  // The accounts whose keys begin with a prefix (see balances.h), in order.  A visit that answers
  // false ends the walk.
  using AccountVisit = std::function<Result<bool>(const LevelKey&, const AccountState&)>;
  Result<void> for_each_account(const std::string& prefix, const AccountVisit& visit) const;

  // What an account held as of an event; nothing where nothing had been posted to it.
  Result<std::optional<Quantity>> balance_as_of(Level level, const AccountState& state,
                                                Sequence as_of) const;

  // The last event up to a point that posted to an account; nothing where none did.
  Result<std::optional<Sequence>> last_posting(Level level, const AccountState& state,
                                               Sequence as_of) const;

  // The postings of an account up to an event, oldest first; of those after `after` alone where it
  // is given.
  using PostingVisit = std::function<Result<bool>(const ChainPosting&)>;
  Result<void> for_each_posting(Level level, std::uint32_t number, Sequence as_of,
                                const PostingVisit& visit,
                                std::optional<Sequence> after = std::nullopt) const;
  // What one event posted to an account, the first of it at a rolled-up level; nothing where it did
  // not.
  Result<std::optional<Quantity>> posting_of(Level level, std::uint32_t number,
                                             Sequence event) const;

 private:
  Reader(std::unique_ptr<store::View> view, Head head)
      : view_(std::move(view)), head_(std::move(head)) {}

  // What an account held as of an event, and which event left it so.
  struct Standing {
    Quantity balance;
    Sequence since;
  };
  Result<Standing> standing_as_of(Level level, const AccountState& state, Sequence as_of) const;

  store::Cursor& postings() const;

  std::unique_ptr<store::View> view_;
  Head head_;
  mutable std::unique_ptr<store::Cursor> postings_;
  std::unordered_map<std::uint64_t, std::string> ids_;
  // Those met last, each in the place that its sequence gives; empty until one is remembered.
  std::vector<std::pair<std::uint64_t, std::string>> recent_;
};

}  // namespace tally::projection
