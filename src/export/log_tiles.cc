#include "export/log_tiles.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/try.h"
#include "merkle/tile_path.h"
#include "projection/tree.h"

namespace tally::exports {

Result<std::string> tile_bytes(const projection::Reader& reader, unsigned level,
                               std::uint64_t index, std::uint64_t width) {
  TALLY_ASSIGN(const auto stored, projection::read_tile(reader.view(), level, index));
  if (stored.size() < width) {
    return Error{ErrorCode::kDamaged,
                 fmt::format("tile {} of level {} of the hash tree is damaged; run `tally verify`",
                             index, level),
                 {},
                 0,
                 {}};
  }
  std::string content;
  for (std::uint64_t i = 0; i < width; ++i) {
    content.append(reinterpret_cast<const char*>(stored[i].bytes.data()), stored[i].bytes.size());
  }
  return content;
}

void add_to_bundle(std::string& bundle, std::string_view event) {
  base::put_big_endian(bundle, static_cast<std::uint16_t>(event.size()));
  bundle.append(event);
}

Result<std::string> entries_bytes(store::LogStore& log, std::uint64_t index, std::uint64_t width) {
  std::uint64_t next = index * merkle::kTileWidth;
  const std::uint64_t end = next + width;
  TALLY_ASSIGN(const auto blocks, log.read(Sequence{next}));
  std::string bundle;
  while (next < end) {
    TALLY_ASSIGN(const auto block, blocks->next());
    if (!block) break;
    store::BlockReader frames(block->first, block->events);
    while (next < end) {
      TALLY_ASSIGN(const auto frame, frames.next());
      if (!frame) break;
      if (frame->sequence.value != next) continue;  // of the bundle before
      add_to_bundle(bundle, frame->event);
      ++next;
    }
  }
  if (next == end) return bundle;
  return Error{ErrorCode::kDamaged, "the log ends before its head; run `tally verify`", {}, 0, {}};
}

}  // namespace tally::exports
