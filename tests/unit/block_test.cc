// Blocks of events and their details, byte by byte (store/block.h).

#include "store/block.h"

#include <string>
#include <vector>

#include "support/catch.h"
#include "support/random.h"
#include "tally/limits.h"

namespace tally::store {
namespace {

struct Written {
  std::string event;
  std::string details;  // empty: none
};

std::string salt(char fill) { return std::string(kSaltBytes, fill); }

LogBlock block_of(Sequence first, const std::vector<Written>& events) {
  BlockBuilder builder(first);
  char fill = 'a';
  for (const Written& one : events) {
    builder.add_event(one.event);
    if (!one.details.empty()) builder.add_details(salt(fill++), one.details);
  }
  return std::move(builder).take();
}

// All events of a block; nothing where its bytes are damaged.
std::optional<std::vector<std::string>> read_all(const LogBlock& block) {
  std::vector<std::string> events;
  BlockReader reader(block.first, block.events);
  for (;;) {
    const auto frame = reader.next();
    if (!frame.ok()) {
      CHECK(frame.error().code == ErrorCode::kDamaged);
      return std::nullopt;
    }
    if (!*frame) return events;
    CHECK((*frame)->sequence.value == block.first.value + events.size());
    CHECK((*frame)->leaf == std::string(1, '\0') + std::string((*frame)->event));
    events.emplace_back((*frame)->event);
  }
}

std::vector<Written> sample() {
  return {{"", ""},
          {"1", "{\"note\":\"n\"}"},
          {"12345678", ""},
          {"123456789", "d"},
          {std::string(700, 'e'), std::string(300, 'd')},
          {"last", ""}};
}

}  // namespace

TEST_CASE("A block gives back its events in order, each as one run of bytes behind a zero") {
  for (const std::uint64_t first : {0U, 1U, 1'000'000U}) {
    const LogBlock block = block_of(Sequence{first}, sample());
    CHECK(block.count == sample().size());
    CHECK(block.events.size() % 8 == 0);
    const auto events = read_all(block);
    REQUIRE(events);
    REQUIRE(events->size() == sample().size());
    for (std::size_t i = 0; i < events->size(); ++i) CHECK((*events)[i] == sample()[i].event);
  }
  const auto none = read_all(LogBlock{});
  REQUIRE(none);
  CHECK(none->empty());
}

TEST_CASE("A frame is its length, zeros, the event, and zeros up to eight bytes") {
  const LogBlock block = block_of(Sequence{5}, {{"abc", ""}});
  CHECK(block.events == std::string("\3\0\0\0\0\0\0\0abc\0\0\0\0\0", 16));
}

TEST_CASE("A block holds 256 events, and an event 65,535 bytes") {
  BlockBuilder builder(Sequence{7});
  const std::string largest(limits::kEventBytes, 'x');
  for (std::size_t i = 0; i < kEventsPerBlock; ++i) {
    CHECK(builder.has_room(1));
    builder.add_event(i == 0 ? largest : "x");
  }
  CHECK_FALSE(builder.has_room(1));
  const LogBlock block = std::move(builder).take();
  const auto events = read_all(block);
  REQUIRE(events);
  CHECK(events->size() == kEventsPerBlock);
  CHECK(events->front() == largest);
  std::string longer = block.events;
  longer[2] = 1;  // 65,536 more
  CHECK_FALSE(read_all({block.first, block.count, longer, ""}));
}

TEST_CASE("A block gives back details with their salts, beside the events that have them") {
  for (const std::uint64_t first : {0U, 3U, 70'000U}) {
    const LogBlock block = block_of(Sequence{first}, sample());
    const auto details = read_details(block.first, block.details);
    REQUIRE(details.ok());
    REQUIRE(details->size() == 3);
    const std::uint64_t offsets[] = {1, 3, 4};
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK((*details)[i].sequence.value == first + offsets[i]);
      CHECK((*details)[i].details.salt == salt(static_cast<char>('a' + i)));
      CHECK((*details)[i].details.text == sample()[offsets[i]].details);
    }
  }
  CHECK(read_details(Sequence{9}, "")->empty());
  // The first event's own details stand at no distance from the block.
  const LogBlock first = block_of(Sequence{9}, {{"e", "d"}, {"f", "g"}});
  const auto details = read_details(first.first, first.details);
  REQUIRE(details.ok());
  REQUIRE(details->size() == 2);
  CHECK((*details)[0].sequence == Sequence{9});
  CHECK((*details)[1].sequence == Sequence{10});
}

TEST_CASE("Frames that are cut short, or have anything between them, are damage") {
  const LogBlock block = block_of(Sequence{5}, sample());
  std::size_t whole = 0;
  for (std::size_t size = 0; size < block.events.size(); ++size) {
    LogBlock cut{block.first, 0, block.events.substr(0, size), ""};
    if (read_all(cut)) ++whole;  // only between two frames
  }
  CHECK(whole == sample().size());
  for (std::size_t at = 0; at < block.events.size(); ++at) {
    std::string changed = block.events;
    changed[at] = static_cast<char>(changed[at] ^ 0x40);
    const auto events = read_all({block.first, 0, changed, ""});
    // Only within an event may a byte be another: that is for the tree to find.
    if (events) CHECK(events->size() == sample().size());
  }
  std::string between = block.events;
  between[5] = 1;
  CHECK_FALSE(read_all({block.first, 0, between, ""}));
  std::string padded = block_of(Sequence{5}, {{"abc", ""}}).events;
  padded.back() = 1;
  CHECK_FALSE(read_all({Sequence{5}, 0, padded, ""}));
}

TEST_CASE("Details that are cut short, stand twice, or beyond their block are damage") {
  const LogBlock block = block_of(Sequence{5}, sample());
  std::size_t whole = 0;
  for (std::size_t size = 0; size < block.details.size(); ++size) {
    if (read_details(block.first, block.details.substr(0, size)).ok()) ++whole;
  }
  CHECK(whole == 3);  // nothing, and after each of the first two
  const std::string one = block_of(Sequence{5}, {{"e", "d"}}).details;
  CHECK_FALSE(read_details(Sequence{5}, one + one).ok());
  const auto at_distance = [&](char low, char high) {
    return read_details(Sequence{5}, std::string{low, high} + one.substr(1)).ok();
  };
  CHECK(at_distance('\x81', '\0'));
  CHECK(at_distance('\xff', '\1'));        // 255
  CHECK_FALSE(at_distance('\x80', '\2'));  // 256
}

TEST_CASE("Details are taken out of a block, and the others stay as they were") {
  for (const std::uint64_t first : {0U, 5U, 70'000U}) {
    const LogBlock block = block_of(Sequence{first}, sample());
    const auto whole = read_details(block.first, block.details);
    REQUIRE(whole->size() == 3);
    for (unsigned erased = 0; erased < 8; ++erased) {
      CAPTURE(first, erased);
      std::string left = block.details;
      for (std::size_t i = 0; i < 3; ++i) {
        if ((erased >> i & 1) == 0) continue;
        const auto without = without_details(block.first, left, (*whole)[i].sequence);
        REQUIRE(without.ok());
        left = *without;
        CHECK_FALSE(without_details(block.first, left, (*whole)[i].sequence).ok());
      }
      const auto details = read_details(block.first, left);
      REQUIRE(details.ok());
      std::size_t next = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        if ((erased >> i & 1) != 0) continue;
        REQUIRE(next < details->size());
        CHECK((*details)[next].sequence == (*whole)[i].sequence);
        CHECK((*details)[next].details.salt == (*whole)[i].details.salt);
        CHECK((*details)[next++].details.text == (*whole)[i].details.text);
      }
      CHECK(next == details->size());
      CHECK(left.empty() == (erased == 7));
    }
    for (const std::uint64_t none : {first, first + 2, first + 5, first + 400}) {
      const auto without = without_details(block.first, block.details, Sequence{none});
      REQUIRE_FALSE(without.ok());
      CHECK(without.error().code == ErrorCode::kDamaged);
    }
    CHECK_FALSE(without_details(block.first, block.details.substr(1), (*whole)[0].sequence).ok());
  }
}

TEST_CASE("A block under way gives up details, and goes on as if they had never been") {
  // Each event has details; those of some are taken out again, at once or after the next few.
  constexpr std::size_t kEvents = 7;
  for (unsigned erased = 0; erased < 1U << kEvents; ++erased) {
    for (const std::size_t delay : {0U, 1U, 3U}) {
      CAPTURE(erased, delay);
      BlockBuilder builder(Sequence{9});
      BlockBuilder expected(Sequence{9});
      for (std::size_t i = 0; i < kEvents + delay; ++i) {
        if (i < kEvents) {
          const std::string text(i + 1, 'd');
          builder.add_event(text);
          builder.add_details(salt('s'), text);
          expected.add_event(text);
          if ((erased >> i & 1) == 0) expected.add_details(salt('s'), text);
        }
        const bool is_due = i >= delay && (erased >> (i - delay) & 1) != 0;
        if (is_due) REQUIRE(builder.erase_details(Sequence{9 + i - delay}).ok());
        if (is_due) CHECK_FALSE(builder.erase_details(Sequence{9 + i - delay}).ok());
      }
      CHECK(builder.block().details == expected.block().details);
      CHECK(builder.block().events == expected.block().events);
      CHECK(builder.block().count == kEvents);
    }
  }
}

TEST_CASE("A block's frames are counted by their lengths, and not where these do not fit") {
  std::vector<Written> events;
  for (const Written& one : sample()) {
    const LogBlock block = block_of(Sequence{9}, events);
    const auto count = count_frames(block.first, block.events);
    REQUIRE(count.ok());
    CHECK(*count == events.size());
    for (std::size_t size = 1; size < block.events.size(); ++size) {
      const auto cut = count_frames(block.first, block.events.substr(0, size));
      CHECK((!cut.ok() || *cut < events.size()));
    }
    events.push_back(one);
  }
  CHECK_FALSE(count_frames(Sequence{9}, std::string(8, '\xff')).ok());
  CHECK_FALSE(count_frames(Sequence{9}, std::string(8, '\0') + '\0').ok());
}

TEST_CASE("A block that another goes on with is as if it had been one") {
  const std::vector<Written> all = sample();
  const LogBlock whole = block_of(Sequence{9}, all);
  const auto details = read_details(whole.first, whole.details);
  REQUIRE(details.ok());
  for (std::size_t first = 0; first <= all.size(); ++first) {
    for (std::size_t second = first; second <= all.size(); ++second) {
      CAPTURE(first, second);
      BlockBuilder joined(Sequence{9});
      for (const auto& [begin, end] : {std::pair(std::size_t{0}, first), std::pair(first, second),
                                       std::pair(second, all.size())}) {
        BlockBuilder part(Sequence{9 + begin});
        for (std::size_t i = begin; i < end; ++i) {
          part.add_event(all[i].event);
          for (const DetailsOfEvent& one : *details) {
            if (one.sequence.value != 9 + i) continue;
            part.add_details(one.details.salt, one.details.text);
          }
        }
        REQUIRE(joined.append(part.block()).ok());
      }
      CHECK(joined.block().events == whole.events);
      CHECK(joined.block().details == whole.details);
      CHECK(joined.block().count == whole.count);
    }
  }
  LogBlock damaged = whole;
  damaged.details.pop_back();
  BlockBuilder joined(Sequence{9});
  CHECK_FALSE(joined.append(damaged).ok());
}

TEST_CASE("Random bytes in a block never do harm") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const LogBlock block = block_of(Sequence{5}, sample());
  for (int round = 0; round < 5'000; ++round) {
    std::string events = block.events;
    std::string details = block.details;
    for (std::uint64_t change = random.below(5) + 1; change > 0; --change) {
      events[random.below(events.size())] = static_cast<char>(random.below(256));
      details[random.below(details.size())] = static_cast<char>(random.below(256));
    }
    // A copy of just this size, so that a read past the end is seen.
    const std::vector<char> exact(events.begin(), events.end());
    BlockReader reader(block.first, {exact.data(), exact.size()});
    for (auto frame = reader.next(); frame.ok() && *frame; frame = reader.next()) {
    }
    const std::vector<char> exact_details(details.begin(), details.end());
    const auto read = read_details(block.first, {exact_details.data(), exact_details.size()});
    if (!read.ok()) REQUIRE(read.error().code == ErrorCode::kDamaged);
  }
}

}  // namespace tally::store
