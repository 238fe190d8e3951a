// Fuzzes what reads backups: their list, and the segments that it names.  Of any text must hold:
// - A list that is read names files of a backup alone, and once written stays as it is.
// - A segment that is read has the blocks of the events that it was said to have, in order, and put
//   together again is read as the same.
//
// Seeds: a list, and a segment of three events behind a line with what is said of it.

#include <charconv>

#include "backup/segment.h"
#include "base/check.h"

namespace tally::fuzz {
namespace {

void check_list(std::string_view text) {
  const auto list = backups::BackupList::parse(text);
  if (!list.ok()) return TALLY_CHECK(!list.error().message.empty());
  // Others may write digits of a digest, or the time, in other ways; we write them in one.
  const std::string written = list->to_text();
  const auto again = backups::BackupList::parse(written);
  TALLY_CHECK(again.ok() && again->to_text() == written);
  for (const backups::ListedFile* file : list->files()) {
    TALLY_CHECK(!file->path.starts_with('/') && file->path.find("..") == std::string::npos);
  }
  Sequence next;
  for (const backups::Segment& segment : list->segments) {
    TALLY_CHECK(segment.first == next && segment.count > 0);
    next.value += segment.count;
  }
  TALLY_CHECK(next.value == list->size.count);
}

// `FIRST COUNT BYTES`, a line feed, so many bytes of events, and the rest is details.
void check_segment(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return;
  std::array<std::uint64_t, 3> numbers{};
  const char* at = text.data();
  for (std::uint64_t& number : numbers) {
    const auto read = std::from_chars(at, text.data() + end, number);
    if (read.ec != std::errc()) return;
    at = read.ptr == text.data() + end ? read.ptr : read.ptr + 1;
  }
  text.remove_prefix(end + 1);
  backups::Segment said;
  said.first = Sequence{numbers[0]};
  said.count = numbers[1];
  const std::string_view events = text.substr(0, numbers[2]);
  const std::string_view details = text.substr(events.size());
  const auto blocks = backups::read_segment(said, events, details);
  if (!blocks.ok()) return TALLY_CHECK(!blocks.error().message.empty());
  backups::SegmentBuilder built(said.first);
  for (const store::LogBlock& block : *blocks) {
    TALLY_CHECK(block.first.value == said.first.value + built.count());
    built.add(block);
  }
  TALLY_CHECK(built.count() == said.count);
  // Others may write a length in more bytes than it takes.
  const auto again = backups::read_segment(said, built.events(), built.details());
  TALLY_CHECK(again.ok() && again->size() == blocks->size());
  for (std::size_t i = 0; i < blocks->size(); ++i) {
    TALLY_CHECK((*again)[i].events == (*blocks)[i].events);
    TALLY_CHECK((*again)[i].details == (*blocks)[i].details);
  }
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  tally::fuzz::check_list(text);
  tally::fuzz::check_segment(text);
  return 0;
}
