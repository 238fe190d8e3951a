#pragma once

// Where the parts of a static log lie (c2sp.org/tlog-tiles).  A number is written in groups of
// three digits, all but the last after an x: 1234067 is x001/x234/067.

#include <cstdint>
#include <string>

namespace tally::merkle {

inline constexpr unsigned kTileHeight = 8;
inline constexpr std::uint64_t kTileWidth = 1U << kTileHeight;

// Of a tile of hashes; a width below 256 is that of a partial one.
std::string tile_path(unsigned level, std::uint64_t index, std::uint64_t width = kTileWidth);

// Of a bundle of events.
std::string entries_path(std::uint64_t index, std::uint64_t width = kTileWidth);

}  // namespace tally::merkle
