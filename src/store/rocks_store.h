#pragma once

// What a store that writes and one that reads beside it have in common: an open RocksDB and its
// families, one generation of which is in force.

#include <rocksdb/db.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "store/keys.h"
#include "store/rocks_families.h"
#include "store/rocks_options.h"
#include "store/store.h"

namespace tally::store {

class RocksStore : public Store {
 public:
  Result<void> check_files() override;
  Result<void> sync() override;

 protected:
  using Handles = std::vector<rocksdb::ColumnFamilyHandle*>;
  using Descriptors = std::vector<rocksdb::ColumnFamilyDescriptor>;

  explicit RocksStore(std::filesystem::path folder)
      : folder_(std::move(folder)), options_(family_options()) {}

  // The families of a generation, those of the log among them where that is asked for.
  static std::vector<FamilyName> names_of(std::uint64_t generation, bool with_log);
  Descriptors descriptors(const std::vector<FamilyName>& names) const;
  // Those that there are on disk.
  Result<Descriptors> listed_families() const;
  Result<void> check_opened(const rocksdb::Status& status) const;

  // Takes over what was opened, in place of what was open before.
  void take(rocksdb::DB* db, const Descriptors& families, const Handles& handles);
  // The database itself closes with the last view of it.
  virtual void close();
  std::shared_ptr<RocksFamilies> families_of(std::uint64_t generation) const;
  // A number that stands in `meta`.
  Result<std::optional<std::uint64_t>> number_at(std::string_view key);
  Result<void> choose_generation();

  std::shared_ptr<const RocksFamilies> current() const;
  void set_current(std::shared_ptr<const RocksFamilies> families);

  std::filesystem::path folder_;
  RocksOptions options_;
  std::shared_ptr<rocksdb::DB> db_;
  RocksHandle default_;
  std::array<RocksHandle, kFamilies> of_log_;
  std::map<std::uint64_t, std::array<RocksHandle, kFamilies>> derived_;  // while it opens

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const RocksFamilies> current_;  // guarded by mutex_
};

// The one writer, of an existing store or a new one.
Result<std::unique_ptr<Store>> open_rocks_writer(const std::filesystem::path& folder, bool create);
// A reader, beside a writer or with none.
Result<std::unique_ptr<Store>> open_rocks_reader(const std::filesystem::path& folder);

}  // namespace tally::store
