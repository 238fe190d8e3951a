#pragma once

// Opening a ledger to write into it, with --rebuild.

#include <memory>
#include <string>

#include "command_line.h"
#include "tally/ledger.h"

namespace tally::tool {

void add_rebuild(CLI::App& verb, bool& rebuild);

// `rebuild`: where an older program, or damage, left derived state that cannot be used, it is built
// anew first, and that is told.
Result<std::unique_ptr<Ledger>> open_for_writing(const std::string& folder, bool rebuild,
                                                 Console& console);

}  // namespace tally::tool
