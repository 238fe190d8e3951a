#include "store/rocks_families.h"

#include <algorithm>

namespace tally::store {

RocksHandle make_handle(std::shared_ptr<rocksdb::DB> db, rocksdb::ColumnFamilyHandle* handle) {
  return {handle, [db = std::move(db)](rocksdb::ColumnFamilyHandle* one) {
            db->DestroyColumnFamilyHandle(one).PermitUncheckedError();
          }};
}

bool RocksFamilies::is_whole() const {
  return std::all_of(handles.begin(), handles.end(),
                     [](const RocksHandle& handle) { return handle != nullptr; });
}

std::vector<rocksdb::ColumnFamilyHandle*> RocksFamilies::derived() const {
  std::vector<rocksdb::ColumnFamilyHandle*> all;
  for (std::size_t index = 0; index < kFamilies; ++index) {
    const bool wanted = is_derived(static_cast<Family>(index)) && handles[index] != nullptr;
    if (wanted) all.push_back(handles[index].get());
  }
  return all;
}

}  // namespace tally::store
