#pragma once

// What the program asks of the system that it runs on.

namespace tally::tool {

// Once, before anything else: a reader of our output who leaves must not kill us in the middle of
// a write, and a standard stream that is closed must not be taken for a file of the ledger.
void prepare_process();

// From now on SIGINT and SIGTERM end nothing, but make `was_asked_to_end` true.
void end_when_asked();
bool was_asked_to_end();

// Waits so long, or until a signal comes or the reader of standard output has gone: false then.
bool wait_for_more(int timeout_ms);

}  // namespace tally::tool
