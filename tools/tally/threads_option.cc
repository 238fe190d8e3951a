#include "threads_option.h"

#include <fmt/format.h>

namespace tally::tool {
namespace {

constexpr std::uint64_t kMostThreads = 64;

}  // namespace

void add_threads(CLI::App& verb, std::optional<std::uint64_t>& threads) {
  add_number(verb, "--threads", threads, "how many threads may work on it, 1 to 64");
}

Result<unsigned> threads_of(const std::optional<std::uint64_t>& threads) {
  if (!threads) return 0U;
  if (*threads >= 1 && *threads <= kMostThreads) return static_cast<unsigned>(*threads);
  return usage(fmt::format("--threads takes 1 to {}, not {}", kMostThreads, *threads));
}

std::uint64_t per_second(std::uint64_t count, double seconds) {
  return seconds <= 0 ? count : static_cast<std::uint64_t>(static_cast<double>(count) / seconds);
}

}  // namespace tally::tool
