#pragma once

// How the store sets RocksDB up: options of the database and of each family, and their names.

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/options.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

namespace tally::store {

using RocksOptions = std::array<rocksdb::Options, kFamilies>;

// Every sorted file has a checksum of its own in the manifest.
std::shared_ptr<rocksdb::FileChecksumGenFactory> checksum_factory();

rocksdb::DBOptions database_options();
// The options of all families, which share one cache.
RocksOptions family_options();

// A family of one generation; those of the log are of all, and are told as of generation 0.
struct FamilyName {
  Family family = Family::kMeta;
  std::uint64_t generation = 0;
};
// See keys.h.
std::string family_name(FamilyName name);
std::optional<FamilyName> read_family_name(std::string_view text);

}  // namespace tally::store
