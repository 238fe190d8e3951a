#pragma once

// Reads a ZIP file of ours again, of whatever size: that what a library wrote is there.

#include <filesystem>
#include <functional>
#include <string_view>

#include "tally/result.h"

namespace tally::audit {

// Calls `visit` with each part unpacked, piece by piece, the parts in their order; a part without
// content is passed over.  `io` where it cannot be read, or a checksum is another.
using ZipPieceVisit = std::function<void(std::string_view part, std::string_view piece)>;
Result<void> walk_zip(const std::filesystem::path& path, const ZipPieceVisit& visit);

}  // namespace tally::audit
