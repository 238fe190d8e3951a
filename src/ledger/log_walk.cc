#include "ledger/log_walk.h"

#include <fmt/format.h>

#include "base/try.h"
#include "ledger/event_reader.h"
#include "merkle/sha256.h"
#include "projection/damage.h"

namespace tally::ledger {
namespace {

// So many blocks are taken apart together, and so many such pieces at the same time: enough that no
// processor waits, and few megabytes.
constexpr std::size_t kBlocksOfPiece = 8;
constexpr std::size_t kPiecesAhead = 3;

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

std::vector<Result<store::LogBlock>> read_piece(store::BlockCursor& blocks) {
  std::vector<Result<store::LogBlock>> piece;
  while (piece.size() < kBlocksOfPiece) {
    auto block = blocks.next();
    if (!block.ok()) {
      piece.emplace_back(block.take_error());
      break;
    }
    if (!*block) break;
    piece.emplace_back(std::move(**block));
  }
  return piece;
}

void take_piece_apart(std::vector<Result<store::LogBlock>>& piece,
                      std::vector<LogWalk::Step>& steps) {
  for (Result<store::LogBlock>& block : piece) {
    Result<void> read = block.ok() ? LogWalk::take_apart(*block, steps) : block.take_error();
    if (read.ok()) continue;
    steps.emplace_back().sound = std::move(read);
    break;
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
    : blocks_(std::move(blocks)), ahead_(ahead) {
  for (std::size_t i = 0; i < (ahead ? kPiecesAhead : 1); ++i) prepare({});
}

// Blocks are read in their order here, and taken apart in any.
void LogWalk::prepare(std::vector<Step> done) {
  prepared_.push_back(std::async(ahead_ ? std::launch::async : std::launch::deferred,
                                 [piece = read_piece(*blocks_), steps = std::move(done)]() mutable {
                                   steps.clear();
                                   take_piece_apart(piece, steps);
                                   return std::move(steps);
                                 }));
}

std::vector<LogWalk::Step> LogWalk::next(std::vector<Step> done) {
  std::vector<Step> steps = prepared_.front().get();
  prepared_.pop_front();
  prepare(std::move(done));
  return steps;
}

}  // namespace tally::ledger
