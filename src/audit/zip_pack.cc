#include <fmt/format.h>

#include <cerrno>

#include "audit/zip_add.h"
#include "audit/zip_archive.h"

namespace tally::audit {
namespace {

// As often as anybody can see.
constexpr double kProgressStep = 0.001;

struct Counted {
  const ZipProgress& progress;
  std::uint64_t bytes;
};

void tell(zip_t*, double share, void* to) {
  const auto& counted = *static_cast<Counted*>(to);
  counted.progress(static_cast<std::uint64_t>(share * static_cast<double>(counted.bytes)),
                   counted.bytes);
}

Error failed(const std::filesystem::path& out, zip_error_t* error) {
  const bool is_full =
      zip_error_system_type(error) == ZIP_ET_SYS &&
      (zip_error_code_system(error) == ENOSPC || zip_error_code_system(error) == EDQUOT);
  return {is_full ? ErrorCode::kNoSpace : ErrorCode::kIo,
          fmt::format("packing {}: {}", out.string(), zip_error_strerror(error)),
          {},
          0,
          {}};
}

}  // namespace

Result<void> pack_files(const std::vector<ZipInput>& files, const std::filesystem::path& out,
                        const ZipProgress& progress) {
  int code = 0;
  ZipHandle archive(zip_open(out.c_str(), ZIP_CREATE | ZIP_EXCL, &code));
  if (archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    return failed(out, &error);
  }
  Counted counted{progress, 0};
  for (const ZipInput& input : files) {
    ZipSource source(zip_source_file(archive.get(), input.file.c_str(), 0, -1));
    if (!add_zip_part(archive.get(), input.name, std::move(source), input.stored)) {
      return failed(out, zip_get_error(archive.get()));
    }
    std::error_code ignored;
    counted.bytes += std::filesystem::file_size(input.file, ignored);
  }
  if (progress) {
    zip_register_progress_callback_with_state(archive.get(), kProgressStep, tell, nullptr,
                                              &counted);
  }
  if (zip_close(archive.get()) != 0) return failed(out, zip_get_error(archive.get()));
  static_cast<void>(archive.release());
  return {};
}

}  // namespace tally::audit
