#pragma once

// One life of the process that has the ledger open: it goes through a plan, tells what it did, and
// may end anywhere.

#include <filesystem>
#include <span>
#include <string>

#include "tally/ledger.h"
#include "tally/totals.h"

namespace tally::simulation {

// A clock and salts that come from a seed.  The clock goes on by chance, and backwards at times.
Environment seeded(std::uint64_t seed, std::int64_t now_micros);

// The rows of all totals as of a point, a line.
Result<std::string> rows_as_of(const Ledger& ledger, Sequence point);

// Below `folder` are the ledger (`world/ledger`), its backup (`world/backup`), the plan (`plan`)
// and the account (`account`).
void live(const std::filesystem::path& folder);

}  // namespace tally::simulation
