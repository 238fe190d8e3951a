#include <charconv>

#include "base/try.h"
#include "export/log_tiles.h"
#include "merkle/tile_path.h"
#include "projection/tree.h"
#include "service/answers.h"
#include "service/parameters.h"

namespace tally::service {
namespace {

using merkle::kTileHeight;
using merkle::kTileWidth;

// Which part of the log a path names: the one way to write it, and no other.
struct TileName {
  bool is_entries = false;
  unsigned level = 0;
  std::uint64_t index = 0;
  std::uint64_t width = kTileWidth;

  std::string path() const {
    return is_entries ? merkle::entries_path(index, width) : merkle::tile_path(level, index, width);
  }
};

std::optional<std::uint64_t> digits(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

// Reads what merkle/tile_path.h writes: LEVEL|`entries`, groups of three digits, all but the last
// behind an x, and after `.p` a width.
std::optional<TileName> read_tile_name(const std::vector<std::string>& segments) {
  constexpr std::size_t kMostSegments = 9;
  if (segments.size() < 2 || segments.size() > kMostSegments) return std::nullopt;
  TileName name;
  name.is_entries = segments[0] == "entries";
  if (!name.is_entries) {
    const auto level = digits(segments[0]);
    if (!level || *level >= projection::kTileLevels) return std::nullopt;
    name.level = static_cast<unsigned>(*level);
  }
  std::size_t count = segments.size();
  if (segments[count - 2].ends_with(".p")) {
    const auto width = digits(segments[count - 1]);
    if (!width || *width == 0 || *width >= kTileWidth) return std::nullopt;
    name.width = *width;
    --count;
  }
  for (std::size_t i = 1; i < count; ++i) {
    std::string_view group = segments[i];
    if (i + 1 < count && group.starts_with('x')) group.remove_prefix(1);
    if (i + 1 == count && count < segments.size()) group.remove_suffix(2);
    const auto value = group.size() == 3 ? digits(group) : std::nullopt;
    if (!value) return std::nullopt;
    name.index = name.index * 1'000 + *value;
  }
  std::string path = "tile";
  for (const std::string& segment : segments) path += "/" + segment;
  if (name.path() != path) return std::nullopt;
  return name;
}

}  // namespace

Reply answer_checkpoint(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  TALLY_ASSIGN(std::string note, site.checkpoint.get(*site.ledger(), site.head.load()));
  Answer answer = text_answer(std::string(kPlainText), std::move(note));
  answer.keeping = Keeping::kAsk;
  return answer;
}

Reply answer_tile(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  const Problem missing = Problem::not_found("the log has no such tile, or not yet");
  const auto name = read_tile_name(request.captured);
  if (!name) return missing;
  const ledger::Core& core = site.ledger()->core();
  TALLY_ASSIGN(const projection::Reader reader, core.reader());
  const std::uint64_t count =
      reader.head().size.count >> (name->is_entries ? 0 : kTileHeight * name->level);
  if (name->index > count / kTileWidth || name->index * kTileWidth + name->width > count) {
    return missing;
  }
  Result<std::string> bytes =
      name->is_entries ? exports::entries_bytes(core.log(), name->index, name->width)
                       : exports::tile_bytes(reader, name->level, name->index, name->width);
  if (!bytes.ok()) return bytes.take_error();
  Answer answer = text_answer("application/octet-stream", std::move(*bytes));
  answer.keeping = Keeping::kForEver;  // what a tile's name stands for never changes
  return answer;
}

}  // namespace tally::service
