#pragma once

// What a commit writes to RocksDB: one write batch, or, where it is large, sorted files that are
// taken in whole.

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>

#include "store/rocks_families.h"
#include "store/rocks_options.h"
#include "store/store.h"

namespace tally::store {

class RocksBatch : public Batch {
 public:
  // Writes the batch and waits until it is on disk.
  virtual rocksdb::Status write(rocksdb::DB* db) = 0;
};

std::unique_ptr<RocksBatch> make_small_batch(std::shared_ptr<const RocksFamilies> families);
// `folder` is there and empty; it goes with the batch.  The options must outlive the batch.
std::unique_ptr<RocksBatch> make_large_batch(std::shared_ptr<const RocksFamilies> families,
                                             const RocksOptions& options,
                                             std::filesystem::path folder);

}  // namespace tally::store
