#include "backup/segment.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/try.h"
#include "projection/damage.h"

namespace tally::backups {
namespace {

constexpr Sequence kNone{UINT64_MAX};  // no event stands there

}  // namespace

void SegmentBuilder::add(const store::LogBlock& block) {
  base::put_varint(events_, block.first.value);
  base::put_varint(events_, block.count);
  base::put_text(events_, block.events);
  if (!block.details.empty()) {
    base::put_varint(details_, block.first.value);
    base::put_text(details_, block.details);
  }
  count_ += block.count;
}

Result<std::vector<store::LogBlock>> read_segment(const Segment& segment, std::string_view events,
                                                  std::string_view details) {
  std::vector<store::LogBlock> blocks;
  Sequence next = segment.first;
  base::ByteReader of_events(events);
  base::ByteReader of_details(details);
  Sequence with_details = kNone;
  auto read_key = [&] {
    with_details = of_details.at_end() ? kNone : Sequence{of_details.varint()};
  };
  read_key();
  while (!of_events.at_end()) {
    store::LogBlock& block = blocks.emplace_back();
    block.first.value = of_events.varint();
    block.count = of_events.varint();
    block.events = of_events.text();
    if (with_details == block.first) {
      block.details = of_details.text();
      read_key();
    }
    const std::uint64_t left = segment.first.value + segment.count - next.value;
    if (!of_events.ok() || !of_details.ok() || block.first != next || block.count == 0 ||
        block.count > left) {
      return projection::damaged(
          fmt::format("{} does not hold the events that its name says", segment.events.path));
    }
    next.value += block.count;
  }
  if (next.value != segment.first.value + segment.count || with_details != kNone) {
    return projection::damaged(
        fmt::format("{} does not hold what its name says", segment.events.path));
  }
  return blocks;
}

}  // namespace tally::backups
