#include "ledger/event_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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

// The first event in order that something is wrong with is the one to tell of.
Result<void> EventRecorder::take(Handover& handover) {
  std::vector<DecidedEvent>& events = handover.events;
  Result<void> posted = draft_.changes().post(settings_, handover.lines);
  auto end = events.end();
  if (!posted.ok()) {
    end = std::find_if(events.begin(), events.end(), [&](const DecidedEvent& one) {
      return one.event.sequence == draft_.changes().refused();
    });
  }
  for (auto one = events.begin(); one != end; ++one) TALLY_TRY(record(*one));
  if (end == events.end()) return posted;
  Error error = posted.take_error();
  error.entry = end->event.entry.id;
  error.file = end->file;
  error.line = end->line;
  return error;
}

Result<void> EventRecorder::add(DecidedEvent decided) {
  TALLY_TRY(draft_.changes().fold_records(settings_, decided.event, filling_.lines));
  filling_.events.push_back(std::move(decided));
  if (++taken_ <= kRecordedByCaller) {
    Result<void> taken = take(filling_);
    filling_.events.clear();
    filling_.lines.clear();
    return taken;
  }
  if (filling_.events.size() < kEventsPerHandover) return {};
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < kHandoversWaiting; });
  waiting_.push_back(std::exchange(filling_, {}));
  filling_.events.reserve(kEventsPerHandover);
  lock.unlock();
  changed_.notify_all();
  return {};
}

Result<void> EventRecorder::settle() {
  if (thread_.joinable()) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.empty() && !busy_; });
    if (!outcome_.ok()) return Error(outcome_.error());
  }
  Result<void> rest = take(filling_);
  filling_ = {};
  if (rest.ok()) draft_.changes().note_counts();
  return rest;
}

void EventRecorder::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !waiting_.empty() || stopped_; });
    if (stopped_) return;
    Handover handover = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    // After the first refusal nothing more goes into the draft, which will be dropped.
    const bool sound = outcome_.ok();
    lock.unlock();
    changed_.notify_all();
    Result<void> outcome = sound ? take(handover) : Result<void>();
    lock.lock();
    if (!outcome.ok()) outcome_ = std::move(outcome);
    busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace tally::ledger
