#pragma once

// Where a number comes from (spec "Totals: Trace"): the postings behind a figure, each with its
// event, its evidence, its verification and what corrected it; and what the ledger knows of one
// entry.

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tally/entry.h"
#include "tally/totals.h"

namespace tally {

struct CorrectionNote {
  Sequence sequence;
  std::string entry;
  std::string actor;
  Timestamp recorded_at;
  std::string reason;
};

// One posting behind a figure.
struct TracePosting {
  Sequence sequence;
  std::string entry;
  EntryType type = EntryType::kClaim;
  std::string actor;
  Timestamp recorded_at;
  // The account that was posted to.
  Year year;
  std::string measure;
  std::string programme;
  std::string organisation;
  std::string contract;  // empty for none
  Stage stage = Stage::kCommitted;
  Quantity delta;            // its effect on the figure
  Quantity balance;          // the figure's, after it
  std::string claim;         // the claim behind it; empty where there is none
  std::string verification;  // the verification behind it; empty where there is none
  std::vector<Evidence> evidence;
  std::vector<CorrectionNote> corrections;  // of any of them, up to the trace's point
};

struct TracedMeasure {
  Entry entry;        // as it then stood
  Sequence sequence;  // of the event that said so
};

struct Trace {
  Figure figure;
  TracedMeasure measure;
  std::vector<TracePosting> postings;  // in sequence order; none for a ratio
  std::optional<Sequence> next_after;  // where the next page goes on; nothing after the last
  std::unique_ptr<Trace> numerator;    // of a ratio
  std::unique_ptr<Trace> denominator;
};

// The part of a trace that is asked for: a figure may have a million postings.
struct TracePage {
  std::optional<Sequence> after;  // the postings of later events alone
  // About so many postings: those of one event are never parted.
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

// The sum of the deltas is the figure: checked before the trace is given out.  Of a page, what
// stands before it and its deltas are together the figure as of its end.  Of a ratio, both parts
// are paged alike.
Result<Trace> trace(const Ledger& ledger, const FigureReference& reference,
                    const TracePage& page = {});

// The same as one object of JSON, as `tally trace --json` prints it, handed out piece by piece:
// memory does not grow with the postings.  An error of `take` ends it.  What can be erased (notes,
// titles and addresses of documents) may be left out, for those who may not see it.
enum class DetailsIn : std::uint8_t { kIncluded, kLeftOut };
using TakeText = std::function<Result<void>(std::string_view piece)>;
Result<void> trace_json(const Ledger& ledger, const FigureReference& reference,
                        const TakeText& take, DetailsIn details = DetailsIn::kIncluded);
// A page of it, which has one member more: `next_after`, a sequence or null.
Result<void> trace_json(const Ledger& ledger, const FigureReference& reference,
                        const TracePage& page, const TakeText& take,
                        DetailsIn details = DetailsIn::kIncluded);

// How a figure grew, in as many points as can be drawn.
struct CurvePoint {
  Sequence sequence;
  Timestamp recorded_at;
  Quantity balance;  // the figure's, after this event
};

struct BalanceCurve {
  FigureReference figure;  // with its point
  // In the order of the log: from the event before its first posting, when it was 0, to its point.
  std::vector<CurvePoint> points;
};

// At most so many points (2 or more), chosen so that no step between two is larger than it need be.
// Errors: those of `figure`; `wrong-type` for a ratio, whose parts have balances.
Result<BalanceCurve> balance_curve(const Ledger& ledger, const FigureReference& reference,
                                   std::size_t most_points);

enum class EntryState : std::uint8_t { kInForce, kWithdrawn, kVoid };
std::string_view state_name(EntryState state);

// What an entry said from some event on.
struct EntryVersion {
  Sequence sequence;
  Timestamp recorded_at;
  std::string actor;
  std::string reason;          // empty for the entry itself
  std::optional<Entry> entry;  // nothing where this event withdrew it
  bool details_erased = false;
};

// A year that an entry bears on, and whether what was last published of it still stands.
struct YearStanding {
  Year year;
  std::string publication;  // the latest; empty where nothing was published
  bool restated = false;
};

struct EntryHistory {
  Sequence sequence;  // of the entry itself
  Entry entry;        // as it stands, or stood last
  EntryState state = EntryState::kInForce;
  std::vector<EntryVersion> versions;
  std::vector<std::string> referred_to_by;  // by what they said as of then, by sequence
  bool more_refer_to_it = false;            // than were asked for
  std::vector<TracePosting> postings;       // `balance` is the account's
  std::vector<YearStanding> years;          // posted to, or published
};

// How much of an entry's history is asked for: a programme may have a million entries that refer
// to it.
struct HistoryQuery {
  std::optional<Sequence> as_of;  // the head, when left out
  // Of those that refer to it, the ones whose references are oldest.
  std::uint64_t most_referring = std::numeric_limits<std::uint64_t>::max();
};

// Everything about one entry, as of a point.  Errors: `unknown-reference`, also for what was
// recorded later; `bad-entry` for a point beyond the head.
Result<EntryHistory> history(const Ledger& ledger, Sequence sequence,
                             const HistoryQuery& query = {});

}  // namespace tally
