#include "support/naive_tree.h"

#include <string>

#include "merkle/sha256.h"

namespace tally::testing {
namespace {

std::string_view view(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()};
}

Hash node(const Hash& left, const Hash& right) {
  return merkle::sha256({std::string_view("\1", 1), view(left), view(right)});
}

// The largest power of two smaller than n, which is at least 2.
std::uint64_t split(std::uint64_t n) {
  std::uint64_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

using Roots = std::pair<Hash, Hash>;

// What SUBPROOF(from, D[to], is_known) says of the two trees.
std::optional<Roots> roots_of_subproof(std::uint64_t from, std::uint64_t to, const Hash* known,
                                       std::vector<Hash>& hashes) {
  if (from == to && known != nullptr) return Roots{*known, *known};
  if (hashes.empty()) return std::nullopt;
  const Hash last = hashes.back();
  hashes.pop_back();
  if (from == to) return Roots{last, last};
  const std::uint64_t k = split(to);
  if (from <= k) {
    const auto left = roots_of_subproof(from, k, known, hashes);
    if (!left) return std::nullopt;
    return Roots{left->first, node(left->second, last)};
  }
  const auto right = roots_of_subproof(from - k, to - k, nullptr, hashes);
  if (!right) return std::nullopt;
  return Roots{node(last, right->first), node(last, right->second)};
}

}  // namespace

std::string numbered_leaf(std::uint64_t index) { return "leaf " + std::to_string(index); }

NaiveTree NaiveTree::numbered(std::uint64_t count) {
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < count; ++i) {
    leaves.push_back(merkle::sha256({std::string_view("\0", 1), numbered_leaf(i)}));
  }
  return NaiveTree(std::move(leaves));
}

Hash NaiveTree::mth(std::uint64_t begin, std::uint64_t end) const {
  if (begin == end) return merkle::sha256({});
  if (end - begin == 1) return leaves_.at(begin);
  const auto found = known_.find({begin, end});
  if (found != known_.end()) return found->second;
  const std::uint64_t middle = begin + split(end - begin);
  const Hash root = node(mth(begin, middle), mth(middle, end));
  known_.emplace(std::pair(begin, end), root);
  return root;
}

std::vector<Hash> NaiveTree::path(std::uint64_t index, std::uint64_t size) const {
  return path(index, 0, size);
}

std::vector<Hash> NaiveTree::path(std::uint64_t index, std::uint64_t begin,
                                  std::uint64_t end) const {
  if (end - begin == 1) return {};
  const std::uint64_t k = split(end - begin);
  const bool in_left = index < k;
  std::vector<Hash> hashes =
      in_left ? path(index, begin, begin + k) : path(index - k, begin + k, end);
  hashes.push_back(in_left ? mth(begin + k, end) : mth(begin, begin + k));
  return hashes;
}

std::vector<Hash> NaiveTree::proof(std::uint64_t from, std::uint64_t to) const {
  return subproof(from, 0, to, true);
}

std::vector<Hash> NaiveTree::subproof(std::uint64_t from, std::uint64_t begin, std::uint64_t end,
                                      bool is_known) const {
  if (from == end - begin) {
    if (is_known) return {};
    return {mth(begin, end)};
  }
  const std::uint64_t k = split(end - begin);
  const bool in_left = from <= k;
  std::vector<Hash> hashes = in_left ? subproof(from, begin, begin + k, is_known)
                                     : subproof(from - k, begin + k, end, false);
  hashes.push_back(in_left ? mth(begin + k, end) : mth(begin, begin + k));
  return hashes;
}

std::optional<Hash> root_of_path(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                 std::vector<Hash> hashes) {
  if (index >= size) return std::nullopt;
  if (size == 1) return hashes.empty() ? std::optional(leaf) : std::nullopt;
  if (hashes.empty()) return std::nullopt;
  const Hash last = hashes.back();
  hashes.pop_back();
  const std::uint64_t k = split(size);
  const auto child = index < k ? root_of_path(index, k, leaf, std::move(hashes))
                               : root_of_path(index - k, size - k, leaf, std::move(hashes));
  if (!child) return std::nullopt;
  return index < k ? node(*child, last) : node(last, *child);
}

std::optional<Roots> roots_of_proof(std::uint64_t from, std::uint64_t to, const Hash& from_root,
                                    std::vector<Hash> hashes) {
  if (from == 0 || from > to) return std::nullopt;
  auto roots = roots_of_subproof(from, to, &from_root, hashes);
  if (!hashes.empty()) return std::nullopt;
  return roots;
}

}  // namespace tally::testing
