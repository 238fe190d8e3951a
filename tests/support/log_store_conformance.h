#pragma once

// What every log store must do, whatever keeps the log (store/log_store.h): one suite, to be run
// for each implementation.

#include <functional>
#include <memory>

#include "store/log_store.h"

namespace tally::testing {

// A log under test.  It begins empty.
class LogUnderTest {
 public:
  virtual ~LogUnderTest() = default;
  virtual store::LogStore& log() = 0;
  // Closes and opens it again, as another process would find it.
  virtual void reopen() = 0;
};

using MakeLog = std::function<std::unique_ptr<LogUnderTest>()>;

// Each is one sentence about a log store; all of them together are the suite.
void check_log_appends_on_condition(const MakeLog& make);
void check_log_settles_by_batch(const MakeLog& make);
void check_log_leaves_nothing_of_what_failed(const MakeLog& make);
void check_log_reads_whole_blocks(const MakeLog& make);
void check_log_finds_the_block_of_an_event(const MakeLog& make);
void check_log_counts_what_is_read(const MakeLog& make);
void check_log_takes_large_batches(const MakeLog& make);
void check_log_erases_details(const MakeLog& make);
void check_log_erases_nothing_of_what_failed(const MakeLog& make);

}  // namespace tally::testing
