#pragma once

// Finds new entries by their ids, whose texts stand in the entries' records: sixteen bytes for
// each, so that a look-up among a million touches little memory.

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/huge_allocator.h"

namespace tally::projection {

class IdIndex {
 public:
  // The place of the record with this id; `id_at` tells the id of the record at a place.
  template <typename IdAt>
  std::optional<std::uint64_t> find(std::string_view id, const IdAt& id_at) const {
    const auto found = places_.find(hash_of(id));
    if (found == places_.end()) return std::nullopt;
    if (id_at(found->second) == id) return found->second;
    const auto same_hash = same_hash_.find(id);
    if (same_hash == same_hash_.end()) return std::nullopt;
    return same_hash->second;
  }
  // Adds one that is not there.
  void add(std::string_view id, std::uint64_t place) {
    const bool added = places_.emplace(hash_of(id), place).second;
    if (!added) same_hash_.emplace(id, place);
  }

 private:
  static std::uint64_t hash_of(std::string_view id) { return std::hash<std::string_view>()(id); }
  // A hash is spread well enough as it is.
  struct Identity {
    using is_avalanching = void;
    std::size_t operator()(std::uint64_t hash) const { return hash; }
  };

  boost::unordered_flat_map<std::uint64_t, std::uint64_t, Identity, std::equal_to<>,
                            base::HugeAllocator<std::pair<const std::uint64_t, std::uint64_t>>>
      places_;
  std::map<std::string, std::uint64_t, std::less<>> same_hash_;  // nearly always empty
};

}  // namespace tally::projection
