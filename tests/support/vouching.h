#pragma once

// What a ledger vouches for, and what `verify` makes of it, in few words.

#include <optional>
#include <string>
#include <vector>

#include "support/test_ledger.h"
#include "tally/checkpoint.h"
#include "tally/ledger.h"

namespace tally::testing {

// The checkpoint that a note holds; these keys may have signed it, and one of them must have.
Checkpoint checked(const std::string& note, const std::vector<VerifierKey>& keys);

// The checkpoint that a ledger issues, which it must.
std::string must_issue(const Ledger& ledger, std::optional<LogSize> size = std::nullopt);

// The size of the checkpoint that is kept in a ledger's folder, which the key in force signed.
std::uint64_t kept_size(TestLedger& ledger);

// What `verify` says: `sound`, or where the fault is, or the code of an error.
std::string verdict(const Ledger& ledger, std::optional<std::string> against = std::nullopt);
// The same for a folder that is opened for reading; the code of the error where it cannot be.
std::string verdict_of(const std::filesystem::path& folder);

// What `verify` says of the fault that it must find against a checkpoint.
std::string fault_message(const Ledger& ledger, const std::string& against);

}  // namespace tally::testing
