#pragma once

// --threads, of the verbs that go through the whole log.

#include <cstdint>
#include <optional>

#include "command_line.h"

namespace tally::tool {

void add_threads(CLI::App& verb, std::optional<std::uint64_t>& threads);
// The number given, checked; 0 where none was: as many as the machine has cores.
Result<unsigned> threads_of(const std::optional<std::uint64_t>& threads);

// Of work that took so long; its whole count where that is not to be told.
std::uint64_t per_second(std::uint64_t count, double seconds);

}  // namespace tally::tool
