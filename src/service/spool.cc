#include "service/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "base/try.h"

namespace tally::service {
namespace {

constexpr std::size_t kInMemory = 256 * 1024;

Error failed(std::string_view doing, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return {full ? ErrorCode::kNoSpace : ErrorCode::kIo,
          fmt::format("{} a long answer: {}", doing, std::strerror(error)),
          {},
          0,
          {}};
}

}  // namespace

Spool::~Spool() {
  if (file_ >= 0) ::close(file_);
}

Result<std::shared_ptr<Spool>> Spool::of_file(const std::filesystem::path& path) {
  auto spool = std::make_shared<Spool>(path.parent_path());
  spool->file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat found = {};
  if (spool->file_ < 0 || ::fstat(spool->file_, &found) != 0) return failed("opening", errno);
  spool->size_ = static_cast<std::uint64_t>(found.st_size);
  ::unlink(path.c_str());
  return spool;
}

Result<void> Spool::write(std::string_view text) {
  text_ += text;
  size_ += text.size();
  if (text_.size() <= kInMemory) return {};
  return spill();
}

Result<void> Spool::spill() {
  if (file_ < 0) {
    file_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0) return failed("making room for", errno);
  }
  std::string_view rest = text_;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("writing", errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  text_.clear();
  return {};
}

Result<std::string> Spool::read(std::uint64_t offset, std::size_t most) const {
  const std::uint64_t in_file = size_ - text_.size();
  if (offset >= in_file) {
    const std::size_t from = std::min<std::uint64_t>(offset - in_file, text_.size());
    return text_.substr(from, most);
  }
  std::string piece(std::min<std::uint64_t>(most, in_file - offset), '\0');
  for (;;) {
    const ssize_t got = ::pread(file_, piece.data(), piece.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("reading", errno);
    piece.resize(static_cast<std::size_t>(got));
    return piece;
  }
}

}  // namespace tally::service
