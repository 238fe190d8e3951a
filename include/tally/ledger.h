#pragma once

// A ledger: an append-only log of commitments, claims and verifications, and everything that is
// derived from it.
//
//   auto opened = tally::Ledger::open("ledger", tally::Ledger::Access::kWrite);
//   if (!opened.ok()) { std::cerr << opened.error().message << '\n'; return 1; }
//   tally::Ledger& ledger = **opened;
//   auto receipt =
//       ledger.append(R"({"type":"programme","id":"kindred","actor":"s-1","name":"Kindred"})");
//   if (receipt.ok()) std::cout << "head is now " << receipt->head.value << '\n';
//
// Reading totals, figures and entries: tally/totals.h, tally/trace.h.  Checking: tally/verify.h.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tally/checkpoint.h"
#include "tally/entry.h"
#include "tally/hash.h"
#include "tally/impact.h"
#include "tally/result.h"
#include "tally/sequence.h"
#include "tally/time.h"

namespace tally {

namespace ledger {
class Core;
}

// What a new ledger is opened with (spec "Entries: The ledger").
struct LedgerOptions {
  std::string name;
  std::string origin;  // empty: made from the name
  YearStart year_start;
  std::string currency = "GBP";
};

// What a ledger takes from the world outside; tests pass their own.  Both may be called from any
// thread that appends, one at a time.
struct Environment {
  std::function<Timestamp()> now;                       // the system's clock where empty
  std::function<void(std::span<std::uint8_t>)> random;  // fills; the system's source where empty
};

// One line of input and where it stood.
struct InputLine {
  std::string_view text;  // without its line feed; valid until the next line is asked for
  std::string_view file;  // empty where there is only one
  std::uint64_t number = 0;
};

// Where the lines of a submission come from.
class LineSource {
 public:
  virtual ~LineSource() = default;
  // The next line, nothing at the end.
  virtual Result<std::optional<InputLine>> next() = 0;
};

struct AppendOptions {
  std::optional<Sequence> expected_head;  // refuse with `conflict` where the head is another
  bool dry_run = false;                   // decide everything, write nothing
  // Called now and then with the entries read so far.
  std::function<void(std::uint64_t entries)> progress;
};

// How everything that is derived from the log is built anew (tally/replay.h).
struct ReplayOptions {
  // With more than one, events are read, decoded and hashed ahead of those that are folded in.  The
  // outcome is the same for any number; 0 is as many as the machine has cores.
  unsigned threads = 0;
  // Called now and then with the events folded so far, and how many there are.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
  // Asked now and then whether to stop.
  std::function<bool()> stop;
};

// What became of a submission.
struct Receipt {
  std::uint64_t appended = 0;    // of a dry run: that would have been
  std::uint64_t duplicates = 0;  // entries that the ledger holds already, with the same content
  Sequence head;                 // of the last event in the ledger
  Hash root;                     // of the tree of all events
  Impact impact;                 // of a dry run: what it would move of what has been published
};

// Which events to read.
struct EventQuery {
  std::optional<Sequence> after;   // only later ones (with `reverse`: still only later ones)
  std::optional<Sequence> before;  // only earlier ones
  std::uint64_t limit = UINT64_MAX;
  std::optional<EntryType> type;
  bool reverse = false;  // newest first
};

class Ledger {
 public:
  enum class Access : std::uint8_t {
    kRead,   // beside a writer, or with none; sees what was committed when it opened or refreshed
    kWrite,  // the one writer
  };

  // Opens a new ledger in a folder that is new or empty: makes its signing key and its first event.
  // Errors: `usage` (the folder holds something), `bad-entry` (name, origin, currency), `no-space`,
  // `io`.
  static Result<std::unique_ptr<Ledger>> init(const std::filesystem::path& folder,
                                              const LedgerOptions& options,
                                              Environment environment = {});

  // Opens an existing one.  Errors: `no-ledger`, `locked` (another process writes), `newer-format`,
  // `damaged`, `io`.
  static Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& folder, Access access,
                                              Environment environment = {});
  // Opens it for writing, and where derived state is unusable (an older program built it, or it is
  // damaged), first builds it anew from the log.  Errors also: `conflict` where that was stopped.
  static Result<std::unique_ptr<Ledger>> open_rebuilding(const std::filesystem::path& folder,
                                                         const ReplayOptions& rebuild,
                                                         Environment environment = {});

  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Appends a submission: JSON Lines as the spec "Entries" has them, all or nothing.  On success
  // everything is on disk.  Any number of threads may append: those that come together share one
  // write, and then wait for each other the next time, a tenth of a millisecond at most.
  // Errors: the codes of entries, with the line and the entry; `too-large`; `no-space`; `io`.
  Result<Receipt> append(std::string_view json_lines, const AppendOptions& options = {});
  // The same from a source that is read as it goes.
  Result<Receipt> append(LineSource& source, const AppendOptions& options = {});

  // What the first event fixed.
  const LedgerOpened& identity() const;
  // The last event.  For a reader: as of when it opened or refreshed.
  Result<Sequence> head() const;
  // For a reader: sees what was committed since.  No other call may run meanwhile.
  Result<void> refresh();

  // Reads a point in the log: digits are a sequence, anything else an RFC 3339 time, which means
  // the last event recorded at or before it.  `bad-entry` where it lies beyond the head, or before
  // event 0.
  Result<Sequence> resolve_as_of(std::string_view text) const;
  // The same, where the text may also be a publication's id: the point that it is as of.
  // `unknown-reference` where there is no such entry, `wrong-type` where it is of another type.
  Result<Sequence> resolve_point(std::string_view text) const;
  // The sequence of the entry with this id; `unknown-reference` where there is none.
  Result<Sequence> sequence_of(std::string_view id) const;

  // Calls `visit` for each event asked for, references named by their ids.  A visit that answers
  // false ends the reading.
  Result<void> for_each_event(const EventQuery& query,
                              const std::function<bool(const Event&)>& visit) const;

  // Blocks of events read from the log since the ledger was opened.  Totals and figures need none.
  std::uint64_t event_blocks_read() const;

  // For the other floors of the library.
  ledger::Core& core() const { return *core_; }

 private:
  explicit Ledger(std::unique_ptr<ledger::Core> core);
  std::unique_ptr<ledger::Core> core_;
};

// An event as one line of JSON, as `tally log --json` prints it.
std::string to_json(const Event& event, YearStart year_start);

// What was last published of a year.
struct LastPublication {
  Year year;
  std::string entry;
  Sequence sequence;
  bool restated = false;  // since then
};

// The state of a ledger, as `tally status` prints it.
struct LedgerStatus {
  LedgerOpened identity;
  Sequence head;
  Timestamp recorded_at;
  Hash root;
  VerifierKey key;                                          // that the log is signed with now
  std::vector<std::pair<EntryType, std::uint64_t>> counts;  // types that there are
  std::vector<Year> years;                                  // that have been posted to
  std::uint64_t accounts = 0;
  std::uint64_t postings = 0;
  std::uint64_t bytes = 0;         // on disk
  bool replay_unfinished = false;  // one is under way, or was left; `replay` goes on with it
  std::vector<LastPublication> publications;
};
Result<LedgerStatus> status(const Ledger& ledger);

}  // namespace tally
