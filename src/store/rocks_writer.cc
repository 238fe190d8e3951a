// The store of the one writer.

#include <fmt/format.h>

#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/try.h"
#include "store/kept_tables.h"
#include "store/rocks_batch.h"
#include "store/rocks_purge.h"
#include "store/rocks_status.h"
#include "store/rocks_store.h"
#include "store/rocks_view.h"

namespace tally::store {
namespace {

constexpr std::size_t kWriteAheadLogs = 16;

// Where batches of one generation go.
struct Target {
  std::shared_ptr<rocksdb::DB> db;
  std::shared_ptr<const RocksFamilies> families;
  const RocksOptions* options = nullptr;
  std::filesystem::path staging;

  Result<std::unique_ptr<Batch>> begin(bool large) const {
    if (!large) return std::unique_ptr<Batch>(make_small_batch(families));
    std::error_code error;
    std::filesystem::remove_all(staging, error);
    std::filesystem::create_directories(staging, error);
    if (!error) return std::unique_ptr<Batch>(make_large_batch(families, *options, staging));
    return Error{error == std::errc::no_space_on_device ? ErrorCode::kNoSpace : ErrorCode::kIo,
                 fmt::format("staging a commit in {}: {}", staging.string(), error.message()),
                 {},
                 0,
                 {}};
  }
  Result<void> commit(std::unique_ptr<Batch> batch) const {
    return check(static_cast<RocksBatch&>(*batch).write(db.get()), "writing a commit");
  }
};

class RocksGeneration : public Generation {
 public:
  explicit RocksGeneration(Target target) : target_(std::move(target)) {}
  std::unique_ptr<View> view() const override {
    return make_view(target_.db.get(), target_.families, true);
  }
  Result<std::unique_ptr<Batch>> begin(bool large) override { return target_.begin(large); }
  Result<void> commit(std::unique_ptr<Batch> batch) override {
    return target_.commit(std::move(batch));
  }
  const std::shared_ptr<const RocksFamilies>& families() const { return target_.families; }

 private:
  Target target_;
};

class RocksWriter : public RocksStore {
 public:
  explicit RocksWriter(std::filesystem::path folder) : RocksStore(std::move(folder)) {}
  ~RocksWriter() override { RocksWriter::close(); }
  RocksWriter(const RocksWriter&) = delete;
  RocksWriter& operator=(const RocksWriter&) = delete;

  Result<void> open(bool create) {
    std::error_code ignored;
    std::filesystem::remove_all(staging(), ignored);
    // Compaction, which nobody waits for, gives way to commits and reads.  Refused or not, it is
    // done.
    static_cast<void>(rocksdb::Env::Default()->LowerThreadPoolCPUPriority(
        rocksdb::Env::Priority::LOW, rocksdb::CpuPriority::kLow));
    Descriptors families;
    if (create) {
      families = descriptors(names_of(0, true));
    } else {
      TALLY_ASSIGN(families, listed_families());
    }
    trust_manifest_again(folder_);
    rocksdb::DBOptions options = database_options();
    options.env = env_that_keeps_tables();
    options.create_if_missing = create;
    options.create_missing_column_families = create;
    options.error_if_exists = create;
    rocksdb::DB* db = nullptr;
    Handles handles;
    const rocksdb::Status status =
        rocksdb::DB::Open(options, folder_.string(), families, &handles, &db);
    TALLY_TRY(create ? check(status, fmt::format("opening {}", folder_.string()))
                     : check_opened(status));
    take(db, families, handles);
    TALLY_TRY(choose_generation());
    TALLY_TRY(settle_generations());
    return clear_write_ahead_logs();
  }

  std::unique_ptr<View> view() override { return make_view(db_.get(), current(), true); }

  Result<std::unique_ptr<Batch>> begin(bool large) override {
    return target(current(), "commit").begin(large);
  }

  Result<void> commit(std::unique_ptr<Batch> batch) override {
    return target(current(), "commit").commit(std::move(batch));
  }

  Result<std::shared_ptr<Generation>> building() override {
    if (building_ == nullptr) TALLY_TRY(begin_generation());
    return std::shared_ptr<Generation>(building_);
  }

  Result<void> put_in_force(std::shared_ptr<Generation> built) override {
    TALLY_CHECK(built != nullptr && built == building_);
    TALLY_TRY(note_generations(building_->families()->generation, std::nullopt));
    const std::shared_ptr<const RocksFamilies> replaced = current();
    set_current(building_->families());
    building_.reset();
    drop(*replaced);
    return {};
  }

  Result<void> discard_building() override {
    if (building_ == nullptr) return {};
    TALLY_TRY(note_generations(current()->generation, std::nullopt));
    drop(*building_->families());
    building_.reset();
    return {};
  }

  Result<void> purge(Family family, const std::vector<std::string>& keys) override {
    return store::purge(*db_, folder_, all_handles(), current()->handle(family), keys);
  }

  Result<void> catch_up() override { return {}; }

 private:
  // What is being built can be gone on with where all of it is there, and whatever a
  // crash has left beside it goes.
  Result<void> settle_generations() {
    TALLY_ASSIGN(const auto number, number_at(kBuildingKey));
    if (number && *number != current()->generation) {
      auto families = families_of(*number);
      if (families->is_whole()) begin_building(std::move(families));
    }
    if (number && building_ == nullptr) {
      TALLY_TRY(note_generations(current()->generation, std::nullopt));
    }
    for (const auto& [generation, handles] : derived_) {
      const bool wanted = generation == current()->generation ||
                          (building_ != nullptr && generation == building_->families()->generation);
      if (!wanted) drop(*families_of(generation));
    }
    derived_.clear();
    return {};
  }

  void begin_building(std::shared_ptr<RocksFamilies> families) {
    building_ = std::make_shared<RocksGeneration>(target(std::move(families), "generation"));
  }

  Result<void> begin_generation() {
    auto families = std::make_shared<RocksFamilies>(*current());
    ++families->generation;
    auto descriptors_of_it = descriptors(names_of(families->generation, false));
    descriptors_of_it.erase(descriptors_of_it.begin());
    Handles handles;
    const rocksdb::Status status = db_->CreateColumnFamilies(descriptors_of_it, &handles);
    const auto first = static_cast<std::size_t>(Family::kState);
    for (std::size_t i = 0; i < kFamilies - first; ++i) {
      families->handles[first + i] =
          i < handles.size() ? make_handle(db_, handles[i]) : RocksHandle();
    }
    Result<void> begun = check(status, "beginning a generation of derived state");
    if (begun.ok()) begun = note_generations(current()->generation, families->generation);
    if (!begun.ok()) drop(*families);
    if (begun.ok()) begin_building(std::move(families));
    return begun;
  }

  Result<void> note_generations(std::uint64_t current, std::optional<std::uint64_t> building) {
    rocksdb::ColumnFamilyHandle* const meta =
        of_log_[static_cast<std::size_t>(Family::kMeta)].get();
    std::string value;
    base::put_varint(value, current);
    rocksdb::WriteBatch batch;
    TALLY_TRY(check(batch.Put(meta, slice(kGenerationKey), value), "preparing a commit"));
    if (building) {
      value.clear();
      base::put_varint(value, *building);
      TALLY_TRY(check(batch.Put(meta, slice(kBuildingKey), value), "preparing a commit"));
    } else {
      TALLY_TRY(check(batch.Delete(meta, slice(kBuildingKey)), "preparing a commit"));
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    return check(db_->Write(options, &batch), "noting which derived state is in force");
  }

  // What cannot be dropped now is when the store is next opened for writing.
  void drop(const RocksFamilies& families) {
    db_->DropColumnFamilies(families.derived()).PermitUncheckedError();
  }

  Target target(std::shared_ptr<const RocksFamilies> families, const char* staged) const {
    return {db_, std::move(families), &options_, staging() / staged};
  }

  void close() override {
    building_.reset();
    RocksStore::close();
  }

  Handles all_handles() const {
    Handles all = {default_.get()};
    for (const RocksHandle& handle : of_log_) {
      if (handle != nullptr) all.push_back(handle.get());
    }
    auto add = [&](const RocksFamilies& families) {
      for (rocksdb::ColumnFamilyHandle* handle : families.derived()) all.push_back(handle);
    };
    add(*current());
    if (building_ != nullptr) add(*building_->families());
    return all;
  }

  // Each opening begins a write-ahead log, and a program that appends one entry at a time opens
  // often.  Once there are many, what they hold is moved to where it belongs, and they go.
  Result<void> clear_write_ahead_logs() {
    rocksdb::VectorLogPtr logs;
    TALLY_TRY(check(db_->GetSortedWalFiles(logs), "looking at the write-ahead logs"));
    if (logs.size() <= kWriteAheadLogs) return {};
    return check(db_->Flush(rocksdb::FlushOptions(), all_handles()),
                 "clearing the write-ahead logs");
  }

  std::filesystem::path staging() const { return folder_.parent_path() / "staging"; }

  std::shared_ptr<RocksGeneration> building_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_rocks_writer(const std::filesystem::path& folder, bool create) {
  auto store = std::make_unique<RocksWriter>(folder);
  TALLY_TRY(store->open(create));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace tally::store
