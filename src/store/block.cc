#include "store/block.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "base/try.h"
#include "tally/limits.h"

namespace tally::store {
namespace {

constexpr std::size_t kFrameHeader = 8;
constexpr std::size_t kDetailsGuessed = 128;  // bytes of an event's details and their salt

std::size_t padding(std::size_t length) { return (8 - length % 8) % 8; }

Error damaged(Sequence sequence, std::string_view what) {
  return {ErrorCode::kDamaged,
          fmt::format("the log is damaged at event {}: {}", sequence.value, what),
          {},
          0,
          {}};
}

void put_details(std::string& out, std::uint64_t step, std::string_view salt,
                 std::string_view text) {
  base::put_varint(out, step);
  out.append(salt);
  base::put_text(out, text);
}

}  // namespace

void BlockBuilder::add_event(std::string_view bytes) {
  TALLY_CHECK(has_room(1) && bytes.size() <= limits::kEventBytes);
  // The second event says that more will follow.
  if (block_.count == 1) block_.events.reserve(kEventsPerBlock * block_.events.size());
  base::put_fixed32(block_.events, static_cast<std::uint32_t>(bytes.size()));
  block_.events.append(4, '\0');
  block_.events.append(bytes);
  block_.events.append(padding(bytes.size()), '\0');
  ++block_.count;
}

void BlockBuilder::add_details(std::string_view salt, std::string_view text) {
  TALLY_CHECK(block_.count > 0);
  put_details(Sequence{block_.first.value + block_.count - 1}, salt, text);
}

void BlockBuilder::put_details(Sequence event, std::string_view salt, std::string_view text) {
  TALLY_CHECK(salt.size() == kSaltBytes);
  store::put_details(block_.details, event.value - previous_details_.value, salt, text);
  previous_details_ = event;
}

Result<void> BlockBuilder::append(const LogBlock& next) {
  TALLY_CHECK(has_room(next.count) && next.first.value == block_.first.value + block_.count);
  TALLY_ASSIGN(const auto details, read_details(next.first, next.details));
  block_.events.append(next.events);
  block_.count += next.count;
  for (const DetailsOfEvent& one : details) {
    put_details(one.sequence, one.details.salt, one.details.text);
  }
  return {};
}

Result<void> BlockBuilder::erase_details(Sequence event) {
  TALLY_ASSIGN(block_.details, without_details(block_.first, block_.details, event));
  TALLY_ASSIGN(const auto left, read_details(block_.first, block_.details));
  previous_details_ = left.empty() ? block_.first : left.back().sequence;
  return {};
}

Result<std::optional<BlockReader::Frame>> BlockReader::next() {
  if (rest_.empty()) return std::optional<Frame>();
  base::ByteReader reader(rest_);
  const std::uint32_t length = reader.fixed32();
  const std::string_view prefix = reader.take(4);
  const std::string_view event = reader.take(length);
  const std::string_view pad = reader.take(padding(length));
  if (!reader.ok() || length > limits::kEventBytes) return damaged(next_, "its frame is cut short");
  if (prefix.find_first_not_of('\0') != std::string_view::npos ||
      pad.find_first_not_of('\0') != std::string_view::npos) {
    return damaged(next_, "the bytes between two events are not zero");
  }
  Frame frame{next_, event, {event.data() - 1, event.size() + 1}};
  rest_.remove_prefix(kFrameHeader + length + pad.size());
  ++next_.value;
  return std::optional<Frame>(frame);
}

Result<std::uint64_t> count_frames(Sequence first, std::string_view frames) {
  std::uint64_t count = 0;
  for (base::ByteReader reader(frames); !reader.at_end(); ++count) {
    const std::uint32_t length = reader.fixed32();
    reader.take(kFrameHeader - sizeof length + length + padding(length));
    if (!reader.ok()) return damaged(Sequence{first.value + count}, "its frame is cut short");
  }
  return count;
}

Result<std::vector<DetailsOfEvent>> read_details(Sequence first, std::string_view bytes) {
  std::vector<DetailsOfEvent> all;
  all.reserve(std::min(kEventsPerBlock, bytes.size() / kDetailsGuessed));
  base::ByteReader reader(bytes);
  Sequence sequence = first;
  while (!reader.at_end()) {
    const std::uint64_t step = reader.varint();
    if (!all.empty() && step == 0) return damaged(sequence, "its details stand twice");
    sequence.value += step;
    const std::string_view salt = reader.take(kSaltBytes);
    const std::string_view text = reader.text();
    if (!reader.ok() || step >= kEventsPerBlock) {
      return damaged(sequence, "its details are cut short");
    }
    all.push_back({sequence, {salt, text}});
  }
  return all;
}

Result<std::string> without_details(Sequence first, std::string_view bytes, Sequence event) {
  TALLY_ASSIGN(const auto all, read_details(first, bytes));
  std::string left;
  Sequence before = first;
  for (const DetailsOfEvent& one : all) {
    if (one.sequence == event) continue;
    put_details(left, one.sequence.value - before.value, one.details.salt, one.details.text);
    before = one.sequence;
  }
  if (left.size() == bytes.size()) return damaged(event, "it has no details to erase");
  return left;
}

}  // namespace tally::store
