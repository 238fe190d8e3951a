#include "ledger/event_recorder.h"

#include <fmt/format.h>

#include "base/try.h"
#include "codec/details.h"
#include "merkle/sha256.h"
#include "tally/limits.h"

namespace tally::ledger {
namespace {

constexpr std::size_t kSaltsAtOnce = 64;
// A submission of so many events is worth a thread.
constexpr std::uint64_t kRecordedByCaller = 4'096;
constexpr std::size_t kEventsPerHandover = 512;
constexpr std::size_t kHandoversWaiting = 8;

}  // namespace

std::string_view Salts::next() {
  if (used_ == fetched_.size()) {
    fetched_.resize(kSaltsAtOnce * store::kSaltBytes);
    environment_.random({reinterpret_cast<std::uint8_t*>(fetched_.data()), fetched_.size()});
    used_ = 0;
  }
  const std::string_view salt(fetched_.data() + used_, store::kSaltBytes);
  used_ += store::kSaltBytes;
  return salt;
}

EventRecorder::~EventRecorder() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<void> EventRecorder::record(DecidedEvent& decided) {
  Event& event = decided.event;
  const std::string details = codec::encode_details(event.entry);
  std::string_view salt;
  if (!details.empty()) {
    salt = salts_.next();
    event.details_digest = merkle::sha256({salt, details});
  }
  const std::string_view bytes = encoder_.encode(event);
  if (bytes.size() > limits::kEventBytes) {
    return Error{ErrorCode::kTooLarge,
                 fmt::format("the entry makes an event of {} bytes; an event has at most {}",
                             bytes.size(), limits::kEventBytes),
                 std::string(decided.file), decided.line, event.entry.id};
  }
  draft_.add(event.sequence, bytes);
  if (!details.empty()) draft_.add_details(salt, details);
  if (const auto* erasure = std::get_if<Erasure>(&event.entry.content)) {
    return draft_.erase_details(erasure->erases);
  }
  return {};
}

Result<void> EventRecorder::add(DecidedEvent decided) {
  if (++taken_ <= kRecordedByCaller) return record(decided);
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  filling_.push_back(std::move(decided));
  if (filling_.size() < kEventsPerHandover) return {};
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < kHandoversWaiting; });
  waiting_.push_back(std::move(filling_));
  filling_ = {};
  filling_.reserve(kEventsPerHandover);
  lock.unlock();
  changed_.notify_all();
  return {};
}

Result<void> EventRecorder::settle() {
  if (!thread_.joinable()) return {};
  std::unique_lock lock(mutex_);
  if (!filling_.empty()) waiting_.push_back(std::move(filling_));
  filling_ = {};
  changed_.notify_all();
  changed_.wait(lock, [this] { return waiting_.empty() && !busy_; });
  if (!outcome_.ok()) return Error(outcome_.error());
  return {};
}

void EventRecorder::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !waiting_.empty() || stopped_; });
    if (stopped_) return;
    std::vector<DecidedEvent> events = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    const bool sound = outcome_.ok();
    lock.unlock();
    changed_.notify_all();
    Result<void> outcome;
    // After the first refusal nothing more goes into the draft, which will be dropped.
    for (std::size_t i = 0; sound && outcome.ok() && i < events.size(); ++i) {
      outcome = record(events[i]);
    }
    lock.lock();
    if (!outcome.ok()) outcome_ = std::move(outcome);
    busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace tally::ledger
