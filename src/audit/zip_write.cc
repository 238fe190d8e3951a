#include <fmt/format.h>
#include <zip.h>

#include <memory>

#include "audit/zip_file.h"
#include "base/check.h"

namespace tally::audit {
namespace {

// 1980-01-01, the first day that the format knows, and a plain file that all may read.
constexpr zip_uint16_t kDosDate = 0x21;
constexpr zip_uint32_t kAttributes = 0100644U << 16;

struct SourceDeleter {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
struct ArchiveDeleter {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Source = std::unique_ptr<zip_source_t, SourceDeleter>;
using Archive = std::unique_ptr<zip_t, ArchiveDeleter>;

Error failed(std::string_view why) {
  return {ErrorCode::kIo, fmt::format("packing a bundle: {}", why), {}, 0, {}};
}

bool add_part(zip_t* archive, const ZipPart& part) {
  // The archive takes the source over once it is added; the content stays where it is.
  Source source(zip_source_buffer(archive, part.content.data(), part.content.size(), 0));
  if (source == nullptr) return false;
  const zip_int64_t added =
      zip_file_add(archive, part.name.c_str(), source.get(), ZIP_FL_ENC_UTF_8);
  if (added < 0) return false;
  static_cast<void>(source.release());
  const auto index = static_cast<zip_uint64_t>(added);
  return zip_set_file_compression(archive, index, ZIP_CM_DEFLATE, 0) == 0 &&
         zip_file_set_dostime(archive, index, 0, kDosDate, 0) == 0 &&
         zip_file_set_external_attributes(archive, index, 0, ZIP_OPSYS_UNIX, kAttributes) == 0;
}

}  // namespace

Result<std::string> write_zip(const std::vector<ZipPart>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  Source memory(zip_source_buffer_create(nullptr, 0, 0, &error));
  TALLY_CHECK(memory != nullptr);
  zip_source_keep(memory.get());  // the archive gives its own hold of it back when it is closed
  Archive archive(zip_open_from_source(memory.get(), ZIP_TRUNCATE, &error));
  if (archive == nullptr) return failed(zip_error_strerror(&error));
  for (const ZipPart& part : parts) {
    if (!add_part(archive.get(), part)) return failed(zip_strerror(archive.get()));
  }
  if (zip_close(archive.get()) != 0) return failed(zip_strerror(archive.get()));
  static_cast<void>(archive.release());

  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(memory.get(), &stat) != 0 || zip_source_open(memory.get()) != 0) {
    return failed(zip_error_strerror(zip_source_error(memory.get())));
  }
  std::string bytes(stat.size, '\0');
  const zip_int64_t size = zip_source_read(memory.get(), bytes.data(), bytes.size());
  zip_source_close(memory.get());
  if (size < 0 || static_cast<std::size_t>(size) != bytes.size()) return failed("it was cut short");
  return bytes;
}

}  // namespace tally::audit
