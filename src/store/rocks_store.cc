#include <fcntl.h>
#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/try.h"
#include "store/rocks_batch.h"
#include "store/rocks_purge.h"
#include "store/rocks_status.h"
#include "store/store.h"

namespace tally::store {
namespace {

constexpr std::array<const char*, kFamilies> kFamilyNames = {
    "meta",      "log",      "details",  "tree",  "ids",      "records",
    "referrers", "accounts", "postings", "times", "measures", "publications"};

constexpr int kStrictAttempts = 50;
constexpr std::chrono::milliseconds kStrictPause(20);
constexpr std::size_t kCacheBytes = 64 << 20;
constexpr std::size_t kMemtableBytes = 32 << 20;
constexpr std::uint64_t kWriteAheadLogBytes = 96 << 20;
constexpr std::size_t kWriteAheadLogs = 16;
constexpr std::size_t kReadaheadBytes = 2 << 20;

// RocksDB's own log goes nowhere: what matters comes back as a status, a file of it would keep what
// is to be erased, and on a full disk this library's own logger stops the program.
class NoLog : public rocksdb::Logger {
 public:
  NoLog() : rocksdb::Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

class RocksCursor : public Cursor {
 public:
  explicit RocksCursor(std::unique_ptr<rocksdb::Iterator> iterator)
      : iterator_(std::move(iterator)) {}
  void seek(std::string_view key) override { iterator_->Seek(slice(key)); }
  void seek_for_previous(std::string_view key) override { iterator_->SeekForPrev(slice(key)); }
  void seek_to_first() override { iterator_->SeekToFirst(); }
  void next() override { iterator_->Next(); }
  void previous() override { iterator_->Prev(); }
  bool valid() const override { return iterator_->Valid(); }
  std::string_view key() const override { return view_of(iterator_->key()); }
  std::string_view value() const override { return view_of(iterator_->value()); }
  Result<void> status() const override {
    return check(iterator_->status(), "reading the ledger's store");
  }

 private:
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksView : public View {
 public:
  // A reader beside a writer has no snapshots: what it sees only moves when it catches up.
  RocksView(rocksdb::DB* db, const RocksHandles& handles, bool snapshot)
      : db_(db), handles_(handles), snapshot_(snapshot ? db->GetSnapshot() : nullptr) {}
  ~RocksView() override {
    if (snapshot_ != nullptr) db_->ReleaseSnapshot(snapshot_);
  }
  RocksView(const RocksView&) = delete;
  RocksView& operator=(const RocksView&) = delete;

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    std::string value;
    const rocksdb::Status status = db_->Get(options, handle(family), slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return translate(status, "reading the ledger's store");
    return std::optional<std::string>(std::move(value));
  }

  std::unique_ptr<Cursor> cursor(Family family, Reading reading) const override {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    if (reading == Reading::kScan) {
      options.fill_cache = false;
      options.readahead_size = kReadaheadBytes;
    }
    return std::make_unique<RocksCursor>(
        std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, handle(family))));
  }

 private:
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }

  rocksdb::DB* db_;
  const RocksHandles& handles_;
  const rocksdb::Snapshot* snapshot_;
};

std::shared_ptr<rocksdb::FileChecksumGenFactory> checksum_factory() {
  static const auto kFactory = rocksdb::GetFileChecksumGenCrc32cFactory();
  return kFactory;
}

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  options.max_open_files = -1;
  options.max_background_jobs = 2;
  options.info_log = std::make_shared<NoLog>();
  options.max_bgerror_resume_count = 0;  // after an error the ledger is opened anew
  options.max_total_wal_size = kWriteAheadLogBytes;
  options.avoid_flush_during_recovery = true;
  options.recycle_log_file_num = 0;
  options.file_checksum_gen_factory = checksum_factory();
  return options;
}

rocksdb::ColumnFamilyOptions family_options(Family family,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = kMemtableBytes;
  options.compression = rocksdb::kLZ4Compression;
  options.level_compaction_dynamic_level_bytes = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  table.block_size = 16 << 10;
  switch (family) {
    case Family::kLog:
    case Family::kDetails: table.block_size = 64 << 10; break;
    case Family::kTree:
      options.compression = rocksdb::kNoCompression;  // hashes do not compress
      break;
    case Family::kIds:
    case Family::kAccounts:
      // New keys are looked up before they are put: the filter answers without a read.
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
      table.block_size = 4 << 10;
      break;
    case Family::kRecords:
    case Family::kPostings:
    case Family::kReferrers:
    case Family::kMeta:
    case Family::kTimes:
    case Family::kMeasures:
    case Family::kPublications: table.block_size = 4 << 10; break;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// Makes a file or folder durable; one that is gone by now holds nothing that is still needed.
Result<void> sync_path(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return {};
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (synced) return {};
  return Error{ErrorCode::kIo,
               fmt::format("making {} durable: {}", path.string(), strerror(error)),
               {},
               0,
               {}};
}

// Holds a file's bytes against the checksum that the manifest has of it.
Result<void> check_file(const std::filesystem::path& path, const std::string& expected) {
  const auto checksum =
      checksum_factory()->CreateFileChecksumGenerator(rocksdb::FileChecksumGenContext());
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  // Beside a writer, a file may have been replaced since: what it held is in others now.
  if (!file && !std::filesystem::exists(path, error)) return {};
  std::string piece(kReadaheadBytes, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    checksum->Update(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof()) {
    return Error{ErrorCode::kIo, fmt::format("reading {}", path.string()), {}, 0, {}};
  }
  checksum->Finalize();
  if (checksum->GetChecksum() == expected) return {};
  return Error{ErrorCode::kDamaged,
               fmt::format("{} is not as it was written: its bytes have another checksum",
                           path.filename().string()),
               {},
               0,
               {}};
}

class RocksStore : public Store {
 public:
  RocksStore(std::filesystem::path folder, Access access)
      : folder_(std::move(folder)), access_(access) {}

  ~RocksStore() override {
    close();
    std::error_code ignored;
    if (!scratch_.empty()) std::filesystem::remove_all(scratch_, ignored);
  }
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  Result<void> open(bool create) {
    rocksdb::DBOptions options = database_options();
    options.create_if_missing = create;
    options.create_missing_column_families = create;
    options.error_if_exists = create;
    const auto cache = rocksdb::NewLRUCache(kCacheBytes);
    // RocksDB wants this one too, and a reader beside a writer does not list the files of the first
    // family that it is told of.  Nothing is kept in it.
    families_.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
    for (std::size_t index = 0; index < kFamilies; ++index) {
      const auto of_family = family_options(static_cast<Family>(index), cache);
      families_.emplace_back(kFamilyNames[index], of_family);
      options_[index] = rocksdb::Options(options, of_family);
    }
    if (access_ == Access::kRead) {
      std::string scratch =
          (std::filesystem::temp_directory_path() / "tally-reader-XXXXXX").string();
      if (mkdtemp(scratch.data()) == nullptr) {
        return Error{ErrorCode::kIo,
                     fmt::format("a reader needs a scratch folder, and {} cannot be made", scratch),
                     {},
                     0,
                     {}};
      }
      scratch_ = scratch;
      return open_beside_writer();
    }
    std::error_code ignored;
    std::filesystem::remove_all(staging(), ignored);
    rocksdb::DB* db = nullptr;
    RocksHandles handles;
    const rocksdb::Status status =
        rocksdb::DB::Open(options, folder_.string(), families_, &handles, &db);
    db_.reset(db);
    take_handles(std::move(handles));
    TALLY_TRY(check_opened(status, create));
    return clear_write_ahead_logs();
  }

  std::unique_ptr<View> view() override {
    return std::make_unique<RocksView>(db_.get(), handles_, access_ == Access::kWrite);
  }

  Result<std::unique_ptr<Batch>> begin(bool large) override {
    TALLY_CHECK(access_ == Access::kWrite);
    if (!large) return std::unique_ptr<Batch>(make_small_batch(handles_));
    std::error_code error;
    std::filesystem::remove_all(staging(), error);
    std::filesystem::create_directories(staging(), error);
    if (error) {
      return Error{error == std::errc::no_space_on_device ? ErrorCode::kNoSpace : ErrorCode::kIo,
                   fmt::format("staging a commit in {}: {}", staging().string(), error.message()),
                   {},
                   0,
                   {}};
    }
    return std::unique_ptr<Batch>(make_large_batch(handles_, options_, staging()));
  }

  Result<void> commit(std::unique_ptr<Batch> batch) override {
    return check(static_cast<RocksBatch&>(*batch).write(db_.get()), "writing a commit");
  }

  // By hand: RocksDB's own check finds nothing wrong where it runs beside a writer.
  Result<void> check_files() override {
    std::vector<rocksdb::LiveFileMetaData> files;
    db_->GetLiveFilesMetaData(&files);
    for (const rocksdb::LiveFileMetaData& file : files) {
      TALLY_TRY(check_file(folder_ / file.relative_filename, file.file_checksum));
    }
    return {};
  }

  // Commits live in write-ahead logs and in files that a manifest names; the files are on disk
  // before they are named.  Any process may sync any file.
  Result<void> sync() override {
    std::error_code error;
    std::filesystem::directory_iterator entry(folder_, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (!name.ends_with(".log") && !name.starts_with("MANIFEST-")) continue;
      TALLY_TRY(sync_path(entry->path()));
    }
    if (!error) return sync_path(folder_);
    return Error{ErrorCode::kIo,
                 fmt::format("reading {}: {}", folder_.string(), error.message()),
                 {},
                 0,
                 {}};
  }

  Result<void> purge(Family family, const std::vector<std::string>& keys) override {
    return store::purge(*db_, folder_, handles_, handles_[static_cast<std::size_t>(family)], keys);
  }

  // What comes by the write-ahead log is taken in as it is.  Where the writer has new files (a
  // large commit, or what it moved out of memory), the store is opened anew: RocksDB would go on
  // looking into this reader's memory first, and find there what those files have newer values of.
  Result<void> catch_up() override {
    if (access_ == Access::kWrite) return {};
    TALLY_TRY(check(db_->TryCatchUpWithPrimary(), "catching up with the writer"));
    return files_of(*db_) == files_ ? Result<void>() : open_beside_writer();
  }

 private:
  static std::set<std::string> files_of(rocksdb::DB& db) {
    std::vector<rocksdb::LiveFileMetaData> files;
    db.GetLiveFilesMetaData(&files);
    std::set<std::string> names;
    for (const rocksdb::LiveFileMetaData& file : files) names.insert(file.name);
    return names;
  }

  // Ours come first, so that a family's number is its index.
  void take_handles(RocksHandles handles) {
    handles_ = std::move(handles);
    if (!handles_.empty()) std::rotate(handles_.begin(), handles_.begin() + 1, handles_.end());
  }

  // Opens the store as a reader, in place of what was open before if that works out.
  Result<void> open_beside_writer() {
    RocksHandles handles;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status = rocksdb::DB::OpenAsSecondary(
        database_options(), folder_.string(), scratch_.string(), families_, &handles, &db);
    TALLY_TRY(check_opened(status, false));
    close();
    db_.reset(db);
    take_handles(std::move(handles));
    files_ = files_of(*db_);
    if (all_files_are_read()) return {};
    TALLY_TRY(check_files_can_be_opened());
    TALLY_TRY(check(db_->TryCatchUpWithPrimary(), "catching up with the writer"));
    files_ = files_of(*db_);
    return {};
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
  Result<void> check_files_can_be_opened() const {
    rocksdb::Status status;
    for (int attempt = 0; attempt < kStrictAttempts; ++attempt) {
      RocksHandles handles;
      rocksdb::DB* db = nullptr;
      status = rocksdb::DB::OpenForReadOnly(database_options(), folder_.string(), families_,
                                            &handles, &db);
      const std::unique_ptr<rocksdb::DB> opened(db);
      for (rocksdb::ColumnFamilyHandle* handle : handles) {
        opened->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
      }
      if (status.ok()) return {};
      std::this_thread::sleep_for(kStrictPause);
    }
    return check(status, fmt::format("opening {}", folder_.string()));
  }

  Result<void> check_opened(const rocksdb::Status& status, bool create) const {
    std::error_code unreadable;
    if (!status.ok() && !create && !std::filesystem::exists(folder_ / "CURRENT", unreadable)) {
      return Error{ErrorCode::kDamaged,
                   fmt::format("the store of the ledger, {}, is missing or not whole; restore it "
                               "from a copy",
                               folder_.string()),
                   {},
                   0,
                   {}};
    }
    return check(status, fmt::format("opening {}", folder_.string()));
  }

  void close() {
    if (db_ == nullptr) return;
    for (rocksdb::ColumnFamilyHandle* handle : handles_) {
      db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
    db_->Close().PermitUncheckedError();
    db_.reset();
    handles_.clear();
  }

  // Each opening begins a write-ahead log, and a program that appends one entry at a time opens
  // often.  Once there are many, what they hold is moved to where it belongs, and they go.
  Result<void> clear_write_ahead_logs() {
    rocksdb::VectorLogPtr logs;
    TALLY_TRY(check(db_->GetSortedWalFiles(logs), "looking at the write-ahead logs"));
    if (logs.size() <= kWriteAheadLogs) return {};
    return check(db_->Flush(rocksdb::FlushOptions(), handles_), "clearing the write-ahead logs");
  }

  std::filesystem::path staging() const { return folder_.parent_path() / "staging"; }

  std::filesystem::path folder_;
  Access access_;
  std::filesystem::path scratch_;
  RocksOptions options_;
  std::vector<rocksdb::ColumnFamilyDescriptor> families_;
  RocksHandles handles_;
  std::unique_ptr<rocksdb::DB> db_;
  std::set<std::string> files_;  // of a reader: those that there were when it opened
};

Result<std::unique_ptr<Store>> opened(const std::filesystem::path& folder, Access access,
                                      bool create) {
  auto store = std::make_unique<RocksStore>(folder, access);
  TALLY_TRY(store->open(create));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace

Result<std::unique_ptr<Store>> Store::create(const std::filesystem::path& folder) {
  return opened(folder, Access::kWrite, true);
}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& folder, Access access) {
  return opened(folder, access, false);
}

}  // namespace tally::store
