#include "projection/tree.h"

#include <fmt/format.h>

#include <cstring>

#include "base/check.h"
#include "base/try.h"
#include "merkle/sha256.h"
#include "projection/damage.h"
#include "store/keys.h"

namespace tally::projection {
namespace {

constexpr std::size_t kHashBytes = sizeof(Hash::bytes);

Error gap(unsigned level, std::uint64_t tile) {
  return damaged(fmt::format("tile {} of level {} of the hash tree is damaged", tile, level));
}

// The root of a complete subtree of 2^height leaves, the `index`-th of its height.
Result<Hash> read_subtree(const store::View& view, unsigned height, std::uint64_t index) {
  const unsigned level = height / kTileHeight;
  const unsigned above = height % kTileHeight;
  const std::uint64_t first = index << above;
  TALLY_ASSIGN(const auto hashes, read_tile(view, level, first / kTileWidth));
  const std::size_t offset = first % kTileWidth;
  const std::size_t width = std::size_t{1} << above;
  if (hashes.size() < offset + width) return gap(level, first / kTileWidth);
  merkle::Frontier subtree;
  for (std::size_t i = 0; i < width; ++i) subtree.append(hashes[offset + i]);
  return subtree.root();
}

}  // namespace

Result<std::vector<Hash>> read_tile(const store::View& view, unsigned level, std::uint64_t tile) {
  std::vector<Hash> hashes;
  const auto cursor = view.cursor(store::Family::kTree, store::Reading::kSeeks);
  const std::string prefix = store::tile_key(level, tile, 0).substr(0, 9);
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    const std::string_view value = cursor->value();
    const auto offset = static_cast<std::uint8_t>(cursor->key().back());
    if (cursor->key().size() != prefix.size() + 1 || offset != hashes.size() ||
        value.size() % kHashBytes != 0 || offset + value.size() / kHashBytes > kTileWidth) {
      return gap(level, tile);
    }
    for (std::size_t at = 0; at < value.size(); at += kHashBytes) {
      std::memcpy(hashes.emplace_back().bytes.data(), value.data() + at, kHashBytes);
    }
  }
  TALLY_TRY(cursor->status());
  return hashes;
}

Result<merkle::Frontier> read_frontier(const store::View& view, LogSize size) {
  std::vector<Hash> peaks;
  std::uint64_t leaves = 0;
  for (unsigned height = 64; height-- > 0;) {
    if (((size.count >> height) & 1) == 0) continue;
    TALLY_ASSIGN(const Hash peak, read_subtree(view, height, leaves >> height));
    peaks.push_back(peak);
    leaves += std::uint64_t{1} << height;
  }
  const auto frontier = merkle::Frontier::from_peaks(size, std::move(peaks));
  TALLY_CHECK(frontier.has_value());
  return *frontier;
}

TreeChanges::TreeChanges(merkle::Frontier frontier) : frontier_(std::move(frontier)) {
  for (unsigned level = 0; level < kTileLevels; ++level) {
    levels_[level].first = frontier_.size().count >> (kTileHeight * level);
  }
}

void TreeChanges::append(const Hash& leaf) {
  levels_[0].hashes.push_back(leaf);
  frontier_.append(leaf, [this](unsigned height, const Hash& node) {
    if (height % kTileHeight == 0) levels_[height / kTileHeight].hashes.push_back(node);
  });
}

void TreeChanges::absorb(TreeChanges&& above) {
  frontier_ = std::move(above.frontier_);
  for (unsigned level = 0; level < kTileLevels; ++level) {
    std::vector<Hash>& mine = levels_[level].hashes;
    const std::vector<Hash>& theirs = above.levels_[level].hashes;
    mine.insert(mine.end(), theirs.begin(), theirs.end());
  }
}

Result<void> TreeChanges::write(store::Batch& batch) const {
  std::string value;
  for (unsigned level = 0; level < kTileLevels; ++level) {
    const Run& run = levels_[level];
    for (std::size_t begin = 0; begin < run.hashes.size();) {
      const std::uint64_t index = run.first + begin;
      const std::uint64_t room = kTileWidth - index % kTileWidth;
      const std::size_t end = std::min<std::size_t>(run.hashes.size(), begin + room);
      value.clear();
      for (std::size_t i = begin; i < end; ++i) {
        value.append(reinterpret_cast<const char*>(run.hashes[i].bytes.data()), kHashBytes);
      }
      TALLY_TRY(batch.put(
          store::Family::kTree,
          store::tile_key(level, index / kTileWidth, static_cast<unsigned>(index % kTileWidth)),
          value));
      begin = end;
    }
  }
  return {};
}

}  // namespace tally::projection
