#include "store/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <fstream>
#include <sstream>

#include "base/try.h"

namespace tally::store {
namespace {

constexpr std::string_view kFresh = ".new";  // of a file that will take the place of another
constexpr std::string_view kFormatPrefix = "tallystick ledger, format ";

std::string format_line(unsigned version) { return fmt::format("{}{}\n", kFormatPrefix, version); }

Error failed(std::string_view doing, const std::filesystem::path& path, int error) {
  return {error == ENOSPC ? ErrorCode::kNoSpace : ErrorCode::kIo,
          fmt::format("{} {}: {}", doing, path.string(), strerror(error)),
          {},
          0,
          {}};
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Writes a file, made as the flag of open(2) says, and waits until it is on disk.
Result<void> write_durably(const std::filesystem::path& path, std::string_view content, int flag,
                           bool secret) {
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flag, secret ? 0600 : 0644);
  if (file < 0) return failed("making", path, errno);
  const bool written = write_all(file, content) && ::fsync(file) == 0;
  const int error = errno;
  ::close(file);
  if (!written) return failed("writing", path, error);
  return {};
}

Result<void> sync_folder(const std::filesystem::path& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failed("opening", path, errno);
  const int outcome = ::fsync(folder);
  const int error = errno;
  ::close(folder);
  if (outcome != 0) return failed("making durable", path, error);
  return {};
}

}  // namespace

Result<void> make_folders(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {};
  const std::filesystem::path above =
      std::filesystem::absolute(path, error).lexically_normal().parent_path();
  if (above != path) TALLY_TRY(make_folders(above));
  std::filesystem::create_directory(path, error);
  if (error) return failed("making", path, error.value());
  return sync_folder(above);
}

Result<void> Directory::create() const {
  std::error_code error;
  if (std::filesystem::exists(path_, error)) {
    if (!std::filesystem::is_directory(path_, error)) {
      return Error{ErrorCode::kUsage,
                   fmt::format("{} is a file; name a folder for the ledger", path_.string()),
                   {},
                   0,
                   {}};
    }
    const bool empty = std::filesystem::is_empty(path_, error);
    if (error) return failed("reading", path_, error.value());
    if (!empty) {
      const bool ledger = std::filesystem::exists(path_ / "format", error);
      return Error{ErrorCode::kUsage,
                   fmt::format("{} {}; a ledger is opened in a new or empty folder", path_.string(),
                               ledger ? "is a ledger already" : "holds something already"),
                   {},
                   0,
                   {}};
    }
    return {};
  }
  return make_folders(path_);
}

Result<void> Directory::seal() const {
  // All of it at once: half of it would be a ledger that is damaged, not one that was never made.
  return replace_file("format", format_line(kFormatVersion), false);
}

Result<void> Directory::check_format() const {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path_ / "format", error)) {
    const bool begun = std::filesystem::exists(store(), error);
    const std::string why =
        begun
            ? "opening a ledger here was interrupted; delete the folder and run `tally init` again"
            : "`tally init` opens a new one";
    return Error{ErrorCode::kNoLedger,
                 fmt::format("there is no ledger in {}: {}", path_.string(), why),
                 {},
                 0,
                 {}};
  }
  TALLY_ASSIGN(const std::string text, read_file("format"));
  if (text == format_line(kFormatVersion)) return {};
  unsigned version = 0;
  const bool prefixed = text.starts_with(kFormatPrefix);
  if (prefixed) {
    const char* digits = text.data() + kFormatPrefix.size();
    const auto [end, parse_error] = std::from_chars(digits, text.data() + text.size(), version);
    const bool whole = text == format_line(version);
    if (parse_error == std::errc() && whole && version > kFormatVersion) {
      return Error{ErrorCode::kNewerFormat,
                   fmt::format("the ledger in {} has format {}, and this program reads up to {}; "
                               "use a newer tally",
                               path_.string(), version, kFormatVersion),
                   {},
                   0,
                   {}};
    }
  }
  return Error{ErrorCode::kDamaged,
               fmt::format("{} does not say \"{}{}\", and nothing else",
                           (path_ / "format").string(), kFormatPrefix, kFormatVersion),
               {},
               0,
               {}};
}

Result<void> Directory::write_new_file(const std::string& name, const std::string& content,
                                       bool secret) const {
  TALLY_TRY(write_durably(path_ / name, content, O_EXCL, secret));
  return sync_folder(path_);
}

bool Directory::has_file(const std::string& name) const {
  std::error_code error;
  return std::filesystem::exists(path_ / name, error);
}

Result<std::vector<std::string>> Directory::files_in(const std::string& folder) const {
  std::vector<std::string> names;
  if (!has_file(folder)) return names;
  std::error_code error;
  std::filesystem::directory_iterator entry(path_ / folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() != kFresh) names.push_back(entry->path().filename().string());
  }
  if (error) return failed("reading", path_ / folder, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> Directory::replace_file(const std::string& name, const std::string& content,
                                     bool secret) const {
  const std::filesystem::path path = path_ / name;
  std::filesystem::path fresh = path;
  fresh += kFresh;
  TALLY_TRY(make_folders(path.parent_path()));
  TALLY_TRY(write_durably(fresh, content, O_TRUNC, secret));
  if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("replacing", path, errno);
  return sync_folder(path.parent_path());
}

Result<void> Directory::rename_file(const std::string& from, const std::string& to) const {
  if (::rename((path_ / from).c_str(), (path_ / to).c_str()) != 0) {
    return failed("renaming", path_ / from, errno);
  }
  return sync_folder(path_);
}

Result<void> Directory::remove_file(const std::string& name) const {
  const std::filesystem::path path = path_ / name;
  if (::unlink(path.c_str()) != 0) return failed("removing", path, errno);
  return sync_folder(path.parent_path());
}

Result<std::string> Directory::read_file(const std::string& name) const {
  std::ifstream file(path_ / name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return failed("reading", path_ / name, errno);
  return std::move(text).str();
}

std::uint64_t Directory::bytes_on_disk() const {
  std::uint64_t bytes = 0;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(path_, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    // Files come and go while a writer works: one that is gone counts nothing.
    std::error_code gone;
    if (!entry->is_regular_file(gone)) continue;
    const std::uintmax_t size = entry->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

FolderLock::~FolderLock() {
  if (folder_ >= 0) ::close(folder_);
}

Result<FolderLock> FolderLock::acquire(const Directory& directory) {
  const int folder = ::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failed("opening", directory.path(), errno);
  FolderLock lock(folder);
  if (::flock(folder, LOCK_EX) != 0) return failed("locking", directory.path(), errno);
  return lock;
}

WriterLock::~WriterLock() {
  if (file_ >= 0) ::close(file_);
}

Result<WriterLock> WriterLock::acquire(const Directory& directory) {
  const std::filesystem::path path = directory.path() / "writer.lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return failed("opening", path, errno);
  WriterLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed("locking", path, errno);
    char holder[200] = {};
    const ssize_t size = ::pread(file, holder, sizeof holder - 1, 0);
    const std::string_view who(holder, size > 0 ? static_cast<std::size_t>(size) : 0);
    return Error{ErrorCode::kLocked,
                 fmt::format("the ledger in {} is being written by {}; wait for it to end, or stop "
                             "it",
                             directory.path().string(),
                             who.empty() ? std::string_view("another process") : who),
                 {},
                 0,
                 {}};
  }
  char host[65] = {};
  if (::gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char since[32] = {};
  std::strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", &utc);
  const std::string who = fmt::format("process {} on {} since {}", ::getpid(), host, since);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, who.data(), who.size(), 0) < 0) {
    return failed("writing", path, errno);
  }
  return lock;
}

}  // namespace tally::store
