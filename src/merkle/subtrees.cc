#include "merkle/subtrees.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace tally::merkle {
namespace {

// Where a tree of more than one leaf is split: the largest power of two below its size.
std::uint64_t split_of(const LeafRange& range) {
  return range.begin + std::bit_floor(range.end - range.begin - 1);
}

}  // namespace

std::vector<LeafRange> inclusion_ranges(Sequence index, LogSize size) {
  TALLY_CHECK(index.value < size.count);
  std::vector<LeafRange> siblings;  // from the root down
  LeafRange range{0, size.count};
  while (range.end - range.begin > 1) {
    const std::uint64_t split = split_of(range);
    if (index.value < split) {
      siblings.push_back({split, range.end});
      range.end = split;
    } else {
      siblings.push_back({range.begin, split});
      range.begin = split;
    }
  }
  std::reverse(siblings.begin(), siblings.end());
  return siblings;
}

std::vector<LeafRange> consistency_ranges(LogSize from, LogSize to) {
  TALLY_CHECK(1 <= from.count && from <= to);
  std::vector<LeafRange> siblings;  // from the root down
  LeafRange range{0, to.count};
  // Down the edge between the smaller tree and what came later, until it falls between two.
  while (range.end != from.count) {
    const std::uint64_t split = split_of(range);
    if (from.count <= split) {
      siblings.push_back({split, range.end});
      range.end = split;
    } else {
      siblings.push_back({range.begin, split});
      range.begin = split;
    }
  }
  // What is left is a subtree of both trees; where it is the smaller tree, its root is known.
  if (range.begin != 0) siblings.push_back(range);
  std::reverse(siblings.begin(), siblings.end());
  return siblings;
}

std::vector<Subtree> complete_subtrees(LeafRange range) {
  std::vector<Subtree> subtrees;
  for (std::uint64_t begin = range.begin; begin < range.end;) {
    const auto height = static_cast<unsigned>(std::bit_width(range.end - begin) - 1);
    subtrees.push_back({height, begin >> height});
    begin += std::uint64_t{1} << height;
  }
  return subtrees;
}

}  // namespace tally::merkle
