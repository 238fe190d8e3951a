#include "projection/tree.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "base/check.h"
#include "base/try.h"
#include "merkle/sha256.h"
#include "projection/damage.h"
#include "store/keys.h"

namespace tally::projection {
namespace {

constexpr std::size_t kHashBytes = sizeof(Hash::bytes);
constexpr std::size_t kTilesKept = 1'024;  // 16 MB

Error gap(unsigned level, std::uint64_t tile) {
  return damaged(fmt::format("tile {} of level {} of the hash tree is damaged", tile, level));
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

Result<const TreeReader::Tile*> TreeReader::tile(unsigned level, std::uint64_t index) {
  const auto found = tiles_.find({level, index});
  if (found != tiles_.end()) return &found->second;
  if (tiles_.size() >= kTilesKept) tiles_.clear();
  Tile tile;
  TALLY_ASSIGN(tile[0], read_tile(view_, level, index));
  for (unsigned height = 1; height <= kTileHeight; ++height) {
    const std::vector<Hash>& below = tile[height - 1];
    for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
      tile[height].push_back(merkle::node_hash(below[i], below[i + 1]));
    }
  }
  return &tiles_.emplace(std::pair(level, index), std::move(tile)).first->second;
}

Result<Hash> TreeReader::subtree(merkle::Subtree subtree) {
  const unsigned level = subtree.height / kTileHeight;
  const unsigned within = subtree.height % kTileHeight;
  const std::uint64_t place = subtree.index & ((kTileWidth >> within) - 1);
  const std::uint64_t index = subtree.index >> (kTileHeight - within);
  TALLY_ASSIGN(const Tile* tile, this->tile(level, index));
  if (place >= (*tile)[within].size()) return gap(level, index);
  return (*tile)[within][place];
}

Result<Hash> TreeReader::hash_of(merkle::LeafRange range) {
  const std::vector<merkle::Subtree> parts = merkle::complete_subtrees(range);
  std::optional<Hash> hash;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    TALLY_ASSIGN(const Hash left, subtree(*part));
    hash = hash ? merkle::node_hash(left, *hash) : left;
  }
  return hash.value_or(merkle::empty_tree_hash());
}

Result<std::vector<Hash>> TreeReader::hashes_of(const std::vector<merkle::LeafRange>& ranges) {
  std::vector<Hash> hashes;
  for (const merkle::LeafRange& range : ranges) {
    TALLY_ASSIGN(hashes.emplace_back(), hash_of(range));
  }
  return hashes;
}

Result<merkle::Frontier> TreeReader::frontier(LogSize size) {
  std::vector<Hash> peaks;
  for (const merkle::Subtree& part : merkle::complete_subtrees({0, size.count})) {
    TALLY_ASSIGN(peaks.emplace_back(), subtree(part));
  }
  const auto frontier = merkle::Frontier::from_peaks(size, std::move(peaks));
  TALLY_CHECK(frontier.has_value());
  return *frontier;
}

Result<Hash> TreeReader::root(LogSize size) { return hash_of({0, size.count}); }

Result<std::vector<Hash>> TreeReader::inclusion(Sequence index, LogSize size) {
  return hashes_of(merkle::inclusion_ranges(index, size));
}

Result<std::vector<Hash>> TreeReader::consistency(LogSize from, LogSize to) {
  return hashes_of(merkle::consistency_ranges(from, to));
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
