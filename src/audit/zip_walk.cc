#include "audit/zip_walk.h"

#include <fmt/format.h>
#include <zip.h>

#include <memory>
#include <string>

#include "base/try.h"

namespace tally::audit {
namespace {

constexpr std::size_t kPieceBytes = 1 << 18;

struct ArchiveDeleter {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct FileDeleter {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

Error failed(const std::filesystem::path& path, std::string_view why) {
  return {ErrorCode::kIo, fmt::format("reading {}: {}", path.string(), why), {}, 0, {}};
}

}  // namespace

Result<void> walk_zip(const std::filesystem::path& path, const ZipPieceVisit& visit) {
  int code = 0;
  const std::unique_ptr<zip_t, ArchiveDeleter> archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (archive == nullptr) return failed(path, fmt::format("it is no ZIP file ({})", code));
  std::string piece(kPieceBytes, '\0');
  const zip_int64_t parts = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < parts; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    const char* const name = zip_get_name(archive.get(), index, 0);
    const std::unique_ptr<zip_file_t, FileDeleter> file(zip_fopen_index(archive.get(), index, 0));
    if (name == nullptr || file == nullptr) return failed(path, zip_strerror(archive.get()));
    while (true) {
      const zip_int64_t count = zip_fread(file.get(), piece.data(), piece.size());
      if (count < 0) return failed(path, zip_file_strerror(file.get()));
      if (count == 0) break;
      visit(name, std::string_view(piece).substr(0, static_cast<std::size_t>(count)));
    }
  }
  return {};
}

}  // namespace tally::audit
