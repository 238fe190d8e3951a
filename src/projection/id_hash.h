#pragma once

// Hashes of ids, for tables in memory only.  Ids come from outside, and the hash has a secret of
// its own in each process: nobody can make up ids that meet in a table.

#include <cstdint>
#include <string_view>

namespace tally::projection {

// Spread over all 32 bits.
std::uint32_t id_hash(std::string_view id);

}  // namespace tally::projection
