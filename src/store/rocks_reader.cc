// The store of a reader beside a writer, or with none: what RocksDB calls a secondary instance.

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/scratch_folder.h"
#include "base/try.h"
#include "store/rocks_status.h"
#include "store/rocks_store.h"
#include "store/rocks_view.h"

namespace tally::store {
namespace {

constexpr int kStrictAttempts = 50;
constexpr std::chrono::milliseconds kStrictPause(20);

Error read_only() { return {ErrorCode::kUsage, "the store is open for reading", {}, 0, {}}; }

class RocksReader : public RocksStore {
 public:
  explicit RocksReader(std::filesystem::path folder) : RocksStore(std::move(folder)) {}
  ~RocksReader() override { close(); }
  RocksReader(const RocksReader&) = delete;
  RocksReader& operator=(const RocksReader&) = delete;

  Result<void> open() {
    TALLY_ASSIGN(scratch_,
                 base::ScratchFolder::make("tally-reader", "a reader needs a scratch folder"));
    return open_beside_writer();
  }

  std::unique_ptr<View> view() override { return make_view(db_.get(), current(), false); }
  Result<std::unique_ptr<Batch>> begin(bool) override { return read_only(); }
  Result<void> commit(std::unique_ptr<Batch>) override { return read_only(); }
  Result<void> purge(Family, const std::vector<std::string>&) override { return read_only(); }

  // What comes by the write-ahead log is taken in as it is.  Where the writer has new files (a
  // large commit, or what it moved out of memory) or another generation, the store is opened anew:
  // RocksDB would go on looking into this reader's memory first, and find there what those files
  // have newer values of.
  Result<void> catch_up() override {
    TALLY_TRY(check(db_->TryCatchUpWithPrimary(), "catching up with the writer"));
    TALLY_ASSIGN(const auto generation, number_at(kGenerationKey));
    const bool as_before =
        generation.value_or(0) == current()->generation && files_of(*db_) == files_;
    return as_before ? Result<void>() : open_beside_writer();
  }

 private:
  static std::set<std::string> files_of(rocksdb::DB& db) {
    std::vector<rocksdb::LiveFileMetaData> files;
    db.GetLiveFilesMetaData(&files);
    std::set<std::string> names;
    for (const rocksdb::LiveFileMetaData& file : files) names.insert(file.name);
    return names;
  }

  // The manifest's name and how much has been written to it.
  std::pair<std::string, std::uintmax_t> manifest() const {
    std::string name;
    std::getline(std::ifstream(folder_ / "CURRENT"), name);
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(folder_ / name, error);
    return {std::move(name), error ? 0 : bytes};
  }

  // Opens the store as a reader, in place of what was open before if that works out.  A generation
  // may come and go while its families are listed and opened.  The manifest is read first, then the
  // write-ahead logs: where the writer has gone on with the manifest in between, a log may be gone
  // that only some of the families were known to need no more, and the rest would lack its commits.
  Result<void> open_beside_writer() {
    Result<void> opened;
    for (int attempt = 0; attempt < kStrictAttempts; ++attempt) {
      if (attempt > 0) std::this_thread::sleep_for(kStrictPause);
      const auto manifest_before = manifest();
      TALLY_ASSIGN(const auto families, listed_families());
      Handles handles;
      rocksdb::DB* db = nullptr;
      const rocksdb::Status status = rocksdb::DB::OpenAsSecondary(
          database_options(), folder_.string(), scratch_.path().string(), families, &handles, &db);
      opened = check_opened(status);
      if (!opened.ok() && status.IsInvalidArgument()) continue;  // a family is gone since
      if (!opened.ok()) return opened;
      take(db, families, handles);
      files_ = files_of(*db_);
      if (!all_files_are_read()) {
        TALLY_TRY(check_files_can_be_opened(families));
        TALLY_TRY(check(db_->TryCatchUpWithPrimary(), "catching up with the writer"));
        files_ = files_of(*db_);
      }
      TALLY_TRY(choose_generation());
      derived_.clear();
      if (manifest() != manifest_before && attempt + 1 < kStrictAttempts) continue;
      if (current()->generation == 0 || current()->is_whole()) return {};
      opened = Error{ErrorCode::kDamaged,
                     "the store lacks a part of the derived state that is in force; run `tally "
                     "replay`",
                     {},
                     0,
                     {}};
    }
    return opened;
  }

  // Where a file cannot be opened, a reader beside a writer goes on without the whole family that
  // it is of, and says nothing: its older values are then not there.  A file on disk that it does
  // not list is such a one, or of no use any more, or just being written.
  bool all_files_are_read() const {
    std::error_code error;
    std::filesystem::directory_iterator entry(folder_, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (name.ends_with(".sst") && !files_.contains("/" + name)) return false;
    }
    return !error;
  }

  // Opens the store once more in a way that opens every file which the manifest names, or fails.
  // Beside a writer that replaces files one after the other it may fail, and be right a moment
  // later.
  Result<void> check_files_can_be_opened(const Descriptors& families) const {
    rocksdb::Status status;
    for (int attempt = 0; attempt < kStrictAttempts; ++attempt) {
      Handles handles;
      rocksdb::DB* db = nullptr;
      status = rocksdb::DB::OpenForReadOnly(database_options(), folder_.string(), families,
                                            &handles, &db);
      const std::unique_ptr<rocksdb::DB> opened(db);
      for (rocksdb::ColumnFamilyHandle* handle : handles) {
        opened->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
      }
      if (status.ok() || status.IsInvalidArgument()) return {};
      std::this_thread::sleep_for(kStrictPause);
    }
    return check(status, fmt::format("opening {}", folder_.string()));
  }

  base::ScratchFolder scratch_;
  std::set<std::string> files_;  // those that there were when it opened
};

}  // namespace

Result<std::unique_ptr<Store>> open_rocks_reader(const std::filesystem::path& folder) {
  auto store = std::make_unique<RocksReader>(folder);
  TALLY_TRY(store->open());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace tally::store
