#pragma once

// Making what RocksDB no longer shows go from its files as well: it keeps replaced and removed
// values in write-ahead logs and sorted files until these are rewritten, which may be never.

#include <rocksdb/db.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tally/result.h"

namespace tally::store {

// `handles` are all families that are open.  Rewrites every file of `family` that may hold
// something at the keys, and waits until the old ones and the write-ahead logs written so far are
// gone.  Waits for snapshots taken before; `io` where they, or the files, stay too long.
Result<void> purge(rocksdb::DB& db, const std::filesystem::path& folder,
                   const std::vector<rocksdb::ColumnFamilyHandle*>& handles,
                   rocksdb::ColumnFamilyHandle* family, const std::vector<std::string>& keys);

}  // namespace tally::store
