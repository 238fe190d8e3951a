#pragma once

// A ledger's folder: what lies in it beside the store, and who may write.
//
//   DIR/format            "tallystick ledger, format 1": what says that this is a ledger
//   DIR/db/               the store
//   DIR/staging/          what a large commit writes before it is taken in; removed on open
//   DIR/signing-key.pem   the log's private key, mode 0600
//   DIR/log.vkey          its public half
//   DIR/checkpoint        the newest checkpoint that was issued: kept outside the store, so that a
//                         store that has lost what was vouched for is noticed
//   DIR/rotations/SIZE    the checkpoint of that size, signed by an old key and the one after it
//   DIR/next-key.pem      a new key while it takes the old one's place; finished on open
//   DIR/writer.lock       held by the one writer; names it

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tally/result.h"

namespace tally::store {

inline constexpr unsigned kFormatVersion = 1;

// Makes a folder, and those above it that are missing; none of them is lost when the power goes.
Result<void> make_folders(const std::filesystem::path& path);

class Directory {
 public:
  explicit Directory(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path store() const { return path_ / "db"; }

  // Makes the folder for a new ledger.  Errors: `usage` where it holds anything already.
  Result<void> create() const;
  // Says, on disk, that what was made is a ledger: the last step of opening a new one.
  Result<void> seal() const;
  // Whether a ledger of a format that this program reads is here.  Errors: `no-ledger`,
  // `newer-format`, `damaged`.
  Result<void> check_format() const;

  // Writes a file that was not there and makes it durable.
  Result<void> write_new_file(const std::string& name, const std::string& content,
                              bool secret) const;
  Result<std::string> read_file(const std::string& name) const;
  bool has_file(const std::string& name) const;
  // The names of the files in a folder of the ledger's, sorted; none where it does not exist.  What
  // a crash left half written is passed over.
  Result<std::vector<std::string>> files_in(const std::string& folder) const;
  // Puts a file in place of the one of that name, if there is one, in one durable step.  The folder
  // that it lies in is made where it is missing.
  Result<void> replace_file(const std::string& name, const std::string& content, bool secret) const;
  // Gives a file another name, in place of what had that name, in one durable step.
  Result<void> rename_file(const std::string& from, const std::string& to) const;
  Result<void> remove_file(const std::string& name) const;

  std::uint64_t bytes_on_disk() const;

 private:
  std::filesystem::path path_;
};

// Held for a moment by whoever replaces files that readers replace too.
class FolderLock {
 public:
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;

  // Waits for others.
  static Result<FolderLock> acquire(const Directory& directory);

 private:
  explicit FolderLock(int folder) : folder_(folder) {}
  int folder_ = -1;
};

// Held while a process writes.  The system gives it back when the process ends, however it does.
class WriterLock {
 public:
  WriterLock() = default;
  ~WriterLock();
  WriterLock(WriterLock&& other) noexcept : file_(other.file_) { other.file_ = -1; }
  WriterLock& operator=(WriterLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }

  // `locked`, naming the process that holds it, where another one does.
  static Result<WriterLock> acquire(const Directory& directory);

 private:
  explicit WriterLock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace tally::store
