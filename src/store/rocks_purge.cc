#include "store/rocks_purge.h"

#include <rocksdb/options.h>

#include <chrono>
#include <set>
#include <thread>

#include "base/try.h"
#include "store/rocks_status.h"

namespace tally::store {
namespace {

constexpr std::chrono::seconds kPatience(60);
constexpr std::chrono::milliseconds kPause(5);

// Asks again and again until the answer is yes.
template <typename Done>
Result<void> wait_until(Done done, const char* what) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    TALLY_ASSIGN(const bool yes, done());
    if (yes) return {};
    if (std::chrono::steady_clock::now() > deadline) {
      return Error{ErrorCode::kIo,
                   std::string("what was erased is not gone from disk yet, since ") + what +
                       "; it will be when the ledger is next opened for writing",
                   {},
                   0,
                   {}};
    }
    std::this_thread::sleep_for(kPause);
  }
}

Result<std::set<std::string>> write_ahead_logs(rocksdb::DB& db) {
  rocksdb::VectorLogPtr logs;
  TALLY_TRY(check(db.GetSortedWalFiles(logs), "looking at the write-ahead logs"));
  std::set<std::string> names;
  for (const auto& log : logs) {
    if (log->SizeFileBytes() > 0) names.insert(log->PathName());
  }
  return names;
}

// A snapshot keeps what it shows through every rewriting.
Result<bool> no_snapshot_before(rocksdb::DB& db, rocksdb::SequenceNumber now) {
  std::uint64_t count = 0;
  std::uint64_t oldest = 0;
  if (db.GetIntProperty(rocksdb::DB::Properties::kNumSnapshots, &count) && count == 0) return true;
  return db.GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest) &&
         oldest >= now;
}

Result<bool> only_live_files(rocksdb::DB& db, const std::filesystem::path& folder) {
  std::vector<rocksdb::LiveFileMetaData> files;
  db.GetLiveFilesMetaData(&files);
  std::set<std::string> live;
  for (const rocksdb::LiveFileMetaData& file : files) live.insert(file.relative_filename);
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(".sst") && !live.contains(name)) return false;
  }
  if (!error) return true;
  return Error{ErrorCode::kIo, "reading " + folder.string() + ": " + error.message(), {}, 0, {}};
}

}  // namespace

Result<void> purge(rocksdb::DB& db, const std::filesystem::path& folder,
                   const std::vector<rocksdb::ColumnFamilyHandle*>& handles,
                   rocksdb::ColumnFamilyHandle* family, const std::vector<std::string>& keys) {
  const rocksdb::SequenceNumber now = db.GetLatestSequenceNumber();
  TALLY_TRY(wait_until([&] { return no_snapshot_before(db, now); },
                       "someone is still reading the ledger as it was before"));
  TALLY_ASSIGN(const auto logs, write_ahead_logs(db));
  // A flush of nothing leaves the logs as they are, though all that they hold may be in files by
  // now: so there is something, a removal of what is not there.
  TALLY_TRY(check(db.Delete(rocksdb::WriteOptions(), family, rocksdb::Slice()),
                  "moving commits to their files"));
  TALLY_TRY(check(db.Flush(rocksdb::FlushOptions(), handles), "moving commits to their files"));
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (const std::string& key : keys) {
    const rocksdb::Slice at = slice(key);
    TALLY_TRY(check(db.CompactRange(options, family, &at, &at), "rewriting what held details"));
  }
  TALLY_TRY(wait_until(
      [&]() -> Result<bool> {
        TALLY_ASSIGN(const auto left, write_ahead_logs(db));
        for (const std::string& log : left) {
          if (logs.contains(log)) return false;
        }
        return true;
      },
      "a write-ahead log stays"));
  TALLY_TRY(wait_until([&] { return only_live_files(db, folder); }, "a file stays in use"));
  // Until its folder is synced, a removed file is back when the power goes.
  std::unique_ptr<rocksdb::Directory> directory;
  TALLY_TRY(check(db.GetEnv()->NewDirectory(folder.string(), &directory), "looking at its files"));
  return check(directory->Fsync(), "making the removal of files durable");
}

}  // namespace tally::store
