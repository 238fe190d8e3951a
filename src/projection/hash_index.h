#pragma once

// Finds the items of an array by a hash of what they are found by, spread over all of its 32 bits.
// Whoever looks up says whether an item is the one; so the index holds no keys but eight bytes an
// item, and a look-up among millions reads one line of memory, which may be asked for ahead.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/check.h"
#include "base/huge_allocator.h"

namespace tally::projection {

class HashIndex {
 public:
  // The place of an item of this hash that `is(place)` says yes to.
  template <typename Is>
  std::optional<std::uint32_t> find(std::uint32_t hash, const Is& is) const {
    if (cells_.empty()) return std::nullopt;
    for (std::size_t at = home_of(hash); cells_[at].place != kNone; at = after(at)) {
      if (cells_[at].hash == hash && is(cells_[at].place)) return cells_[at].place;
    }
    return std::nullopt;
  }

  // Adds an item that is not there.
  void add(std::uint32_t hash, std::size_t place) {
    TALLY_CHECK(place < kNone);
    if ((count_ + 1) * 10 > cells_.size() * 7) grow();
    put({hash, static_cast<std::uint32_t>(place)});
    ++count_;
  }

  // Has the processor fetch what a look-up of this hash will read.
  void expect(std::uint32_t hash) const {
    if (!cells_.empty()) __builtin_prefetch(&cells_[home_of(hash)]);
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Cell {
    std::uint32_t hash = 0;
    std::uint32_t place = kNone;
  };

  std::size_t home_of(std::uint32_t hash) const { return hash >> (32 - bits_); }
  std::size_t after(std::size_t at) const { return (at + 1) & (cells_.size() - 1); }

  void put(Cell cell) {
    std::size_t at = home_of(cell.hash);
    while (cells_[at].place != kNone) at = after(at);
    cells_[at] = cell;
  }

  void grow() {
    const Cells old = std::move(cells_);
    bits_ = old.empty() ? 6 : bits_ + 1;
    TALLY_CHECK(bits_ <= 32);
    cells_ = Cells(std::size_t{1} << bits_);
    for (const Cell& cell : old) {
      if (cell.place != kNone) put(cell);
    }
  }

  using Cells = std::vector<Cell, base::HugeAllocator<Cell>>;
  Cells cells_;  // as many as a power of two, and always some empty
  unsigned bits_ = 0;
  std::size_t count_ = 0;
};

}  // namespace tally::projection
