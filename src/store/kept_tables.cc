#include "store/kept_tables.h"

#include <rocksdb/file_system.h>

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace tally::store {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

// Tells of any call that fails.
class Manifest : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Manifest(std::unique_ptr<FSWritableFile> file, std::function<void()> failed)
      : FSWritableFileOwnerWrapper(std::move(file)), failed_(std::move(failed)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& check, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Append(data, options, check, debug));
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Flush(options, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Fsync(options, debug));
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Close(options, debug));
  }

 private:
  IOStatus noted(IOStatus status) const {
    if (!status.ok()) failed_();
    return status;
  }

  std::function<void()> failed_;
};

class KeptTables : public rocksdb::FileSystemWrapper {
 public:
  KeptTables() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  const char* Name() const override { return "KeptTables"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    const std::filesystem::path path(name);
    if (!status.ok() || !path.filename().string().starts_with("MANIFEST-")) return status;
    *file = std::make_unique<Manifest>(std::move(*file), [this, folder = path.parent_path()] {
      const std::lock_guard lock(mutex_);
      doubted_.insert(folder);
    });
    return status;
  }

  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    const std::filesystem::path path(name);
    if (path.extension() == ".sst" && is_doubted(path.parent_path())) return IOStatus::OK();
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }

  void trust(const std::filesystem::path& folder) {
    const std::lock_guard lock(mutex_);
    doubted_.erase(folder);
  }

 private:
  bool is_doubted(const std::filesystem::path& folder) {
    const std::lock_guard lock(mutex_);
    return doubted_.contains(folder);
  }

  std::mutex mutex_;
  std::set<std::filesystem::path> doubted_;  // folders of databases
};

const std::shared_ptr<KeptTables>& kept_tables() {
  static auto* made = new std::shared_ptr<KeptTables>(std::make_shared<KeptTables>());
  return *made;
}

}  // namespace

rocksdb::Env* env_that_keeps_tables() {
  static rocksdb::Env* made = rocksdb::NewCompositeEnv(kept_tables()).release();
  return made;
}

void trust_manifest_again(const std::filesystem::path& folder) { kept_tables()->trust(folder); }

}  // namespace tally::store
