#pragma once

// Where an export is written: beside its place, under another name, and renamed into it once it is
// complete.  What is not complete goes.

#include <cstdio>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "merkle/sha256.h"
#include "tally/export.h"

namespace tally::exports {

// A file that is written from front to back; it knows its bytes and their digest.  What has been
// handed over is hashed and written beside whoever goes on.
class OutFile {
 public:
  ~OutFile();
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  // What could not be written is told when the file is finished.
  void write(std::string_view text);
  void count_row() { ++file_.rows; }

 private:
  friend class Staging;
  explicit OutFile(std::filesystem::path path);
  void flush();
  void wait();
  Result<ExportedFile> finish();

  std::filesystem::path path_;
  std::FILE* stream_ = nullptr;
  int error_ = 0;
  std::string pending_;
  std::string writing_;       // what is being written now
  std::future<int> written_;  // and how that ended
  merkle::Sha256 digest_;
  ExportedFile file_;
};

class Staging {
 public:
  // Of a folder, or of one file.  `usage` where something stands in its place.
  enum class Kind : std::uint8_t { kFolder, kFile };
  static Result<std::unique_ptr<Staging>> open(const std::filesystem::path& out, Kind kind);
  // At a place that is staged itself, where it stays: it is there at once, and goes with the other.
  static Result<std::unique_ptr<Staging>> within(const std::filesystem::path& place, Kind kind);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  // Begins a file of the folder, or the file itself (which has a name already).
  Result<std::unique_ptr<OutFile>> begin(const std::string& name);
  // Its rows, bytes and digest are known from now on.
  Result<void> finish(std::unique_ptr<OutFile> file);
  // A small file in one step.
  Result<void> add(const std::string& name, std::string_view content);
  const std::vector<ExportedFile>& files() const { return files_; }

  // Where a library writes a file itself; `adopt` then counts and digests it.
  std::filesystem::path path_of(const std::string& name) const;
  Result<void> adopt(const std::string& name, std::uint64_t rows);

  // Makes it durable and puts it into its place.  Not for one within another.
  Result<void> commit();

 private:
  // A file of its own has the name of its place.
  std::string name_of(const std::string& name) const;

  Staging(std::filesystem::path out, Kind kind) : out_(std::move(out)), kind_(kind) {}

  std::filesystem::path out_;
  Kind kind_;
  std::filesystem::path beside_;  // what is written lies here
  bool is_ours_ = true;           // to be removed
  std::vector<ExportedFile> files_;
};

}  // namespace tally::exports
