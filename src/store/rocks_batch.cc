#include "store/rocks_batch.h"

#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <string>

#include "base/try.h"
#include "store/rocks_status.h"

namespace tally::store {
namespace {

constexpr std::uint64_t kBytesPerSync = 1 << 20;

class SmallBatch : public RocksBatch {
 public:
  explicit SmallBatch(std::shared_ptr<const RocksFamilies> families)
      : families_(std::move(families)) {}
  Result<void> put(Family family, std::string_view key, std::string_view value) override {
    return check(batch_.Put(families_->handle(family), slice(key), slice(value)),
                 "preparing a commit");
  }
  Result<void> remove(Family family, std::string_view key) override {
    return check(batch_.Delete(families_->handle(family), slice(key)), "preparing a commit");
  }
  rocksdb::Status write(rocksdb::DB* db) override {
    rocksdb::WriteOptions options;
    options.sync = true;
    options.memtable_insert_hint_per_batch = true;
    return db->Write(options, &batch_);
  }

 private:
  std::shared_ptr<const RocksFamilies> families_;
  rocksdb::WriteBatch batch_;
};

// One sorted file a family, taken in by the store in one step.  Where a snapshot is held meanwhile,
// the files get a sequence number, and once it has gone RocksDB writes all of them anew, without
// one: so whoever commits much lets go of its views first.
class LargeBatch : public RocksBatch {
 public:
  LargeBatch(std::shared_ptr<const RocksFamilies> families, const RocksOptions& options,
             std::filesystem::path folder)
      : families_(std::move(families)), options_(options), folder_(std::move(folder)) {}
  ~LargeBatch() override {
    files_ = {};
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  LargeBatch(const LargeBatch&) = delete;
  LargeBatch& operator=(const LargeBatch&) = delete;

  Result<void> put(Family family, std::string_view key, std::string_view value) override {
    TALLY_ASSIGN(rocksdb::SstFileWriter * file, file_of(family));
    return check(file->Put(slice(key), slice(value)), "staging a commit");
  }
  Result<void> remove(Family family, std::string_view key) override {
    TALLY_ASSIGN(rocksdb::SstFileWriter * file, file_of(family));
    return check(file->Delete(slice(key)), "staging a commit");
  }

  bool takes_families_in_parallel() const override { return true; }

  rocksdb::Status write(rocksdb::DB* db) override {
    std::vector<rocksdb::IngestExternalFileArg> arguments;
    for (std::size_t index = 0; index < kFamilies; ++index) {
      if (files_[index] == nullptr) continue;
      rocksdb::ExternalSstFileInfo info;
      rocksdb::Status status = files_[index]->Finish(&info);
      if (!status.ok()) return status;
      rocksdb::IngestExternalFileArg argument;
      argument.column_family = families_->handles[index].get();
      argument.external_files = {path(index)};
      argument.options.move_files = true;
      argument.options.write_global_seqno = false;
      // What was computed while the file was written is taken over, not computed once more.
      argument.options.verify_file_checksum = false;
      argument.files_checksums = {info.file_checksum};
      argument.files_checksum_func_names = {info.file_checksum_func_name};
      arguments.push_back(argument);
    }
    if (arguments.empty()) return rocksdb::Status::OK();
    return db->IngestExternalFiles(arguments);
  }

 private:
  // The file of a family, begun when it is first asked for.
  Result<rocksdb::SstFileWriter*> file_of(Family family) {
    const auto index = static_cast<std::size_t>(family);
    std::unique_ptr<rocksdb::SstFileWriter>& file = files_[index];
    if (file == nullptr) {
      // Written out as it grows: a sync of many megabytes at once would hold up the small commits
      // of others.
      rocksdb::EnvOptions as_it_grows;
      as_it_grows.bytes_per_sync = kBytesPerSync;
      file = std::make_unique<rocksdb::SstFileWriter>(as_it_grows, options_[index],
                                                      families_->handles[index].get());
      TALLY_TRY(check(file->Open(path(index)), "staging a commit"));
    }
    return file.get();
  }

  std::string path(std::size_t index) const {
    return (folder_ / (std::to_string(index) + ".sst")).string();
  }

  std::shared_ptr<const RocksFamilies> families_;
  const RocksOptions& options_;
  std::filesystem::path folder_;
  std::array<std::unique_ptr<rocksdb::SstFileWriter>, kFamilies> files_;
};

}  // namespace

std::unique_ptr<RocksBatch> make_small_batch(std::shared_ptr<const RocksFamilies> families) {
  return std::make_unique<SmallBatch>(std::move(families));
}

std::unique_ptr<RocksBatch> make_large_batch(std::shared_ptr<const RocksFamilies> families,
                                             const RocksOptions& options,
                                             std::filesystem::path folder) {
  return std::make_unique<LargeBatch>(std::move(families), options, std::move(folder));
}

}  // namespace tally::store
