#include "line_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/try.h"
#include "tally/limits.h"

namespace tally::tool {
namespace {

constexpr std::size_t kChunkBytes = 1024 * 1024;
constexpr std::size_t kLongestLine = limits::kLineBytes + 2;  // a carriage return, a line feed
constexpr std::size_t kBufferBytes = kChunkBytes + kLongestLine;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_standard_input(const std::string& name) { return name == "-"; }

}  // namespace

FileLines::FileLines(std::vector<std::string> names)
    : names_(std::move(names)), buffer_(new char[kBufferBytes]) {}

FileLines::~FileLines() { close_current(); }

Result<std::optional<InputLine>> FileLines::next() {
  while (true) {
    if (descriptor_ < 0) {
      TALLY_ASSIGN(const bool opened, open_next());
      if (!opened) return std::optional<InputLine>();
    }
    const std::size_t held = end_ - begin_;
    if (const std::optional<std::size_t> feed = find_line_feed()) return take(*feed - begin_, 1);
    if (held > kLongestLine || (ended_ && held > 0)) return take(held, 0);
    if (ended_) {
      close_current();
    } else {
      TALLY_TRY(fill());
    }
  }
}

Result<bool> FileLines::open_next() {
  if (next_name_ == names_.size()) return false;
  const std::string& name = names_[next_name_++];
  descriptor_ = is_standard_input(name) ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) return failed("opened", errno);
  ended_ = false;
  line_ = 0;
  begin_ = scanned_ = end_ = 0;
  // A byte-order mark can arrive in pieces, through a pipe; it is looked at once it is whole.
  while (!ended_ && end_ < kByteOrderMark.size()) TALLY_TRY(fill());
  if (std::string_view(buffer_.get(), end_).starts_with(kByteOrderMark)) {
    begin_ = scanned_ = kByteOrderMark.size();
  }
  return true;
}

void FileLines::close_current() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  descriptor_ = -1;
}

Result<void> FileLines::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
  }
  const std::size_t room = std::min(kChunkBytes, kBufferBytes - end_);
  ssize_t got = -1;
  do {
    got = ::read(descriptor_, buffer_.get() + end_, room);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return failed("read", errno);
  if (got == 0) ended_ = true;
  end_ += static_cast<std::size_t>(got);
  return {};
}

std::optional<std::size_t> FileLines::find_line_feed() {
  const void* found = std::memchr(buffer_.get() + scanned_, '\n', end_ - scanned_);
  if (found == nullptr) {
    scanned_ = end_;
    return std::nullopt;
  }
  return static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.get());
}

Result<std::optional<InputLine>> FileLines::take(std::size_t length, std::size_t skip) {
  std::string_view text(buffer_.get() + begin_, length);
  begin_ += length + skip;
  scanned_ = begin_;
  if (text.ends_with('\r')) text.remove_suffix(1);
  InputLine line;
  line.text = text;
  line.number = ++line_;
  if (names_.size() > 1) line.file = names_[next_name_ - 1];
  if (text.size() > limits::kLineBytes) {
    return Error{ErrorCode::kTooLarge,
                 fmt::format("the line is longer than {} bytes, the most that a line may have",
                             limits::kLineBytes),
                 std::string(line.file),
                 line.number,
                 {}};
  }
  return std::optional<InputLine>(line);
}

Error FileLines::failed(const std::string& what, int reason) const {
  const std::string& name = names_[next_name_ - 1];
  return {ErrorCode::kIo,
          fmt::format("{} cannot be {}: {}",
                      is_standard_input(name) ? "standard input" : "\"" + name + "\"", what,
                      std::strerror(reason)),
          name,
          0,
          {}};
}

}  // namespace tally::tool
