// The log on RocksDB does what every log store must (support/log_store_conformance.h).

#include "store/log_store.h"

#include "store/memory_store.h"
#include "support/catch.h"
#include "support/log_store_conformance.h"
#include "support/temp_folder.h"

namespace tally::store {
namespace {

class StoreLogUnderTest : public testing::LogUnderTest {
 public:
  StoreLogUnderTest() {
    auto store = Store::create(folder_ / "db");
    REQUIRE(store.ok());
    store_ = std::move(store).value();
    log_ = make_store_log(*store_);
  }
  LogStore& log() override { return *log_; }
  void reopen() override {
    log_.reset();
    store_.reset();
    auto store = Store::open(folder_ / "db", Access::kWrite);
    REQUIRE(store.ok());
    store_ = std::move(store).value();
    log_ = make_store_log(*store_);
  }

 private:
  testing::TempFolder folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<LogStore> log_;
};

// A log in memory is the same for whoever opens it.
class MemoryLogUnderTest : public testing::LogUnderTest {
 public:
  LogStore& log() override { return *log_; }
  void reopen() override { log_ = make_store_log(store_); }

 private:
  MemoryStore store_;
  std::unique_ptr<LogStore> log_ = make_store_log(store_);
};

std::unique_ptr<testing::LogUnderTest> log_in_memory() {
  return std::make_unique<MemoryLogUnderTest>();
}

std::unique_ptr<testing::LogUnderTest> rocks_log() { return std::make_unique<StoreLogUnderTest>(); }

}  // namespace

TEST_CASE("A log appends a batch once, and only where its size is the expected one") {
  testing::check_log_appends_on_condition(rocks_log);
}

TEST_CASE("A log tells of an append whose answer was lost what became of it") {
  testing::check_log_settles_by_batch(rocks_log);
}

TEST_CASE("A log holds nothing of a batch whose derived state could not be written") {
  testing::check_log_leaves_nothing_of_what_failed(rocks_log);
}

TEST_CASE("A log is read in whole blocks, as it was when the reading began") {
  testing::check_log_reads_whole_blocks(rocks_log);
}

TEST_CASE("A log finds the block of any event that it has, and no other") {
  testing::check_log_finds_the_block_of_an_event(rocks_log);
}

TEST_CASE("A log counts the blocks that are read of it") {
  testing::check_log_counts_what_is_read(rocks_log);
}

TEST_CASE("A log takes batches of any size") { testing::check_log_takes_large_batches(rocks_log); }

TEST_CASE("A log gives up the details that a batch erases, and no others") {
  testing::check_log_erases_details(rocks_log);
  testing::check_log_erases_details(log_in_memory);
}

TEST_CASE("A log keeps the details that a batch would have erased which it did not take") {
  testing::check_log_erases_nothing_of_what_failed(rocks_log);
  testing::check_log_erases_nothing_of_what_failed(log_in_memory);
}

TEST_CASE("What was derived is written with the log in one step") {
  testing::TempFolder folder;
  auto store = Store::create(folder / "db");
  REQUIRE(store.ok());
  const auto log = make_store_log(**store);
  BlockBuilder builder(Sequence{0});
  builder.add_event("event");
  LogBatch batch;
  batch.id[0] = 1;
  batch.blocks.push_back(std::move(builder).take());
  const auto before = (*store)->view();
  const auto outcome = log->append(batch, LogSize{0}, [&](Batch& derived) {
    CHECK(log->size()->count == 0);  // nothing is seen until all is written
    return derived.put(Family::kIds, "id", "1");
  });
  REQUIRE(outcome.ok());
  CHECK(*outcome == AppendOutcome::kAppended);
  CHECK(*(*store)->view()->get(Family::kIds, "id") == "1");
  CHECK_FALSE((*before->get(Family::kIds, "id")).has_value());
  CHECK_FALSE(before->cursor(Family::kLog, Reading::kSeeks)->valid());
}

}  // namespace tally::store
