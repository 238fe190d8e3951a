#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "audit/zip_file.h"
#include "base/shown.h"
#include "base/try.h"
#include "merkle/refused.h"
#include "tally/limits.h"

namespace tally::audit {
namespace {

using merkle::refused;

constexpr std::uint32_t kPartMark = 0x04034b50;
constexpr std::uint32_t kDirectoryMark = 0x02014b50;
constexpr std::uint32_t kEndMark = 0x06054b50;
constexpr std::size_t kPartHeader = 30;
constexpr std::size_t kDirectoryHeader = 46;
constexpr std::size_t kEndRecord = 22;
constexpr unsigned kStored = 0;
constexpr unsigned kDeflated = 8;
constexpr unsigned kLevelFlags = 0x6;  // how hard a deflater tried: says nothing of the data

// Little-endian numbers in the order in which they stand.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}
  std::uint32_t two() { return take(2); }
  std::uint32_t four() { return take(4); }

 private:
  std::uint32_t take(std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes_[i])) << (8 * i);
    }
    bytes_.remove_prefix(size);
    return value;
  }
  std::string_view bytes_;
};

// What a part's own header and the directory's must say alike.
struct Common {
  std::uint32_t version, flags, method, time, date, crc, packed, size, name, extra;

  explicit Common(Fields& fields)
      : version(fields.two()),
        flags(fields.two()),
        method(fields.two()),
        time(fields.two()),
        date(fields.two()),
        crc(fields.four()),
        packed(fields.four()),
        size(fields.four()),
        name(fields.two()),
        extra(fields.two()) {}
  friend bool operator==(const Common&, const Common&) = default;
};

template <std::size_t kCount>
bool is_one_of(std::uint32_t value, const std::array<std::uint32_t, kCount>& known) {
  return std::find(known.begin(), known.end(), value) != known.end();
}

// What common writers note of a plain file, and which version and system they name themselves by.
// None of these is another one with one bit turned.
constexpr std::array<std::uint32_t, 3> kPlainFiles = {0, 0600U << 16, 0100644U << 16};
constexpr std::array<std::uint32_t, 3> kMakerVersions = {20, 30, 63};
constexpr std::array<std::uint32_t, 2> kMakerSystems = {0, 3};

struct DirectoryEntry {
  Common common;
  std::string_view name;
  std::uint32_t offset;
};

Error malformed(std::size_t index, std::string_view why) {
  return refused(fmt::format("the bundle is not a ZIP of the plain form: part {} {}", index, why));
}

// Reads the next entry of the directory, and takes it off.
Result<DirectoryEntry> take_entry(std::string_view& directory, std::size_t index) {
  if (directory.size() < kDirectoryHeader) return malformed(index, "is missing from the directory");
  Fields fields(directory);
  if (fields.four() != kDirectoryMark) return malformed(index, "has no entry in the directory");
  const std::uint32_t made_by = fields.two();
  const Common common(fields);
  const std::uint32_t comment = fields.two();
  const std::uint32_t disk = fields.two();
  const std::uint32_t internal = fields.two();
  const std::uint32_t external = fields.four();
  const std::uint32_t offset = fields.four();
  if (!is_one_of(made_by & 0xff, kMakerVersions) || !is_one_of(made_by >> 8, kMakerSystems)) {
    return malformed(index, "was made by a system that is not known");
  }
  if (common.extra != 0 || comment != 0) return malformed(index, "has an extra field or a comment");
  if (disk != 0 || internal != 0 || !is_one_of(external, kPlainFiles)) {
    return malformed(index, "is not a plain file");
  }
  if (common.version != 10 && common.version != 20) {
    return malformed(index, "needs another version of the format");
  }
  if (common.method != kStored && common.method != kDeflated) {
    return malformed(index, "is packed in a way that is not known");
  }
  if ((common.flags & ~(common.method == kDeflated ? kLevelFlags : 0U)) != 0) {
    return malformed(index, "has a flag set: it is encrypted, or its sizes come after it");
  }
  if (common.method == kStored && common.packed != common.size) {
    return malformed(index, "is stored and has two sizes");
  }
  directory.remove_prefix(kDirectoryHeader);
  if (directory.size() < common.name) return malformed(index, "has its name cut short");
  const std::string_view name = directory.substr(0, common.name);
  directory.remove_prefix(common.name);
  return DirectoryEntry{common, name, offset};
}

// The data of a part, which must lie at `at`; moves on behind it.
Result<std::string_view> take_data(std::string_view parts, std::size_t& at,
                                   const DirectoryEntry& entry, std::size_t index) {
  if (entry.offset != at || parts.size() - at < kPartHeader) {
    return malformed(index, "does not lie where the one before it ends");
  }
  Fields fields(parts.substr(at));
  if (fields.four() != kPartMark) return malformed(index, "has no header");
  if (!(Common(fields) == entry.common)) {
    return malformed(index, "has a header that does not agree with the directory");
  }
  at += kPartHeader;
  if (parts.size() - at < entry.common.name || parts.substr(at, entry.common.name) != entry.name) {
    return malformed(index, "has another name than in the directory");
  }
  at += entry.common.name;
  if (parts.size() - at < entry.common.packed) return malformed(index, "is cut short");
  const std::string_view data = parts.substr(at, entry.common.packed);
  at += entry.common.packed;
  return data;
}

}  // namespace

Result<ZipFile> ZipFile::open(std::string_view bytes) {
  if (bytes.size() < kEndRecord || bytes.size() > limits::kBundleFileBytes) {
    return refused(fmt::format("a bundle of {} bytes is too {}", bytes.size(),
                               bytes.size() < kEndRecord ? "short" : "long"));
  }
  Fields end(bytes.substr(bytes.size() - kEndRecord));
  const bool marked = end.four() == kEndMark;
  const std::uint32_t disks = end.two() | end.two();
  const std::uint32_t here = end.two();
  const std::uint32_t count = end.two();
  const std::uint32_t size = end.four();
  const std::uint32_t offset = end.four();
  const std::uint32_t comment = end.two();
  if (!marked || disks != 0 || here != count || comment != 0) {
    return refused("the bundle does not end as a ZIP of one file and no comment does");
  }
  if (count > limits::kBundleParts) {
    return refused(
        fmt::format("the bundle has {} parts; at most {} are read", count, limits::kBundleParts));
  }
  if (std::uint64_t{offset} + size != bytes.size() - kEndRecord) {
    return refused("the bundle's directory does not lie between its parts and its end");
  }
  ZipFile file;
  std::string_view directory = bytes.substr(offset, size);
  std::unordered_set<std::string_view> names;
  std::uint64_t unpacked = 0;
  std::size_t at = 0;
  for (std::size_t index = 0; index < count; ++index) {
    TALLY_ASSIGN(const DirectoryEntry entry, take_entry(directory, index));
    Part part{
        entry.name, entry.common.size, entry.common.crc, entry.common.method == kDeflated, {}};
    TALLY_ASSIGN(part.packed, take_data(bytes.substr(0, offset), at, entry, index));
    if (!names.insert(entry.name).second) {
      return refused(fmt::format("the bundle has \"{}\" twice", base::shown(entry.name)));
    }
    unpacked += entry.common.size;
    if (unpacked > limits::kBundleUnpackedBytes) {
      return refused(
          fmt::format("the bundle unpacks to more than {} bytes", limits::kBundleUnpackedBytes));
    }
    file.parts_.push_back(part);
  }
  if (!directory.empty() || at != offset) return refused("the bundle has bytes between its parts");
  return file;
}

const ZipFile::Part* ZipFile::find(std::string_view name) const {
  const auto found = std::find_if(parts_.begin(), parts_.end(),
                                  [&](const Part& part) { return part.name == name; });
  return found == parts_.end() ? nullptr : &*found;
}

Result<std::string> ZipFile::unpack(const Part& part) {
  auto bad = [&](std::string_view why) {
    return refused(fmt::format("{} {}", base::shown(part.name), why));
  };
  std::string content;
  if (!part.deflated) {
    content = part.packed;
  } else {
    // One byte more than it may have: what would be written there is too much.
    content.resize(std::size_t{part.size} + 1);
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return bad("cannot be unpacked");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.packed.data()));
    stream.avail_in = static_cast<uInt>(part.packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(content.data());
    stream.avail_out = static_cast<uInt>(content.size());
    const int outcome = inflate(&stream, Z_FINISH);
    const bool whole =
        outcome == Z_STREAM_END && stream.avail_in == 0 && stream.total_out == part.size;
    inflateEnd(&stream);
    if (!whole) return bad("does not unpack to what it says");
    content.resize(part.size);
  }
  const uLong crc = crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size());
  if (crc != part.crc) return bad("has another checksum than it says");
  return content;
}

}  // namespace tally::audit
