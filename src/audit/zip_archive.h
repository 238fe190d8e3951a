#pragma once

// ZIP files of whatever size, on disk: packed from files, and read again part by part, neither ever
// held whole.  The ones that are held whole, and their stricter form, are in zip_file.h.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tally/result.h"

struct zip;
struct zip_file;

namespace tally::audit {

// A file to pack.
struct ZipInput {
  std::string name;
  std::filesystem::path file;
  bool stored = false;  // as it is: what is packed already does not get smaller
};

// Packs the files, in their order, into a new file; the same files give the same bytes.
// `progress` is called now and then with the bytes that are done.  Errors: `no-space`, `io`.
using ZipProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;
Result<void> pack_files(const std::vector<ZipInput>& files, const std::filesystem::path& out,
                        const ZipProgress& progress);

// A ZIP file of a stranger's.
class ZipArchive {
 public:
  struct Part {
    std::string name;
    std::uint64_t size = 0;  // unpacked, as it says
  };

  // `refused`, with the first thing by which it could be read in two ways, or hide something: a
  // part that is not a plain file with a plain name, a name that stands twice, a comment, a byte
  // beside the parts and the directory, more than `most_parts`; `io` where it cannot be read.
  static Result<ZipArchive> open(const std::filesystem::path& path, std::uint64_t most_parts);

  const std::vector<Part>& parts() const { return parts_; }
  std::uint64_t file_bytes() const { return file_bytes_; }

  // Reads one part from front to back, piece by piece; the archive must outlive it.  Several may be
  // read at a time.
  class Stream {
   public:
    // The next piece, which stays until the one after it is read; empty at the end.  `refused`
    // where the part is not as long as it says, or its checksum is another.
    Result<std::string_view> next();

   private:
    friend class ZipArchive;
    struct Closer {
      void operator()(zip_file* file) const;
    };
    std::unique_ptr<zip_file, Closer> file_;
    Part part_;
    std::uint64_t read_ = 0;
    std::string piece_;
  };
  Result<Stream> stream(std::size_t index) const;

 private:
  Result<void> list(std::uint64_t most_parts);

  struct Closer {
    void operator()(zip* archive) const;
  };
  std::unique_ptr<zip, Closer> archive_;
  std::vector<Part> parts_;
  std::uint64_t file_bytes_ = 0;
};

// Whether the file begins as a ZIP whose first part has this name.
bool begins_with_part(const std::filesystem::path& path, std::string_view name);

}  // namespace tally::audit
