#include <fmt/format.h>

#include "audit/zip_add.h"
#include "audit/zip_file.h"
#include "base/check.h"

namespace tally::audit {
namespace {

Error failed(std::string_view why) {
  return {ErrorCode::kIo, fmt::format("packing a bundle: {}", why), {}, 0, {}};
}

}  // namespace

Result<std::string> write_zip(const std::vector<ZipPart>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  ZipSource memory(zip_source_buffer_create(nullptr, 0, 0, &error));
  TALLY_CHECK(memory != nullptr);
  zip_source_keep(memory.get());  // the archive gives its own hold of it back when it is closed
  ZipHandle archive(zip_open_from_source(memory.get(), ZIP_TRUNCATE, &error));
  if (archive == nullptr) return failed(zip_error_strerror(&error));
  for (const ZipPart& part : parts) {
    ZipSource source(zip_source_buffer(archive.get(), part.content.data(), part.content.size(), 0));
    if (!add_zip_part(archive.get(), part.name, std::move(source), false)) {
      return failed(zip_strerror(archive.get()));
    }
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
