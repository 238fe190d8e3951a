#pragma once

// RocksDB's texts and statuses as ours.

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <string_view>

#include "tally/result.h"

namespace tally::store {

inline rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view_of(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

// The one door through which RocksDB's statuses become errors.
Error translate(const rocksdb::Status& status, std::string_view doing);
Result<void> check(const rocksdb::Status& status, std::string_view doing);

}  // namespace tally::store
