#pragma once

// What every export says of itself: which ledger, as of when, under which checkpoint, and what was
// asked for.

#include "base/json_writer.h"
#include "export/staging.h"
#include "export/subject.h"

namespace tally::exports {

// `ledger`, `origin`, `vkey`, `currency`, `year_start`, `as_of`, `recorded_at`, `size`, `log_root`,
// `totals_roots`, `checkpoint` and `query`, into an open object.
void write_about(base::JsonWriter& out, const Subject& subject);

// What was asked for, as one object.
void write_query(base::JsonWriter& out, const Subject& subject);

// `2026-11-23 00:47:44`, in UTC.
std::string time_text(Timestamp time);

// Whether a filter leaves something out, so that a year's totals root cannot be recomputed from the
// accounts.
bool is_filtered(const Subject& subject);

// The files `checkpoint` and `log.vkey` of a folder.
Result<void> add_proofs(Staging& staging, const Subject& subject);

// The end of every README: how to check what the export says.
std::string how_to_check(const Subject& subject);
std::string how_to_check(std::string_view ledger, std::string_view origin, std::uint64_t as_of);

}  // namespace tally::exports
