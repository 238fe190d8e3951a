#pragma once

// What a commit writes to RocksDB: one write batch, or, where it is large, sorted files that are
// taken in whole.

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <array>
#include <filesystem>
#include <memory>
#include <vector>

#include "store/store.h"

namespace tally::store {

using RocksHandles = std::vector<rocksdb::ColumnFamilyHandle*>;
using RocksOptions = std::array<rocksdb::Options, kFamilies>;

class RocksBatch : public Batch {
 public:
  // Writes the batch and waits until it is on disk.
  virtual rocksdb::Status write(rocksdb::DB* db) = 0;
};

// All of these must outlive the batch.
std::unique_ptr<RocksBatch> make_small_batch(const RocksHandles& handles);
// `folder` is there and empty; it goes with the batch.
std::unique_ptr<RocksBatch> make_large_batch(const RocksHandles& handles,
                                             const RocksOptions& options,
                                             std::filesystem::path folder);

}  // namespace tally::store
