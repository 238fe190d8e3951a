#include "tally/static_log.h"

#include <fmt/format.h>

#include <fstream>
#include <system_error>

#include "base/try.h"
#include "export/log_tiles.h"
#include "ledger/core.h"
#include "merkle/tile_path.h"
#include "store/directory.h"
#include "tally/integrity.h"
#include "tally/limits.h"

namespace tally {
namespace {

using merkle::kTileHeight;
using merkle::kTileWidth;

constexpr const char* kCheckpoint = "checkpoint";

Error failed(const std::filesystem::path& path, std::error_code error) {
  const bool full = error == std::errc::no_space_on_device;
  return {full ? ErrorCode::kNoSpace : ErrorCode::kIo,
          fmt::format("writing {}: {}", path.string(), error.message()),
          {},
          0,
          {}};
}

// Writes the files of one static log.
class StaticLogWriter {
 public:
  StaticLogWriter(const ledger::Core& core, const projection::Reader& reader,
                  std::filesystem::path path, const LogProgress& progress)
      : core_(core),
        reader_(reader),
        path_(std::move(path)),
        progress_(progress),
        size_(reader.head().size.count) {}

  // How much of this log is there already; `usage` where something else is.
  Result<LogSize> already_there() const {
    std::error_code error;
    if (!std::filesystem::exists(path_, error)) return LogSize{};
    const bool has_checkpoint = std::filesystem::exists(path_ / kCheckpoint, error);
    bool strange = !std::filesystem::is_directory(path_, error);
    std::filesystem::directory_iterator entry(path_, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      // Without a checkpoint, tiles are what an interrupted export has left.
      strange = strange || (name != "tile" && !name.starts_with(kCheckpoint));
    }
    if (!strange && !has_checkpoint) return LogSize{};
    if (strange) return refuse("holds something else than an export of this log");
    TALLY_ASSIGN(const std::string note, store::Directory(path_).read_file(kCheckpoint));
    const auto keys = core_.checkpoints().keys();
    const auto earlier = check_checkpoint(note, keys);
    if (!earlier.ok()) {
      return refuse(fmt::format("holds an export whose checkpoint is not one of this log: {}",
                                earlier.error().message));
    }
    const auto extends = ledger::check_extends(reader_, *earlier);
    if (!extends.ok()) return refuse("holds an export that this log does not extend");
    return earlier->size;
  }

  // Writes what has come since.
  Result<std::uint64_t> write(LogSize before, const std::string& checkpoint) {
    TALLY_TRY(write_entries(before.count / kTileWidth));
    for (unsigned level = 0; size_ >> (kTileHeight * level) > 0; ++level) {
      TALLY_TRY(write_tiles(level, before.count >> (kTileHeight * (level + 1))));
    }
    TALLY_TRY(store::Directory(path_).replace_file(kCheckpoint, checkpoint, false));
    return files_ + 1;
  }

 private:
  Error refuse(std::string_view why) const {
    return {ErrorCode::kUsage,
            fmt::format("{} {}; name a new folder, or that of an earlier export of this log",
                        path_.string(), why),
            {},
            0,
            {}};
  }

  Result<void> write_file(const std::string& whole, const std::string& name,
                          const std::string& content) {
    const std::filesystem::path file = path_ / name;
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error) return failed(file.parent_path(), error);
    errno = 0;
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) return failed(file, {errno == 0 ? EIO : errno, std::generic_category()});
    ++files_;
    // Partial ones are of no use once the whole one is there.
    if (name == whole) std::filesystem::remove_all(path_ / (whole + ".p"), error);
    return {};
  }

  Result<void> write_tiles(unsigned level, std::uint64_t first) {
    const std::uint64_t hashes = size_ >> (kTileHeight * level);
    for (std::uint64_t tile = first; tile * kTileWidth < hashes; ++tile) {
      const std::uint64_t width = std::min(kTileWidth, hashes - tile * kTileWidth);
      TALLY_ASSIGN(const std::string content, exports::tile_bytes(reader_, level, tile, width));
      TALLY_TRY(write_file(merkle::tile_path(level, tile), merkle::tile_path(level, tile, width),
                           content));
    }
    return {};
  }

  Result<void> write_entries(std::uint64_t first) {
    std::uint64_t next = first * kTileWidth;
    if (next >= size_) return {};
    TALLY_ASSIGN(const auto blocks, core_.log().read(Sequence{next}));
    std::string bundle;
    while (next < size_) {
      TALLY_ASSIGN(const auto block, blocks->next());
      if (!block) {
        return Error{
            ErrorCode::kDamaged, "the log ends before its head; run `tally verify`", {}, 0, {}};
      }
      store::BlockReader frames(block->first, block->events);
      for (;;) {
        TALLY_ASSIGN(const auto frame, frames.next());
        if (!frame) break;
        if (frame->sequence.value != next || next == size_) continue;  // before, or since
        exports::add_to_bundle(bundle, frame->event);
        if (++next % kTileWidth == 0 || next == size_) TALLY_TRY(write_bundle(next, bundle));
      }
    }
    return {};
  }

  Result<void> write_bundle(std::uint64_t end, std::string& bundle) {
    const std::uint64_t index = (end - 1) / kTileWidth;
    const std::uint64_t width = end - index * kTileWidth;
    TALLY_TRY(write_file(merkle::entries_path(index), merkle::entries_path(index, width), bundle));
    bundle.clear();
    if (progress_) progress_(end, size_);
    return {};
  }

  const ledger::Core& core_;
  const projection::Reader& reader_;
  const std::filesystem::path path_;
  const LogProgress& progress_;
  const std::uint64_t size_;
  std::uint64_t files_ = 0;
};

}  // namespace

Result<StaticLogWritten> write_static_log(const Ledger& ledger, const std::filesystem::path& path,
                                          const LogProgress& progress) {
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(const projection::Reader reader, core.reader());
  StaticLogWriter writer(core, reader, path, progress);
  TALLY_ASSIGN(const LogSize before, writer.already_there());
  StaticLogWritten written;
  written.size = reader.head().size;
  written.root = reader.head().root;
  TALLY_ASSIGN(const std::string checkpoint,
               core.checkpoints().issue(reader, written.size, core.store()));
  TALLY_ASSIGN(written.files, writer.write(before, checkpoint));
  return written;
}

}  // namespace tally
