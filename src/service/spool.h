#pragma once

// A long answer on its way: it is held in memory while it is short, and in a file without a name
// once it is not, so that a slow reader holds up nobody and costs no memory.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tally/result.h"

namespace tally::service {

class Spool {
 public:
  // Files are made in this folder.
  explicit Spool(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // The spool of a file that is there, which loses its name.
  static Result<std::shared_ptr<Spool>> of_file(const std::filesystem::path& path);

  // Errors: `no-space`, `io`.
  Result<void> write(std::string_view text);
  std::uint64_t size() const { return size_; }

  // Whether all of it is in memory, and what.
  bool is_in_memory() const { return file_ < 0; }
  std::string&& take_text() { return std::move(text_); }

  // At most so many bytes from an offset on; nothing at the end.  Of one thread at a time.
  Result<std::string> read(std::uint64_t offset, std::size_t most) const;

 private:
  Result<void> spill();

  std::filesystem::path folder_;
  int file_ = -1;
  std::uint64_t size_ = 0;
  std::string text_;  // in memory, or not written yet
};

}  // namespace tally::service
