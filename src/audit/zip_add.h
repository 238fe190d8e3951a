#pragma once

// How libzip is used, for what writes ZIP files: one look for every part, whoever packs it.

#include <zip.h>

#include <memory>
#include <string>

namespace tally::audit {

struct ZipSourceDeleter {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
struct ZipArchiveDeleter {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using ZipSource = std::unique_ptr<zip_source_t, ZipSourceDeleter>;
using ZipHandle = std::unique_ptr<zip_t, ZipArchiveDeleter>;

// Adds a part with the same date and attributes wherever and whenever it is packed; false where
// the archive says why not.  Nothing is read yet: what the source reads from must stay.
inline bool add_zip_part(zip_t* archive, const std::string& name, ZipSource source, bool stored) {
  // 1980-01-01, the first day that the format knows, and a plain file that all may read.
  constexpr zip_uint16_t kDosDate = 0x21;
  constexpr zip_uint32_t kAttributes = 0100644U << 16;
  if (source == nullptr) return false;
  const zip_int64_t added = zip_file_add(archive, name.c_str(), source.get(), ZIP_FL_ENC_UTF_8);
  if (added < 0) return false;
  static_cast<void>(source.release());  // the archive has taken it over
  const auto index = static_cast<zip_uint64_t>(added);
  const zip_int32_t method = stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE;
  return zip_set_file_compression(archive, index, method, 0) == 0 &&
         zip_file_set_dostime(archive, index, 0, kDosDate, 0) == 0 &&
         zip_file_set_external_attributes(archive, index, 0, ZIP_OPSYS_UNIX, kAttributes) == 0;
}

}  // namespace tally::audit
