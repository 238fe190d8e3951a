#include "merkle/frontier.h"

#include <bit>

#include "merkle/sha256.h"

namespace tally::merkle {

Hash Frontier::merge(const Hash& left, const Hash& right) { return node_hash(left, right); }

Hash Frontier::root() const {
  if (peaks_.empty()) return empty_tree_hash();
  Hash root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i], root);
  return root;
}

std::optional<Frontier> Frontier::from_peaks(LogSize size, std::vector<Hash> peaks) {
  if (static_cast<std::size_t>(std::popcount(size.count)) != peaks.size()) return std::nullopt;
  Frontier frontier;
  frontier.size_ = size;
  frontier.peaks_ = std::move(peaks);
  return frontier;
}

}  // namespace tally::merkle
