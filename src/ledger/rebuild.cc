#include "ledger/rebuild.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/background.h"
#include "base/stopwatch.h"
#include "base/try.h"
#include "ledger/event_reader.h"
#include "ledger/log_walk.h"
#include "projection/damage.h"
#include "projection/tree.h"
#include "store/large_batch.h"

namespace tally::ledger {
namespace {

// So many events are folded in memory and then written: with what they refer to and the accounts, a
// gigabyte at most.
constexpr std::uint64_t kEventsAtOnce = 400'000;
constexpr std::uint64_t kProgressEvery = 16'384;
// A rebuild that gives way altogether goes on so while so many times fewer events are appended than
// it folds; how that stands is known after a second.
constexpr std::uint64_t kFarFewer = 4;
constexpr std::chrono::seconds kLong(1);

Result<Event> event_at(store::LogStore& log, Sequence sequence) {
  TALLY_ASSIGN(const store::LogBlock block, log.block_of(sequence));
  store::BlockReader frames(block.first, block.events);
  for (;;) {
    TALLY_ASSIGN(const auto frame, frames.next());
    if (!frame) break;
    if (frame->sequence == sequence) return decode_with_details(sequence, frame->event, nullptr);
  }
  return projection::damaged(
      fmt::format("the log is damaged: event {} is missing", sequence.value));
}

Result<void> followed(const Refold& refold, const Result<void>& added) {
  if (added.ok()) return {};
  return projection::damaged(fmt::format("event {}: {}; run `tally verify`", refold.refused().value,
                                         added.error().message));
}

}  // namespace

// What is folded and then written in one batch.
struct Rebuild::Piece {
  Sequence begin;
  LogSize size;  // of the log, when it was begun
  std::optional<base::GivesWay> gives_way;
  base::Stopwatch watch;
};

// What is there already is gone on with where the builders of this program have written it.
Result<projection::Head> Rebuild::begin() {
  TALLY_ASSIGN(built_, store_.building());
  Result<projection::Head> head = projection::Head::read(*built_->view());
  if (head.ok()) return head;
  if (head.error().code == ErrorCode::kIo) return head;
  built_.reset();
  TALLY_TRY(store_.discard_building());
  TALLY_ASSIGN(built_, store_.building());
  return projection::Head();
}

Result<bool> Rebuild::catch_up(std::uint64_t leave, bool beside) {
  if (built_ == nullptr) TALLY_TRY(begin());
  for (;;) {
    std::unique_ptr<store::View> view = built_->view();
    TALLY_ASSIGN(const projection::Head head, projection::Head::read(*view));
    TALLY_ASSIGN(const LogSize size, log_.size());
    if (head.size > size) {
      return projection::damaged(
          fmt::format("what was built before is of {} events, and the log has {}", head.size.count,
                      size.count));
    }
    if (size.count - head.size.count <= leave) return true;
    if (stopped()) return false;
    Piece piece{Sequence{head.size.count}, size, std::nullopt, {}};
    if (beside) {
      piece.gives_way = is_outgrown_ ? base::GivesWay::kMostly : base::GivesWay::kAltogether;
    }
    TALLY_TRY(fold(std::move(view), head, piece));
  }
}

Result<Refold> Rebuild::refold_from(const store::View& view, const projection::Head& head) {
  const auto posting = parallel(options_) ? Refold::Posting::kBeside : Refold::Posting::kBefore;
  if (head.size.count == 0) return Refold(posting);
  TALLY_ASSIGN(Event first, event_at(log_, Sequence{0}));
  auto* opened = std::get_if<LedgerOpened>(&first.entry.content);
  if (opened == nullptr) return projection::damaged("the log does not begin with `ledger-opened`");
  std::vector<std::string> vkeys = {opened->vkey};
  for (const Sequence rotation : head.rotations) {
    TALLY_ASSIGN(const Event event, event_at(log_, rotation));
    if (const auto* rotated = std::get_if<KeyRotated>(&event.entry.content)) {
      vkeys.push_back(rotated->new_vkey);
    }
  }
  std::vector<VerifierKey> keys;
  for (const std::string& vkey : vkeys) {
    TALLY_ASSIGN(keys.emplace_back(), VerifierKey::parse(vkey));
  }
  return Refold(posting, view, head, std::move(*opened), std::move(keys));
}

bool Rebuild::parallel(const ReplayOptions& options) {
  return options.threads != 1 && std::thread::hardware_concurrency() > 1;
}

Result<void> Rebuild::fold(std::unique_ptr<store::View> view, const projection::Head& head,
                           const Piece& piece) {
  const auto fold = [&] { return fold_into_batch(std::move(view), head, piece); };
  TALLY_ASSIGN(std::unique_ptr<store::Batch> batch,
               piece.gives_way ? base::in_background(*piece.gives_way, fold) : fold());
  // Taken in by a thread that gives way to nobody, since all who commit wait for it.
  TALLY_TRY(built_->commit(std::move(batch)));
  TALLY_ASSIGN(is_outgrown_, is_outgrown(piece));
  return {};
}

// Folds the next events, as many as are held in memory at once, and writes what they give.
Result<std::unique_ptr<store::Batch>> Rebuild::fold_into_batch(std::unique_ptr<store::View> view,
                                                               const projection::Head& head,
                                                               const Piece& piece) {
  if (refold_ && refold_->at() == piece.begin) {
    refold_->go_on(*view);
  } else {
    refold_.reset();  // which first waits for what it is still posting
    TALLY_ASSIGN(refold_, refold_from(*view, head));
  }
  TALLY_ASSIGN(merkle::Frontier frontier, projection::TreeReader(*view).frontier(head.size));
  projection::TreeChanges tree(std::move(frontier));
  Result<void> folded = fold_events(tree, piece);
  if (!folded.ok()) {
    refold_.reset();  // which first waits for what is still being posted on top of the view
    return folded.take_error();
  }
  TALLY_TRY(followed(*refold_, refold_->finish()));
  const bool large = refold_->at().value - piece.begin.value > store::kLargeBatchEvents;
  TALLY_ASSIGN(std::unique_ptr<store::Batch> batch, built_->begin(large));
  TALLY_TRY(refold_->changes().write(tree, *batch));
  // The view goes: a large batch is taken in at less cost where nobody reads what was there before.
  return batch;
}

Result<void> Rebuild::fold_events(projection::TreeChanges& tree, const Piece& piece) {
  Refold& refold = *refold_;
  const std::uint64_t end = std::min(piece.size.count, piece.begin.value + kEventsAtOnce);
  TALLY_ASSIGN(auto blocks, log_.read(piece.begin));
  LogWalk walk(std::move(blocks), parallel(options_));
  bool going = true;
  std::vector<LogWalk::Step> steps;
  while (going && refold.at().value < end) {
    steps = walk.next(std::move(steps));
    if (steps.empty()) return projection::damaged("the log ends before its head");
    for (std::size_t i = 0; i < steps.size(); ++i) {
      LogWalk::Step& step = steps[i];
      if (!step.sound.ok()) return std::move(step.sound);
      if (step.event.sequence < refold.at()) continue;  // of the block that was begun with
      if (!going || refold.at().value == end) break;
      if (i + Refold::kAhead < steps.size()) refold.expect(steps[i + Refold::kAhead].event);
      TALLY_TRY(followed(refold, refold.add(step.event)));
      tree.append(step.leaf);
      if (refold.at().value % kProgressEvery != 0) continue;
      if (options_.progress) options_.progress(refold.at().value, piece.size.count);
      going = !stopped();
    }
    if (piece.gives_way != base::GivesWay::kAltogether || piece.watch.elapsed() < kLong) continue;
    TALLY_ASSIGN(const bool outgrown, is_outgrown(piece));
    going = going && !outgrown;
  }
  return {};
}

// Whether so much was appended since the piece was begun that, at this pace, the rebuild would
// hardly catch up.
Result<bool> Rebuild::is_outgrown(const Piece& piece) const {
  TALLY_ASSIGN(const LogSize size, log_.size());
  const std::uint64_t folded = refold_->at().value - piece.begin.value;
  return size.count - piece.size.count > folded / kFarFewer;
}

}  // namespace tally::ledger
