#include "merkle/tile_path.h"

#include <fmt/format.h>

namespace tally::merkle {
namespace {

std::string with_number(const std::string& folder, std::uint64_t index, std::uint64_t width) {
  std::string number = fmt::format("{:03}", index % 1'000);
  for (std::uint64_t rest = index / 1'000; rest > 0; rest /= 1'000) {
    number = fmt::format("x{:03}/{}", rest % 1'000, number);
  }
  const std::string part = width == kTileWidth ? "" : fmt::format(".p/{}", width);
  return fmt::format("tile/{}/{}{}", folder, number, part);
}

}  // namespace

std::string tile_path(unsigned level, std::uint64_t index, std::uint64_t width) {
  return with_number(fmt::format("{}", level), index, width);
}

std::string entries_path(std::uint64_t index, std::uint64_t width) {
  return with_number("entries", index, width);
}

}  // namespace tally::merkle
