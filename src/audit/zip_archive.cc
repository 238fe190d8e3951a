#include "audit/zip_archive.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <fstream>
#include <unordered_set>

#include "base/shown.h"
#include "base/try.h"
#include "merkle/refused.h"

namespace tally::audit {
namespace {

using merkle::refused;

constexpr std::size_t kPieceBytes = 1 << 18;
constexpr std::size_t kNameBytes = 255;
constexpr std::uint64_t kPartHeader = 30;
constexpr std::uint64_t kDirectoryHeader = 46;
constexpr std::uint64_t kEndRecord = 22;
// What ZIP64 may add to a part and its entry, and to the end; and from which size on it may.
constexpr std::uint64_t kZip64Part = 64;
constexpr std::uint64_t kZip64End = 76;
constexpr std::uint64_t kZip64Bytes = 0xff000000;

Error unreadable(const std::filesystem::path& path, std::string_view why) {
  return {ErrorCode::kIo, fmt::format("reading {}: {}", path.string(), why), {}, 0, {}};
}

// A name that is the same file on every system, and lies within the folder that it is unpacked to.
bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytes) return false;
  for (const char c : name) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!is_letter && !(c >= '0' && c <= '9') &&
        std::string_view("._-/").find(c) == std::string_view::npos) {
      return false;
    }
  }
  while (true) {
    const std::size_t end = name.find('/');
    const std::string_view step = name.substr(0, end);
    if (step.empty() || step == "." || step == "..") return false;
    if (end == std::string_view::npos) return true;
    name.remove_prefix(end + 1);
  }
}

// What is wrong with a part by itself; empty where nothing is.
std::string_view fault_of(zip_t* archive, zip_uint64_t index, const zip_stat_t& stat) {
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if ((stat.valid & kNeeded) != kNeeded) return "does not say how long it is";
  if (stat.encryption_method != ZIP_EM_NONE) return "is encrypted";
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE) {
    return "is packed in a way that is not known";
  }
  zip_uint32_t comment = 0;
  zip_file_get_comment(archive, index, &comment, ZIP_FL_ENC_RAW);
  if (comment != 0) return "has a comment";
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  constexpr zip_uint32_t kKind = 0170000U;
  constexpr zip_uint32_t kPlainFile = 0100000U;
  if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0 ||
      ((attributes >> 16 & kKind) != 0 && (attributes >> 16 & kKind) != kPlainFile)) {
    return "is not a plain file";
  }
  return {};
}

}  // namespace

void ZipArchive::Closer::operator()(zip* archive) const { zip_discard(archive); }
void ZipArchive::Stream::Closer::operator()(zip_file* file) const { zip_fclose(file); }

Result<ZipArchive> ZipArchive::open(const std::filesystem::path& path, std::uint64_t most_parts) {
  ZipArchive opened;
  std::error_code error;
  opened.file_bytes_ = std::filesystem::file_size(path, error);
  if (error) return unreadable(path, error.message());
  int code = 0;
  opened.archive_.reset(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (opened.archive_ == nullptr && code == ZIP_ER_EXISTS) {
    return refused("the ZIP has two parts of one name");
  }
  if (opened.archive_ == nullptr) {
    zip_error_t why;
    zip_error_init_with_code(&why, code);
    const std::string text = zip_error_strerror(&why);
    const bool is_ours = code == ZIP_ER_OPEN || code == ZIP_ER_MEMORY || code == ZIP_ER_READ;
    return is_ours ? unreadable(path, text) : refused(fmt::format("it is no whole ZIP: {}", text));
  }
  int length = 0;
  zip_get_archive_comment(opened.archive_.get(), &length, ZIP_FL_ENC_RAW);
  if (length != 0) return refused("the ZIP has a comment");
  TALLY_TRY(opened.list(most_parts));
  if (!opened.parts_.empty() && !begins_with_part(path, opened.parts_.front().name)) {
    return refused("the ZIP does not begin with its first part");
  }
  return opened;
}

Result<void> ZipArchive::list(std::uint64_t most_parts) {
  const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(archive_.get(), 0));
  if (count > most_parts) {
    return refused(fmt::format("the ZIP has {} parts; at most {} are read", count, most_parts));
  }
  std::unordered_set<std::string> names;
  std::uint64_t needed = kEndRecord;
  bool is_zip64 = file_bytes_ >= kZip64Bytes;
  for (zip_uint64_t index = 0; index < count; ++index) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(archive_.get(), index, ZIP_FL_ENC_RAW, &stat) != 0 ||
        !is_plain_name(stat.name)) {
      return refused(fmt::format("part {} has no plain name: \"{}\"", index,
                                 base::shown(stat.name == nullptr ? "" : stat.name)));
    }
    const std::string name = stat.name;
    if (!names.insert(name).second) return refused("the ZIP has two parts of one name");
    const std::string_view fault = fault_of(archive_.get(), index, stat);
    if (!fault.empty()) return refused(fmt::format("{} {}", name, fault));
    // Parts that lie over one another would be more than the file holds.
    if (stat.comp_size > file_bytes_) return refused(fmt::format("{} is cut short", name));
    needed += kPartHeader + kDirectoryHeader + 2 * name.size() + stat.comp_size;
    is_zip64 = is_zip64 || stat.size >= kZip64Bytes;
    parts_.push_back({name, stat.size});
  }
  const std::uint64_t most = needed + (is_zip64 ? count * kZip64Part + kZip64End : 0);
  if (file_bytes_ >= needed && file_bytes_ <= most) return {};
  return refused(
      fmt::format("the ZIP has {} bytes, and its parts and directory {}", file_bytes_, needed));
}

Result<ZipArchive::Stream> ZipArchive::stream(std::size_t index) const {
  Stream stream;
  stream.part_ = parts_[index];
  stream.file_.reset(zip_fopen_index(archive_.get(), index, 0));
  if (stream.file_ == nullptr) {
    return refused(
        fmt::format("{} cannot be unpacked: {}", stream.part_.name, zip_strerror(archive_.get())));
  }
  stream.piece_.resize(kPieceBytes);
  return stream;
}

Result<std::string_view> ZipArchive::Stream::next() {
  const zip_int64_t count = zip_fread(file_.get(), piece_.data(), piece_.size());
  if (count < 0) {
    return refused(
        fmt::format("{} cannot be unpacked: {}", part_.name, zip_file_strerror(file_.get())));
  }
  read_ += static_cast<std::uint64_t>(count);
  if (read_ > part_.size || (count == 0 && read_ != part_.size)) {
    return refused(fmt::format("{} is not {} bytes long, as it says", part_.name, part_.size));
  }
  return std::string_view(piece_).substr(0, static_cast<std::size_t>(count));
}

bool begins_with_part(const std::filesystem::path& path, std::string_view name) {
  constexpr std::size_t kLengthAt = 26;
  std::string start(kPartHeader + name.size(), '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(start.data(), static_cast<std::streamsize>(start.size()))) return false;
  const auto length = static_cast<std::size_t>(static_cast<std::uint8_t>(start[kLengthAt])) |
                      static_cast<std::size_t>(static_cast<std::uint8_t>(start[kLengthAt + 1]))
                          << 8;
  return start.starts_with("PK\x03\x04") && length == name.size() && start.ends_with(name);
}

}  // namespace tally::audit
