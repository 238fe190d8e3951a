// RFC 6962 trees: the public vectors of Certificate Transparency, and a naive tree as oracle.

#include <string>
#include <vector>

#include "merkle/frontier.h"
#include "merkle/sha256.h"
#include "support/catch.h"
#include "support/naive_ledger.h"

namespace tally::merkle {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

// The leaves and roots of the tests of Certificate Transparency, which many implementations share.
constexpr std::string_view kLeaves[] = {"",
                                        "00",
                                        "10",
                                        "2021",
                                        "3031",
                                        "40414243",
                                        "5051525354555657",
                                        "606162636465666768696a6b6c6d6e6f"};
constexpr std::string_view kRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

}  // namespace

TEST_CASE("A tree has the roots that Certificate Transparency published") {
  Frontier tree;
  CHECK(empty_tree_hash().to_string() == kRoots[0]);
  CHECK(tree.root() == empty_tree_hash());
  for (std::size_t i = 0; i < std::size(kLeaves); ++i) {
    tree.append(leaf_hash(from_hex(kLeaves[i])));
    CAPTURE(i);
    CHECK(tree.root().to_string() == kRoots[i + 1]);
    CHECK(tree.size().count == i + 1);
  }
}

TEST_CASE("A leaf is hashed where its prefix stands before it, and in parts") {
  const std::string prefixed("\0event", 6);
  CHECK(leaf_hash_prefixed(prefixed) == leaf_hash("event"));
  CHECK(leaf_hash_prefixed(prefixed.substr(0, 1)) == leaf_hash(""));
  CHECK(sha256({"a", "", "bc"}) == sha256({"abc"}));
  CHECK(sha256({"abc"}).to_string() ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 parts;
  parts.update("a");
  parts.update("");
  parts.update("bc");
  CHECK(parts.finish() == sha256({"abc"}));
}

TEST_CASE(
    "A frontier gives the naive tree's root at every size, and completes every subtree once") {
  std::vector<std::string> leaves;
  Frontier tree;
  std::vector<std::vector<Hash>> completed(11);
  for (std::size_t size = 1; size <= 600; ++size) {
    leaves.push_back("leaf " + std::to_string(size));
    tree.append(leaf_hash(leaves.back()), [&](unsigned height, const Hash& hash) {
      REQUIRE(height < completed.size());
      completed[height].push_back(hash);
    });
    REQUIRE(tree.size().count == size);
    REQUIRE(tree.root() == testing::naive_tree(leaves));
  }
  for (std::size_t height = 1; height < completed.size(); ++height) {
    const std::size_t width = std::size_t{1} << height;
    REQUIRE(completed[height].size() == 600 / width);
    for (std::size_t i = 0; i < completed[height].size(); ++i) {
      const auto first = leaves.begin() + static_cast<std::ptrdiff_t>(i * width);
      CHECK(completed[height][i] ==
            testing::naive_tree({first, first + static_cast<std::ptrdiff_t>(width)}));
    }
  }
}

TEST_CASE(
    "A frontier is made from the roots of its complete subtrees, one for each bit of its size") {
  std::vector<std::string> leaves;
  for (int i = 0; i < 300; ++i) leaves.push_back(std::to_string(i));
  for (const std::size_t size : {0U, 1U, 2U, 3U, 7U, 8U, 255U, 256U, 257U, 300U}) {
    CAPTURE(size);
    std::vector<Hash> peaks;
    std::size_t begin = 0;
    for (std::size_t width = 512; width > 0; width /= 2) {
      if ((size & width) == 0) continue;
      const auto first = leaves.begin() + static_cast<std::ptrdiff_t>(begin);
      peaks.push_back(testing::naive_tree({first, first + static_cast<std::ptrdiff_t>(width)}));
      begin += width;
    }
    auto tree = Frontier::from_peaks(LogSize{size}, peaks);
    REQUIRE(tree.has_value());
    const auto end = leaves.begin() + static_cast<std::ptrdiff_t>(size);
    CHECK(tree->root() == testing::naive_tree({leaves.begin(), end}));
    Frontier copy = *tree;
    copy.append(leaf_hash("more"));
    CHECK(tree->size().count == size);  // a copy grows by itself
    std::vector<std::string> grown(leaves.begin(), end);
    grown.emplace_back("more");
    CHECK(copy.root() == testing::naive_tree(grown));

    peaks.emplace_back();
    CHECK_FALSE(Frontier::from_peaks(LogSize{size}, peaks).has_value());
    if (size == 0) continue;
    peaks.resize(peaks.size() - 2);
    CHECK_FALSE(Frontier::from_peaks(LogSize{size}, peaks).has_value());
  }
}

}  // namespace tally::merkle
