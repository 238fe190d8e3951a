#pragma once

// What the check of a pack has shown, for people and as JSON.

#include "output.h"
#include "tally/pack.h"

namespace tally::tool {

void print_pack(const PackReport& report, Console& console);

}  // namespace tally::tool
