#pragma once

// The parts of the public log (c2sp.org/tlog-tiles), one at a time.

#include <cstdint>
#include <string>

#include "ledger/core.h"

namespace tally::exports {

// The first `width` hashes of a tile, which are there.  `damaged` where they are not.
Result<std::string> tile_bytes(const projection::Reader& reader, unsigned level,
                               std::uint64_t index, std::uint64_t width);

// The first `width` events of a bundle, which are there, each behind its length.
Result<std::string> entries_bytes(store::LogStore& log, std::uint64_t index, std::uint64_t width);

// Puts one event into a bundle.
void add_to_bundle(std::string& bundle, std::string_view event);

}  // namespace tally::exports
