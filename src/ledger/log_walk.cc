#include "ledger/log_walk.h"

#include <fmt/format.h>

#include "base/try.h"
#include "ledger/event_reader.h"
#include "merkle/sha256.h"
#include "projection/damage.h"

namespace tally::ledger {
namespace {

constexpr std::size_t kBlocksAhead = 16;

Error fault_at(Sequence sequence, std::string_view what) {
  return projection::damaged(fmt::format("event {}: {}", sequence.value, what));
}

Result<void> check_details(const Event& event, const store::StoredDetails* details) {
  // Whether they were erased, only a later event tells.
  if (details == nullptr) return {};
  if (!event.details_digest) {
    return fault_at(event.sequence, "it has details, and no digest of them");
  }
  if (merkle::sha256({details->salt, details->text}) != *event.details_digest) {
    return fault_at(event.sequence, "its details are not those that were recorded");
  }
  return {};
}

void walk_blocks(store::BlockCursor& blocks, std::vector<LogWalk::Step>& steps) {
  for (std::size_t i = 0; i < kBlocksAhead; ++i) {
    auto block = blocks.next();
    if (block.ok() && !*block) break;
    Result<void> read =
        block.ok() ? LogWalk::take_apart(**block, steps) : Result<void>(block.take_error());
    if (!read.ok()) {
      steps.emplace_back().sound = std::move(read);
      break;
    }
  }
}

}  // namespace

Result<void> LogWalk::take_apart(const store::LogBlock& block, std::vector<Step>& steps) {
  TALLY_ASSIGN(const auto details, store::read_details(block.first, block.details));
  auto next_details = details.begin();
  store::BlockReader frames(block.first, block.events);
  for (;;) {
    TALLY_ASSIGN(const auto frame, frames.next());
    if (!frame) break;
    const store::StoredDetails* own = nullptr;
    if (next_details != details.end() && next_details->sequence == frame->sequence) {
      own = &(next_details++)->details;
    }
    TALLY_ASSIGN(Event event, decode_with_details(frame->sequence, frame->event, own));
    Result<void> sound = check_details(event, own);
    steps.push_back({std::move(event), merkle::leaf_hash_prefixed(frame->leaf), std::move(sound)});
  }
  if (next_details == details.end()) return {};
  return fault_at(next_details->sequence, "details of no event stand beside the log");
}

LogWalk::LogWalk(std::unique_ptr<store::BlockCursor> blocks, bool ahead)
    : blocks_(std::move(blocks)), ahead_(ahead), prepared_(prepare({})) {}

std::future<std::vector<LogWalk::Step>> LogWalk::prepare(std::vector<Step> done) {
  return std::async(ahead_ ? std::launch::async : std::launch::deferred,
                    [this, steps = std::move(done)]() mutable {
                      steps.clear();
                      walk_blocks(*blocks_, steps);
                      return std::move(steps);
                    });
}

std::vector<LogWalk::Step> LogWalk::next(std::vector<Step> done) {
  std::vector<Step> steps = prepared_.get();
  prepared_ = prepare(std::move(done));
  return steps;
}

}  // namespace tally::ledger
