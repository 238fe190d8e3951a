#include "audit/static_log.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/bytes.h"
#include "base/try.h"
#include "merkle/refused.h"
#include "merkle/sha256.h"
#include "tally/limits.h"

namespace tally::audit {
namespace {

using merkle::kTileHeight;
using merkle::kTileWidth;
using merkle::refused;

constexpr std::uint64_t kHashBytes = sizeof(Hash::bytes);

}  // namespace

Result<std::string> read_part(const std::filesystem::path& path, const std::string& name,
                              std::uint64_t limit) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path / name, error);
  if (error == std::errc::no_such_file_or_directory) {
    return refused(fmt::format("{} is missing", name));
  }
  if (!error && size > limit) {
    return refused(fmt::format("{} has {} bytes; at most {} are possible", name, size, limit));
  }
  std::string content(error ? 0 : size, '\0');
  std::ifstream file(path / name, std::ios::binary);
  if (error || !file.read(content.data(), static_cast<std::streamsize>(content.size()))) {
    return Error{ErrorCode::kIo,
                 fmt::format("reading {}: {}", (path / name).string(),
                             error ? error.message() : std::strerror(errno)),
                 {},
                 0,
                 {}};
  }
  return content;
}

Result<void> StaticLog::read(const Visit& visit) {
  for (std::uint64_t index = 0; index * kTileWidth < size_.count; ++index) {
    TALLY_TRY(read_bundle(index, visit));
  }
  for (unsigned level = 0; level < filling_.size(); ++level) {
    if (filling_[level].empty()) continue;
    TALLY_TRY(check_tile(level, size_.count >> (kTileHeight * (level + 1)), filling_[level]));
  }
  return {};
}

Result<void> StaticLog::read_bundle(std::uint64_t index, const Visit& visit) {
  const std::uint64_t width = std::min(kTileWidth, size_.count - index * kTileWidth);
  const std::string name = merkle::entries_path(index, width);
  TALLY_ASSIGN(const std::string bundle,
               read_part(path_, name, kTileWidth * (2 + limits::kEventBytes)));
  std::vector<std::string_view> events;
  base::ByteReader rest(bundle);
  while (!rest.at_end()) {
    const std::string_view length = rest.take(2);
    if (!rest.ok()) break;
    events.push_back(rest.take(base::get_big_endian<std::uint16_t>(length.data())));
  }
  if (!rest.ok()) return refused(fmt::format("{} ends in the middle of an event", name));
  if (events.size() != width) {
    return refused(fmt::format("{} holds {} events, not {}", name, events.size(), width));
  }
  for (const std::string_view event : events) TALLY_TRY(add_leaf(merkle::leaf_hash(event)));
  for (std::uint64_t i = 0; i < width; ++i) {
    TALLY_TRY(visit(Sequence{index * kTileWidth + i}, events[i]));
  }
  return {};
}

Result<void> StaticLog::add_leaf(const Hash& leaf) {
  filling_[0].push_back(leaf);
  tree_.append(leaf, [this](unsigned height, const Hash& node) {
    if (height % kTileHeight == 0) filling_[height / kTileHeight].push_back(node);
  });
  for (unsigned level = 0; filling_[level].size() == kTileWidth; ++level) {
    TALLY_TRY(check_tile(level, (tree_.size().count >> (kTileHeight * (level + 1))) - 1,
                         filling_[level]));
    filling_[level].clear();
  }
  return {};
}

Result<void> StaticLog::check_tile(unsigned level, std::uint64_t index,
                                   const std::vector<Hash>& hashes) {
  const std::string name = merkle::tile_path(level, index, hashes.size());
  TALLY_ASSIGN(const std::string tile, read_part(path_, name, kTileWidth * kHashBytes));
  if (tile.size() != hashes.size() * kHashBytes) {
    return refused(
        fmt::format("{} has {} bytes, not {}", name, tile.size(), hashes.size() * kHashBytes));
  }
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (std::memcmp(&tile[i * kHashBytes], hashes[i].bytes.data(), kHashBytes) == 0) continue;
    const std::string of =
        level == 0 ? fmt::format("event {}", index * kTileWidth + i)
                   : fmt::format("the {}-th subtree of {} events", i + index * kTileWidth,
                                 std::uint64_t{1} << (kTileHeight * level));
    return refused(fmt::format("{} does not hold the hash of {} at place {}", name, of, i));
  }
  return {};
}

}  // namespace tally::audit
