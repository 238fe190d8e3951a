#include "export/staging.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/try.h"

namespace tally::exports {
namespace {

constexpr std::size_t kPieceBytes = 1 << 20;

Error failed(const std::filesystem::path& path, int error) {
  return {error == ENOSPC || error == EDQUOT ? ErrorCode::kNoSpace : ErrorCode::kIo,
          fmt::format("writing {}: {}", path.string(), std::strerror(error)),
          {},
          0,
          {}};
}

Result<void> sync(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  return synced ? Result<void>() : failed(path, error);
}

}  // namespace

OutFile::OutFile(std::filesystem::path path)
    : path_(std::move(path)), stream_(std::fopen(path_.c_str(), "wbxe")) {
  if (stream_ == nullptr) error_ = errno;
  pending_.reserve(2 * kPieceBytes);
}

OutFile::~OutFile() {
  wait();
  if (stream_ != nullptr) std::fclose(stream_);
}

void OutFile::write(std::string_view text) {
  pending_.append(text);
  if (pending_.size() >= kPieceBytes) flush();
}

void OutFile::wait() {
  if (!written_.valid()) return;
  const int error = written_.get();
  if (error_ == 0) error_ = error;
}

void OutFile::flush() {
  wait();
  file_.bytes += pending_.size();
  writing_.swap(pending_);
  pending_.clear();
  // A small file is not worth a thread.
  const auto how = writing_.size() < kPieceBytes ? std::launch::deferred : std::launch::async;
  written_ = std::async(how, [this, failed = error_ != 0] {
    digest_.update(writing_);
    if (failed) return 0;
    const bool done = std::fwrite(writing_.data(), 1, writing_.size(), stream_) == writing_.size();
    return done ? 0 : errno;
  });
}

Result<ExportedFile> OutFile::finish() {
  flush();
  wait();
  if (error_ == 0 && (std::fflush(stream_) != 0 || ::fsync(::fileno(stream_)) != 0)) error_ = errno;
  if (error_ != 0) return failed(path_, error_);
  file_.sha256 = digest_.finish();
  return std::move(file_);
}

Result<std::unique_ptr<Staging>> Staging::open(const std::filesystem::path& out, Kind kind) {
  std::error_code error;
  std::filesystem::path place = std::filesystem::absolute(out, error).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();
  const bool empty_folder = kind == Kind::kFolder && std::filesystem::is_directory(place, error) &&
                            std::filesystem::is_empty(place, error);
  if (std::filesystem::exists(place, error) && !empty_folder) {
    return Error{ErrorCode::kUsage,
                 fmt::format("{} is there already; name a new {}", out.string(),
                             kind == Kind::kFolder ? "folder" : "file"),
                 {},
                 0,
                 {}};
  }
  std::unique_ptr<Staging> staging(new Staging(place, kind));
  std::string beside = (place.parent_path() / ("." + place.filename().string())).string();
  beside += ".partial-XXXXXX";
  if (::mkdtemp(beside.data()) == nullptr) return failed(out, errno);
  staging->beside_ = beside;
  std::filesystem::permissions(
      beside,
      std::filesystem::perms::others_read | std::filesystem::perms::others_exec |
          std::filesystem::perms::group_read | std::filesystem::perms::group_exec,
      std::filesystem::perm_options::add, error);
  return staging;
}

Result<std::unique_ptr<Staging>> Staging::within(const std::filesystem::path& place, Kind kind) {
  std::unique_ptr<Staging> staging(new Staging(place, kind));
  staging->beside_ = kind == Kind::kFolder ? place : place.parent_path();
  staging->is_ours_ = false;
  std::error_code error;
  std::filesystem::create_directories(staging->beside_, error);
  if (error) return failed(staging->beside_, error.value());
  return staging;
}

Staging::~Staging() {
  std::error_code ignored;
  if (is_ours_) std::filesystem::remove_all(beside_, ignored);
}

std::string Staging::name_of(const std::string& name) const {
  return kind_ == Kind::kFile ? out_.filename().string() : name;
}

std::filesystem::path Staging::path_of(const std::string& name) const {
  return beside_ / name_of(name);
}

Result<std::unique_ptr<OutFile>> Staging::begin(const std::string& name) {
  const std::filesystem::path path = path_of(name);
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::unique_ptr<OutFile> file(new OutFile(path));
  if (file->error_ != 0) return failed(path, file->error_);
  file->file_.name = name_of(name);
  return file;
}

Result<void> Staging::finish(std::unique_ptr<OutFile> file) {
  TALLY_ASSIGN(ExportedFile finished, file->finish());
  files_.push_back(std::move(finished));
  return {};
}

Result<void> Staging::add(const std::string& name, std::string_view content) {
  TALLY_ASSIGN(std::unique_ptr<OutFile> file, begin(name));
  file->write(content);
  return finish(std::move(file));
}

Result<void> Staging::adopt(const std::string& name, std::uint64_t rows) {
  const std::filesystem::path path = path_of(name);
  std::ifstream file(path, std::ios::binary);
  merkle::Sha256 digest;
  ExportedFile adopted{name_of(name), rows, 0, {}};
  std::string piece(kPieceBytes, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    const auto count = static_cast<std::size_t>(file.gcount());
    digest.update(std::string_view(piece).substr(0, count));
    adopted.bytes += count;
  }
  if (!file.eof()) return failed(path, errno);
  TALLY_TRY(sync(path));
  adopted.sha256 = digest.finish();
  files_.push_back(std::move(adopted));
  return {};
}

Result<void> Staging::commit() {
  TALLY_TRY(sync(beside_));
  const bool is_file = kind_ == Kind::kFile;
  const std::filesystem::path from = is_file ? path_of({}) : beside_;
  if (std::rename(from.c_str(), out_.c_str()) != 0) return failed(out_, errno);
  Result<void> synced = sync(out_.parent_path());
  if (!synced.ok()) {
    // Its name may go with the power: it has failed, and what has failed leaves nothing in the way
    // of the next attempt.  Nothing in it is removed while it may yet come back under its name.
    const bool is_back =
        std::rename(out_.c_str(), from.c_str()) == 0 && sync(out_.parent_path()).ok();
    if (!is_back) is_ours_ = false;
    return synced;
  }
  if (!is_file) is_ours_ = false;
  return {};
}

}  // namespace tally::exports
