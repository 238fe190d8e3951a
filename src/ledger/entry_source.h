#pragma once

// The entries of a submission, read from its lines.  A long submission is read ahead by a thread of
// its own, while the writer decides on what was read.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "codec/entry_json.h"
#include "tally/ledger.h"

namespace tally::ledger {

// A line's entry, or what is wrong with it, and where it stood.
struct ReadEntry {
  Result<codec::ParsedEntry> parsed;
  std::string_view file;  // valid as long as the source is
  std::uint64_t line = 0;
};

class EntrySource {
 public:
  // `reader` reads the first entries, on the caller's thread; both must outlive the source.
  EntrySource(LineSource& lines, codec::EntryReader& reader, YearStart year_start)
      : lines_(lines), reader_(reader), year_start_(year_start) {}
  ~EntrySource();
  EntrySource(const EntrySource&) = delete;
  EntrySource& operator=(const EntrySource&) = delete;

  // The next entry, null at the end; valid until the next call.  Blank lines are passed over.
  // Errors: those of the lines themselves, and `too-large` for a submission over
  // limits::kSubmissionBytes.
  Result<ReadEntry*> next();

 private:
  using Batch = std::vector<ReadEntry>;

  Result<std::optional<ReadEntry>> read_one(codec::EntryReader& reader);
  void run_ahead();

  LineSource& lines_;
  codec::EntryReader& reader_;
  const YearStart year_start_;

  // Of whoever reads lines: the caller, until the thread has begun.
  std::uint64_t bytes_ = 0;
  std::deque<std::string> files_;  // their names, for ReadEntry::file

  // Of the caller.
  std::uint64_t handed_out_ = 0;
  Batch current_;
  std::size_t next_in_current_ = 0;

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;               // guarded by mutex_
  std::optional<Result<void>> finished_;  // guarded by mutex_: the end of the lines, or an error
  bool stopped_ = false;                  // guarded by mutex_: the caller wants no more
};

}  // namespace tally::ledger
