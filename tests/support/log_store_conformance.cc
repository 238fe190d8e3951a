#include "support/log_store_conformance.h"

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

// Whether a test gives an event details.
bool has_details(std::uint64_t sequence) { return sequence % 3 == 1; }

// A batch of events from a sequence on, in blocks of at most 256.
LogBatch batch_of(std::uint8_t number, std::uint64_t first, std::uint64_t count) {
  LogBatch batch;
  batch.id = batch_id(number);
  for (std::uint64_t begin = first; begin < first + count;) {
    store::BlockBuilder builder(Sequence{begin});
    for (; begin < first + count && !builder.full(); ++begin) {
      builder.add_event(event_bytes(begin));
      if (has_details(begin)) builder.add_details(std::string(store::kSaltBytes, 's'), "{}");
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

void check_block(const LogBlock& block) {
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
    if (!has_details(i)) continue;
    REQUIRE(next < details->size());
    CHECK((*details)[next++].sequence.value == i);
  }
  CHECK(next == details->size());
}

// The first sequences of the blocks from one on.
std::vector<std::uint64_t> blocks_from(LogStore& log, std::uint64_t from) {
  std::vector<std::uint64_t> firsts;
  const auto cursor = log.read(Sequence{from});
  REQUIRE(cursor.ok());
  for (;;) {
    const auto block = (*cursor)->next();
    INFO((block.ok() ? std::string() : block.error().message));
    REQUIRE(block.ok());
    if (!*block) break;
    check_block(**block);
    firsts.push_back((*block)->first.value);
  }
  const auto again = (*cursor)->next();
  REQUIRE(again.ok());
  CHECK_FALSE(again->has_value());  // the end stays the end
  return firsts;
}

using Firsts = std::vector<std::uint64_t>;

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

}  // namespace tally::testing
