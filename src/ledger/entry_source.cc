#include "ledger/entry_source.h"

#include <fmt/format.h>

#include "base/try.h"
#include "tally/limits.h"

namespace tally::ledger {
namespace {

// A submission of so many entries is worth a thread.  Before that nothing is read ahead, so that
// whoever types a wrong line is told at once.
constexpr std::uint64_t kReadOnCaller = 4'096;
constexpr std::size_t kEntriesPerBatch = 512;
constexpr std::size_t kBatchesReady = 8;

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

EntrySource::~EntrySource() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<std::optional<ReadEntry>> EntrySource::read_one(codec::EntryReader& reader) {
  for (;;) {
    TALLY_ASSIGN(std::optional<InputLine> line, lines_.next());
    if (!line) return std::optional<ReadEntry>();
    bytes_ += line->text.size() + 1;
    if (bytes_ > limits::kSubmissionBytes) {
      return Error{ErrorCode::kTooLarge,
                   fmt::format("a submission holds at most {} bytes; append the rest as another",
                               limits::kSubmissionBytes),
                   std::string(line->file),
                   line->number,
                   {}};
    }
    if (is_blank(line->text)) continue;
    if (line->text.ends_with('\r')) line->text.remove_suffix(1);
    if (files_.empty() || files_.back() != line->file) files_.emplace_back(line->file);
    return std::optional(ReadEntry{reader.read(line->text), files_.back(), line->number});
  }
}

Result<ReadEntry*> EntrySource::next() {
  if (next_in_current_ < current_.size()) return &current_[next_in_current_++];
  current_.clear();
  next_in_current_ = 0;
  if (handed_out_ < kReadOnCaller) {
    ++handed_out_;
    TALLY_ASSIGN(std::optional<ReadEntry> entry, read_one(reader_));
    if (!entry) return static_cast<ReadEntry*>(nullptr);
    current_.push_back(std::move(*entry));
    return &current_[next_in_current_++];
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { run_ahead(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || finished_; });
  if (ready_.empty()) {
    if (!finished_->ok()) return Error(finished_->error());
    return static_cast<ReadEntry*>(nullptr);
  }
  current_ = std::move(ready_.front());
  ready_.pop_front();
  lock.unlock();
  changed_.notify_all();
  return &current_[next_in_current_++];
}

void EntrySource::run_ahead() {
  codec::EntryReader reader(year_start_);
  for (bool more = true; more;) {
    Batch batch;
    batch.reserve(kEntriesPerBatch);
    Result<void> end;
    while (more && batch.size() < kEntriesPerBatch) {
      Result<std::optional<ReadEntry>> entry = read_one(reader);
      if (!entry.ok()) {
        end = entry.take_error();
        more = false;
      } else if (!*entry) {
        more = false;
      } else {
        // Nothing after a wrong line is wanted.
        more = (*entry)->parsed.ok();
        batch.push_back(std::move(**entry));
      }
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ready_.size() < kBatchesReady || stopped_; });
    if (stopped_) return;
    if (!batch.empty()) ready_.push_back(std::move(batch));
    if (!more) finished_ = std::move(end);
    lock.unlock();
    changed_.notify_all();
  }
}

}  // namespace tally::ledger
