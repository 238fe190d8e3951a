#pragma once

// The files of a segment: the log's blocks as they are stored, one after the other.
//
//   events  = (first count bytes)*     first, count: varints; bytes: varint length, a block's
//   frames details = (first bytes)*           of those blocks that have details

#include <string>
#include <string_view>
#include <vector>

#include "backup/backup_list.h"
#include "store/block.h"

namespace tally::backups {

// Gathers blocks until there are enough of them for a segment.
class SegmentBuilder {
 public:
  explicit SegmentBuilder(Sequence first) : first_(first) {}

  void add(const store::LogBlock& block);
  bool full() const {
    return count_ >= kSegmentEvents || events_.size() + details_.size() >= kSegmentBytes;
  }
  bool empty() const { return count_ == 0; }
  Sequence first() const { return first_; }
  std::uint64_t count() const { return count_; }
  const std::string& events() const { return events_; }
  const std::string& details() const { return details_; }

 private:
  Sequence first_;
  std::uint64_t count_ = 0;
  std::string events_;
  std::string details_;
};

// The blocks of a segment, whose files' digests have been checked; `damaged` where the bytes are
// none, or not those of the events that the segment is said to hold.
Result<std::vector<store::LogBlock>> read_segment(const Segment& segment, std::string_view events,
                                                  std::string_view details);

}  // namespace tally::backups
