#pragma once

// ZIP files in the one form that a bundle has (spec "Integrity: Bundle"): nothing that could be
// read in two ways.
//
//   file     = part* directory end
//   part     = "PK" 3 4 header name data        stored or deflate; back to back from the first byte
//   directory = ("PK" 1 2 header name)*         in the order of the parts, agreeing with them
//   end      = "PK" 5 6 …                        22 bytes, the last of the file
//
// No comments, extra fields, data descriptors, encryption, ZIP64 or second disks.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tally/result.h"

namespace tally::audit {

struct ZipPart {
  std::string name;
  std::string content;
};

// The file of these parts, in their order; the same parts give the same bytes.
Result<std::string> write_zip(const std::vector<ZipPart>& parts);

// Reads such a file; the bytes must outlive it.  Names are names, and lead nowhere.
class ZipFile {
 public:
  struct Part {
    std::string_view name;
    std::uint32_t size = 0;  // unpacked
    std::uint32_t crc = 0;
    bool deflated = false;
    std::string_view packed;
  };

  // `refused`, with the first thing that is not of the form above, a name that stands twice, or
  // sizes beyond limits::kBundleParts and kBundleUnpackedBytes.  Nothing is unpacked yet.
  static Result<ZipFile> open(std::string_view bytes);

  const std::vector<Part>& parts() const { return parts_; }
  // The part of a name; nullptr where there is none.
  const Part* find(std::string_view name) const;
  // Unpacks a part: into as many bytes as it says, and no more.  `refused` where it is not so long,
  // or its checksum is another.
  static Result<std::string> unpack(const Part& part);

 private:
  std::vector<Part> parts_;
};

}  // namespace tally::audit
