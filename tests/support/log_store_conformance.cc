#include "support/log_store_conformance.h"

#include <set>
#include <string>

#include "support/catch.h"

namespace tally::testing {
namespace {

using store::AppendOutcome;
using store::BatchId;
using store::LogBatch;
using store::LogBlock;
using store::LogStore;

// A number of events from which on a store may well write in another way.
constexpr std::uint64_t kMany = 16'384;

BatchId batch_id(std::uint8_t number) {
  BatchId id{};
  id[0] = number;
  id[15] = 0xff;
  return id;
}

std::string event_bytes(std::uint64_t sequence) { return "event " + std::to_string(sequence); }

std::string details_text(std::uint64_t sequence) { return "details " + std::to_string(sequence); }

// Whether a test gives an event details.
bool has_details(std::uint64_t sequence) { return sequence % 3 == 1; }

// A batch of events from a sequence on, in blocks of at most 256.
LogBatch batch_of(std::uint8_t number, std::uint64_t first, std::uint64_t count) {
  LogBatch batch;
  batch.id = batch_id(number);
  for (std::uint64_t begin = first; begin < first + count;) {
    store::BlockBuilder builder(Sequence{begin});
    for (; begin < first + count && builder.has_room(1); ++begin) {
      builder.add_event(event_bytes(begin));
      if (has_details(begin)) {
        builder.add_details(std::string(store::kSaltBytes, 's'), details_text(begin));
      }
    }
    batch.blocks.push_back(std::move(builder).take());
  }
  return batch;
}

Result<void> nothing_derived(store::Batch&) { return {}; }

AppendOutcome append(LogStore& log, const LogBatch& batch, std::uint64_t expected) {
  const auto outcome = log.append(batch, LogSize{expected}, nothing_derived);
  INFO((outcome.ok() ? std::string() : outcome.error().message));
  REQUIRE(outcome.ok());
  return *outcome;
}

std::uint64_t size_of(LogStore& log) {
  const auto size = log.size();
  REQUIRE(size.ok());
  return size->count;
}

// The block holds the events that it should, and the details of those of which none were erased.
void check_block(const LogBlock& block, const std::set<std::uint64_t>& erased = {}) {
  std::uint64_t sequence = block.first.value;
  store::BlockReader frames(block.first, block.events);
  for (;;) {
    const auto frame = frames.next();
    REQUIRE(frame.ok());
    if (!*frame) break;
    CHECK((*frame)->event == event_bytes(sequence++));
  }
  CHECK(block.count == sequence - block.first.value);
  const auto details = store::read_details(block.first, block.details);
  REQUIRE(details.ok());
  std::size_t next = 0;
  for (std::uint64_t i = block.first.value; i < sequence; ++i) {
    if (!has_details(i) || erased.contains(i)) continue;
    REQUIRE(next < details->size());
    CHECK((*details)[next].sequence.value == i);
    CHECK((*details)[next].details.salt == std::string(store::kSaltBytes, 's'));
    CHECK((*details)[next++].details.text == details_text(i));
  }
  CHECK(next == details->size());
}

// The first sequences of the blocks from one on.
std::vector<std::uint64_t> blocks_from(LogStore& log, std::uint64_t from,
                                       const std::set<std::uint64_t>& erased = {}) {
  std::vector<std::uint64_t> firsts;
  const auto cursor = log.read(Sequence{from});
  REQUIRE(cursor.ok());
  for (;;) {
    const auto block = (*cursor)->next();
    INFO((block.ok() ? std::string() : block.error().message));
    REQUIRE(block.ok());
    if (!*block) break;
    check_block(**block, erased);
    firsts.push_back((*block)->first.value);
  }
  const auto again = (*cursor)->next();
  REQUIRE(again.ok());
  CHECK_FALSE(again->has_value());  // the end stays the end
  return firsts;
}

using Firsts = std::vector<std::uint64_t>;

// A batch of so many events that erases these.
LogBatch erasing(LogBatch batch, const std::set<std::uint64_t>& erased) {
  for (const std::uint64_t one : erased) batch.erased.push_back(Sequence{one});
  return batch;
}

// Whatever way the log is read, these details are gone and all others there.
void check_erased(LogStore& log, const std::set<std::uint64_t>& erased, const Firsts& firsts) {
  CHECK(blocks_from(log, 0, erased) == firsts);
  for (const std::uint64_t one : erased) {
    const auto block = log.block_of(Sequence{one});
    REQUIRE(block.ok());
    check_block(*block, erased);
  }
}

}  // namespace

void check_log_appends_on_condition(const MakeLog& make) {
  const auto under_test = make();
  CHECK(size_of(under_test->log()) == 0);
  CHECK(append(under_test->log(), batch_of(1, 0, 3), 1) == AppendOutcome::kHeadMoved);
  CHECK(size_of(under_test->log()) == 0);
  CHECK(append(under_test->log(), batch_of(1, 0, 3), 0) == AppendOutcome::kAppended);
  CHECK(size_of(under_test->log()) == 3);
  // The same batch once more, whatever is expected.
  CHECK(append(under_test->log(), batch_of(1, 0, 3), 0) == AppendOutcome::kAlreadyThere);
  CHECK(append(under_test->log(), batch_of(1, 0, 3), 3) == AppendOutcome::kAlreadyThere);
  CHECK(size_of(under_test->log()) == 3);
  // Another batch that does not know of it.
  CHECK(append(under_test->log(), batch_of(2, 0, 3), 0) == AppendOutcome::kHeadMoved);
  CHECK(append(under_test->log(), batch_of(2, 4, 1), 4) == AppendOutcome::kHeadMoved);
  CHECK(append(under_test->log(), batch_of(2, 3, 1), 3) == AppendOutcome::kAppended);
  CHECK(size_of(under_test->log()) == 4);
  under_test->reopen();
  CHECK(size_of(under_test->log()) == 4);
  CHECK(append(under_test->log(), batch_of(2, 3, 1), 3) == AppendOutcome::kAlreadyThere);
  CHECK(append(under_test->log(), batch_of(3, 3, 1), 3) == AppendOutcome::kHeadMoved);
  CHECK(blocks_from(under_test->log(), 0) == Firsts{0, 3});
}

// Only the last append is ever in doubt: a writer settles it before it goes on.
void check_log_settles_by_batch(const MakeLog& make) {
  const auto under_test = make();
  const auto settled = [&](std::uint8_t number) {
    const auto outcome = under_test->log().settle(batch_id(number));
    REQUIRE(outcome.ok());
    return *outcome;
  };
  CHECK(settled(1) == AppendOutcome::kUnavailable);
  REQUIRE(append(under_test->log(), batch_of(1, 0, 1), 0) == AppendOutcome::kAppended);
  CHECK(settled(1) == AppendOutcome::kAppended);
  CHECK(settled(2) == AppendOutcome::kUnavailable);
  REQUIRE(append(under_test->log(), batch_of(2, 0, 1), 0) == AppendOutcome::kHeadMoved);
  CHECK(settled(2) == AppendOutcome::kUnavailable);
  CHECK(settled(1) == AppendOutcome::kAppended);
  under_test->reopen();
  CHECK(settled(1) == AppendOutcome::kAppended);
  REQUIRE(append(under_test->log(), batch_of(2, 1, 1), 1) == AppendOutcome::kAppended);
  CHECK(settled(2) == AppendOutcome::kAppended);
}

void check_log_leaves_nothing_of_what_failed(const MakeLog& make) {
  const auto under_test = make();
  REQUIRE(append(under_test->log(), batch_of(1, 0, 2), 0) == AppendOutcome::kAppended);
  for (const std::uint64_t count : {std::uint64_t{3}, kMany + 1}) {
    const auto failed = under_test->log().append(
        batch_of(2, 2, count), LogSize{2}, [](store::Batch&) -> Result<void> {
          return Error{ErrorCode::kNoSpace, "no room for derived state", {}, 0, {}};
        });
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().code == ErrorCode::kNoSpace);
    CHECK(size_of(under_test->log()) == 2);
    CHECK(*under_test->log().settle(batch_id(2)) == AppendOutcome::kUnavailable);
    CHECK(blocks_from(under_test->log(), 0) == Firsts{0});
  }
  under_test->reopen();
  CHECK(blocks_from(under_test->log(), 0) == Firsts{0});
  CHECK(append(under_test->log(), batch_of(2, 2, 3), 2) == AppendOutcome::kAppended);
  CHECK(blocks_from(under_test->log(), 0) == Firsts{0, 2});
}

void check_log_reads_whole_blocks(const MakeLog& make) {
  const auto under_test = make();
  CHECK(blocks_from(under_test->log(), 0).empty());
  append(under_test->log(), batch_of(1, 0, 1), 0);
  append(under_test->log(), batch_of(2, 1, 300), 1);  // 256 and 44
  append(under_test->log(), batch_of(3, 301, 2), 301);
  for (int round = 0; round < 2; ++round) {
    CHECK(blocks_from(under_test->log(), 0) == Firsts{0, 1, 257, 301});
    CHECK(blocks_from(under_test->log(), 1) == Firsts{1, 257, 301});
    CHECK(blocks_from(under_test->log(), 256) == Firsts{1, 257, 301});
    CHECK(blocks_from(under_test->log(), 257) == Firsts{257, 301});
    CHECK(blocks_from(under_test->log(), 300) == Firsts{257, 301});
    CHECK(blocks_from(under_test->log(), 301) == Firsts{301});
    CHECK(blocks_from(under_test->log(), 302) == Firsts{301});
    under_test->reopen();
  }
  // A cursor sees the log as it was when the reading began.
  const auto cursor = under_test->log().read(Sequence{301});
  REQUIRE(cursor.ok());
  append(under_test->log(), batch_of(4, 303, 1), 303);
  const auto last = (*cursor)->next();
  REQUIRE(last.ok());
  CHECK((*last)->first.value == 301);
  const auto end = (*cursor)->next();
  REQUIRE(end.ok());
  CHECK_FALSE(end->has_value());
  CHECK(blocks_from(under_test->log(), 301) == Firsts{301, 303});
}

void check_log_finds_the_block_of_an_event(const MakeLog& make) {
  const auto under_test = make();
  CHECK_FALSE(under_test->log().block_of(Sequence{0}).ok());
  append(under_test->log(), batch_of(1, 0, 1), 0);
  append(under_test->log(), batch_of(2, 1, 300), 1);
  struct Row {
    std::uint64_t sequence, first;
  };
  for (const Row& row :
       {Row{0, 0}, Row{1, 1}, Row{2, 1}, Row{256, 1}, Row{257, 257}, Row{300, 257}}) {
    CAPTURE(row.sequence);
    const auto block = under_test->log().block_of(Sequence{row.sequence});
    REQUIRE(block.ok());
    CHECK(block->first.value == row.first);
    check_block(*block);
  }
  for (const std::uint64_t beyond : {std::uint64_t{301}, std::uint64_t{400}, UINT64_MAX}) {
    const auto block = under_test->log().block_of(Sequence{beyond});
    REQUIRE_FALSE(block.ok());
    CHECK(block.error().code == ErrorCode::kDamaged);
  }
}

void check_log_counts_what_is_read(const MakeLog& make) {
  const auto under_test = make();
  append(under_test->log(), batch_of(1, 0, 300), 0);
  CHECK(under_test->log().blocks_read() == 0);
  REQUIRE(under_test->log().size().ok());
  REQUIRE(under_test->log().block_of(Sequence{5}).ok());
  CHECK(under_test->log().blocks_read() == 1);
  blocks_from(under_test->log(), 0);
  CHECK(under_test->log().blocks_read() == 3);
}

void check_log_takes_large_batches(const MakeLog& make) {
  const auto under_test = make();
  append(under_test->log(), batch_of(1, 0, 7), 0);
  std::uint64_t size = 7;
  std::uint8_t number = 2;
  for (const std::uint64_t count : {kMany, kMany + 1, std::uint64_t{1}, kMany + 1}) {
    CHECK(append(under_test->log(), batch_of(number, size, count), size) ==
          AppendOutcome::kAppended);
    size += count;
    CHECK(size_of(under_test->log()) == size);
    CHECK(*under_test->log().settle(batch_id(number)) == AppendOutcome::kAppended);
    ++number;
  }
  under_test->reopen();
  CHECK(size_of(under_test->log()) == size);
  const Firsts all = blocks_from(under_test->log(), 0);
  CHECK(all.size() == 1 + 64 + 65 + 1 + 65);
}

// The details of single events, of the first and the last in a block, and of all in a block; by
// batches of either size, one after the other; finished at once, later, twice, or after a crash.
void check_log_erases_details(const MakeLog& make) {
  const auto under_test = make();
  const auto log = [&]() -> LogStore& { return under_test->log(); };
  append(log(), batch_of(1, 0, 300), 0);  // 256 and 44
  append(log(), batch_of(2, 300, 4), 300);
  REQUIRE(log().finish_erasures().ok());  // there are none
  std::set<std::uint64_t> erased = {1, 130, 256, 298};
  CHECK(append(log(), erasing(batch_of(3, 304, 1), erased), 304) == AppendOutcome::kAppended);
  check_erased(log(), erased, {0, 256, 300, 304});
  for (int round = 0; round < 2; ++round) {
    REQUIRE(log().finish_erasures().ok());
    check_erased(log(), erased, {0, 256, 300, 304});
  }
  // As if the process had ended in between: who opens the log next may finish.
  CHECK(append(log(), erasing(batch_of(4, 305, 2), {301}), 305) == AppendOutcome::kAppended);
  erased.insert(301);
  under_test->reopen();
  check_erased(log(), erased, {0, 256, 300, 304, 305});
  // Or find more to be erased, of the same block.
  CHECK(append(log(), erasing(batch_of(5, 307, 1), {4, 253}), 307) == AppendOutcome::kAppended);
  erased.insert({4, 253});
  REQUIRE(log().finish_erasures().ok());
  const Firsts firsts = {0, 256, 300, 304, 305, 307};
  check_erased(log(), erased, firsts);
  under_test->reopen();
  check_erased(log(), erased, firsts);
  REQUIRE(log().finish_erasures().ok());
  check_erased(log(), erased, firsts);

  CHECK(append(log(), erasing(batch_of(6, 308, kMany + 1), {7, 304, 307}), 308) ==
        AppendOutcome::kAppended);
  erased.insert({7, 304, 307});
  REQUIRE(log().finish_erasures().ok());
  const std::uint64_t last = 308 + kMany + 1;
  static_assert((308 + kMany - 2) % 3 == 1, "the last but two has details");
  erased.insert({310, last - 3});
  CHECK(append(log(), erasing(batch_of(7, last, 1), {310, last - 3}), last) ==
        AppendOutcome::kAppended);
  REQUIRE(log().finish_erasures().ok());
  under_test->reopen();
  CHECK(blocks_from(log(), 0, erased).size() == firsts.size() + 65 + 1);
  CHECK(size_of(log()) == last + 1);
}

void check_log_erases_nothing_of_what_failed(const MakeLog& make) {
  const auto under_test = make();
  append(under_test->log(), batch_of(1, 0, 10), 0);
  for (const std::uint64_t count : {std::uint64_t{3}, kMany + 1}) {
    const LogBatch batch = erasing(batch_of(2, 10, count), {4});
    CHECK(append(under_test->log(), batch, 9) == AppendOutcome::kHeadMoved);
    const auto failed =
        under_test->log().append(batch, LogSize{10}, [](store::Batch&) -> Result<void> {
          return Error{ErrorCode::kNoSpace, "no room for derived state", {}, 0, {}};
        });
    CHECK_FALSE(failed.ok());
    REQUIRE(under_test->log().finish_erasures().ok());
    check_erased(under_test->log(), {}, {0});
    // What has no details, or none any more, cannot lose them.
    for (const std::uint64_t bare : {std::uint64_t{0}, std::uint64_t{5}, UINT64_MAX}) {
      const auto refused = under_test->log().append(erasing(batch_of(2, 10, count), {4, bare}),
                                                    LogSize{10}, nothing_derived);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().code == ErrorCode::kDamaged);
      check_erased(under_test->log(), {}, {0});
    }
  }
  under_test->reopen();
  check_erased(under_test->log(), {}, {0});
  append(under_test->log(), erasing(batch_of(2, 10, 1), {4}), 10);
  // The same batch once more takes nothing more away.
  CHECK(append(under_test->log(), erasing(batch_of(2, 10, 1), {4}), 10) ==
        AppendOutcome::kAlreadyThere);
  CHECK_FALSE(under_test->log()
                  .append(erasing(batch_of(3, 11, 1), {4}), LogSize{11}, nothing_derived)
                  .ok());
  check_erased(under_test->log(), {4}, {0, 10});
  CHECK(size_of(under_test->log()) == 11);
}

}  // namespace tally::testing
