#pragma once

// The families of one generation, those of the log among them, as RocksDB's handles.

#include <rocksdb/db.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/store.h"

namespace tally::store {

// A family that is open.  Gives its handle back when the last who looks into it is gone: until
// then RocksDB keeps what a dropped family holds.
using RocksHandle = std::shared_ptr<rocksdb::ColumnFamilyHandle>;
// The database stays open as long.
RocksHandle make_handle(std::shared_ptr<rocksdb::DB> db, rocksdb::ColumnFamilyHandle* handle);

struct RocksFamilies {
  std::uint64_t generation = 0;
  std::array<RocksHandle, kFamilies> handles;  // empty where the family is not there

  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles[static_cast<std::size_t>(family)].get();
  }
  bool is_whole() const;
  // Of the derived ones alone, those that are there.
  std::vector<rocksdb::ColumnFamilyHandle*> derived() const;
};

}  // namespace tally::store
