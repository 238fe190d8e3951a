#pragma once

// What a new ledger may be called (spec "Entries: The ledger").

#include "tally/ledger.h"

namespace tally::ledger {

// The first event's body, without its key: checks name, origin and currency, and makes the origin
// where it is left out.  Errors: `bad-entry`.
Result<LedgerOpened> checked_identity(const LedgerOptions& options);

// `ledger.invalid/` and the name in lower case, every other run of characters as one hyphen.
std::string default_origin(std::string_view name);

}  // namespace tally::ledger
