#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>

#include "base/try.h"
#include "store/keys.h"
#include "store/large_batch.h"
#include "store/log_store.h"

namespace tally::store {
namespace {

constexpr std::string_view kLogHeadKey = "log";
constexpr std::string_view kErasingKey = "erasing";

// log head = size (varint), id of the last batch (16 bytes)
struct LogHead {
  LogSize size;
  BatchId last{};
};

Error damaged(std::string message) { return {ErrorCode::kDamaged, std::move(message), {}, 0, {}}; }

Result<LogHead> read_head(const View& view) {
  LogHead head;
  TALLY_ASSIGN(const std::optional<std::string> value, view.get(Family::kMeta, kLogHeadKey));
  if (!value) return head;
  base::ByteReader reader(*value);
  head.size.count = reader.varint();
  const std::string_view id = reader.take(head.last.size());
  if (!reader.ok() || !reader.at_end()) return damaged("the log's head record is unreadable");
  std::copy(id.begin(), id.end(), head.last.begin());
  return head;
}

class StoreBlockCursor : public BlockCursor {
 public:
  StoreBlockCursor(std::unique_ptr<View> view, Sequence from, LogSize size,
                   std::atomic<std::uint64_t>& blocks_read)
      : view_(std::move(view)),
        events_(view_->cursor(Family::kLog, Reading::kScan)),
        details_(view_->cursor(Family::kDetails, Reading::kScan)),
        expected_(from),
        size_(size),
        blocks_read_(blocks_read) {
    events_->seek_for_previous(sequence_key(from));
    if (events_->valid() && events_->key().size() == 8) expected_ = sequence_at(events_->key(), 0);
    details_->seek(sequence_key(expected_));
  }

  Result<std::optional<LogBlock>> next() override {
    TALLY_TRY(events_->status());
    if (expected_.value >= size_.count) {
      // What stood there would come between the events that are appended next.
      TALLY_TRY(details_->status());
      if (!events_->valid() && !details_->valid()) return std::optional<LogBlock>();
      return damaged(fmt::format(
          "the log is damaged: something is stored behind its last event, {}", size_.count - 1));
    }
    if (!events_->valid() || events_->key() != std::string_view(sequence_key(expected_))) {
      return damaged(
          fmt::format("the log is damaged: the events from {} on are missing", expected_.value));
    }
    LogBlock block;
    block.first = expected_;
    block.events = events_->value();
    TALLY_ASSIGN(block.count, count_frames(block));
    if (details_->valid() && details_->key() == events_->key()) {
      block.details = details_->value();
      details_->next();
    }
    TALLY_TRY(details_->status());
    events_->next();
    expected_.value += block.count;
    ++blocks_read_;
    return std::optional<LogBlock>(std::move(block));
  }

  static Result<std::uint64_t> count_frames(const LogBlock& block) {
    TALLY_ASSIGN(const std::uint64_t count, store::count_frames(block.first, block.events));
    if (count == 0) {
      return damaged(
          fmt::format("the log is damaged: the block of event {} is empty", block.first.value));
    }
    return count;
  }

 private:
  std::unique_ptr<View> view_;
  std::unique_ptr<Cursor> events_;
  std::unique_ptr<Cursor> details_;
  Sequence expected_;
  LogSize size_;
  std::atomic<std::uint64_t>& blocks_read_;
};

class StoreLog : public LogStore {
 public:
  explicit StoreLog(Store& store) : store_(store) {}

  Result<LogSize> size() override {
    TALLY_ASSIGN(const LogHead head, read_head(*store_.view()));
    return head.size;
  }

  Result<AppendOutcome> append(const LogBatch& batch, LogSize expected,
                               const WriteDerived& derived) override {
    TALLY_ASSIGN(LogHead head, read_head(*store_.view()));
    if (head.last == batch.id) return AppendOutcome::kAlreadyThere;
    if (head.size != expected) return AppendOutcome::kHeadMoved;
    TALLY_ASSIGN(std::unique_ptr<Batch> all, store_.begin(batch.count() > kLargeBatchEvents));
    if (!batch.erased.empty()) TALLY_TRY(erase(batch.erased, *all));
    if (all->takes_families_in_parallel()) {
      // The two halves go to different families, hence to different files.
      auto blocks = std::async(std::launch::async, [&] { return put_blocks(batch, *all); });
      Result<void> rest = derived(*all);
      TALLY_TRY(blocks.get());
      if (!rest.ok()) return rest.take_error();
    } else {
      TALLY_TRY(put_blocks(batch, *all));
      TALLY_TRY(derived(*all));
    }
    std::string value;
    base::put_varint(value, expected.count + batch.count());
    value.append(reinterpret_cast<const char*>(batch.id.data()), batch.id.size());
    TALLY_TRY(all->put(Family::kMeta, kLogHeadKey, value));
    TALLY_TRY(store_.commit(std::move(all)));
    return AppendOutcome::kAppended;
  }

  Result<void> finish_erasures() override {
    TALLY_ASSIGN(const auto blocks, store_.view()->get(Family::kMeta, kErasingKey));
    if (!blocks) return {};
    std::vector<std::string> keys;
    for (base::ByteReader reader(*blocks); !reader.at_end();) {
      keys.push_back(sequence_key(Sequence{reader.varint()}));
      if (!reader.ok()) return damaged("the list of erasures under way is unreadable");
    }
    TALLY_TRY(store_.purge(Family::kDetails, keys));
    TALLY_ASSIGN(std::unique_ptr<Batch> done, store_.begin(false));
    TALLY_TRY(done->remove(Family::kMeta, kErasingKey));
    return store_.commit(std::move(done));
  }

  Result<AppendOutcome> settle(const BatchId& id) override {
    TALLY_ASSIGN(const LogHead head, read_head(*store_.view()));
    return head.last == id ? AppendOutcome::kAppended : AppendOutcome::kUnavailable;
  }

  Result<LogBlock> block_of(Sequence sequence) override {
    const std::unique_ptr<View> view = store_.view();
    TALLY_ASSIGN(const LogHead head, read_head(*view));
    const auto cursor = view->cursor(Family::kLog, Reading::kSeeks);
    cursor->seek_for_previous(sequence_key(sequence));
    TALLY_TRY(cursor->status());
    if (!cursor->valid() || cursor->key().size() != 8 || sequence.value >= head.size.count) {
      return damaged(fmt::format("the log is damaged: event {} is missing", sequence.value));
    }
    LogBlock block;
    block.first = sequence_at(cursor->key(), 0);
    block.events = cursor->value();
    TALLY_ASSIGN(block.count, StoreBlockCursor::count_frames(block));
    if (sequence.value - block.first.value >= block.count) {
      return damaged(fmt::format("the log is damaged: event {} is missing", sequence.value));
    }
    TALLY_ASSIGN(auto details, view->get(Family::kDetails, cursor->key()));
    if (details) block.details = std::move(*details);
    ++blocks_read_;
    return block;
  }

  Result<std::unique_ptr<BlockCursor>> read(Sequence from) override {
    std::unique_ptr<View> view = store_.view();
    TALLY_ASSIGN(const LogHead head, read_head(*view));
    return std::unique_ptr<BlockCursor>(
        std::make_unique<StoreBlockCursor>(std::move(view), from, head.size, blocks_read_));
  }

  std::uint64_t blocks_read() const override { return blocks_read_; }

 private:
  // Writes the blocks of details again without those of the erased events, and notes that what they
  // replace must be purged.
  Result<void> erase(const std::vector<Sequence>& erased, Batch& all) {
    const std::unique_ptr<View> view = store_.view();
    const auto cursor = view->cursor(Family::kDetails, Reading::kSeeks);
    std::map<Sequence, std::string> blocks;
    for (const Sequence event : erased) {
      cursor->seek_for_previous(sequence_key(event));
      TALLY_TRY(cursor->status());
      if (!cursor->valid() || cursor->key().size() != 8) {
        return damaged(fmt::format("event {} has no details to erase", event.value));
      }
      const Sequence first = sequence_at(cursor->key(), 0);
      std::string& bytes = blocks.try_emplace(first, cursor->value()).first->second;
      TALLY_ASSIGN(bytes, without_details(first, bytes, event));
    }
    TALLY_ASSIGN(const auto under_way, view->get(Family::kMeta, kErasingKey));
    std::string erasing = under_way.value_or("");
    for (const auto& [first, bytes] : blocks) {
      const std::string key = sequence_key(first);
      TALLY_TRY(bytes.empty() ? all.remove(Family::kDetails, key)
                              : all.put(Family::kDetails, key, bytes));
      base::put_varint(erasing, first.value);
    }
    return all.put(Family::kMeta, kErasingKey, erasing);
  }

  static Result<void> put_blocks(const LogBatch& batch, Batch& all) {
    for (const LogBlock& block : batch.blocks) {
      const std::string key = sequence_key(block.first);
      TALLY_TRY(all.put(Family::kLog, key, block.events));
      if (!block.details.empty()) TALLY_TRY(all.put(Family::kDetails, key, block.details));
    }
    return {};
  }

  Store& store_;
  std::atomic<std::uint64_t> blocks_read_{0};
};

}  // namespace

std::uint64_t LogBatch::count() const {
  std::uint64_t sum = 0;
  for (const LogBlock& block : blocks) sum += block.count;
  return sum;
}

std::unique_ptr<LogStore> make_store_log(Store& store) { return std::make_unique<StoreLog>(store); }

}  // namespace tally::store
