#include "service/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/try.h"
#include "service/access_log.h"

namespace tally::service {
namespace {

constexpr std::size_t kRecentBytes = 8 << 20;
constexpr std::uint64_t kMostEvents = 256;  // of a piece, however short they are

}  // namespace

std::string_view FeedPiece::from(std::uint64_t sequence) const {
  const std::uint64_t index = sequence - first;
  return std::string_view(text).substr(index == 0 ? 0 : ends[index - 1]);
}

Result<FeedPiece> read_piece(const Ledger& ledger, std::uint64_t from, std::size_t bytes) {
  FeedPiece piece;
  piece.first = from;
  EventQuery query;
  if (from > 0) query.after = Sequence{from - 1};
  query.limit = kMostEvents;
  const YearStart year_start = ledger.identity().year_start;
  TALLY_TRY(ledger.for_each_event(query, [&](const Event& event) {
    piece.text += fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.sequence.value,
                              type_name(event.entry.type()), to_json(event, year_start));
    piece.ends.push_back(piece.text.size());
    return piece.text.size() < bytes;
  }));
  return piece;
}

Feed::Feed(Site& site, asio::io_context& io, asio::thread_pool& pool)
    : site_(site), io_(io), pool_(pool) {}

Feed::Reader::Reader(Feed& feed) : feed_(feed), wake_(feed.io_) {
  if (feed_.readers_.empty() && !feed_.is_reading_) feed_.forget();
  place_ = feed_.readers_.insert(feed_.readers_.end(), this);
}

Feed::Reader::~Reader() { feed_.readers_.erase(place_); }

void Feed::wake_all() {
  for (Reader* reader : readers_) reader->wake().set();
}

void Feed::forget() {
  ++forgotten_;
  pieces_.clear();
  bytes_ = 0;
  if (!is_reading_) next_ = site_.head.load() + 1;
}

void Feed::recorded() {
  if (readers_.empty()) return forget();  // who comes later reads the log
  if (is_reading_) return;                // it goes on until nothing is left
  is_reading_ = true;
  asio::co_spawn(io_, read_new(), asio::detached);
}

// Reads what is not among the pieces yet, and wakes whoever waits for it.
asio::awaitable<void> Feed::read_new() {
  for (;;) {
    const std::uint64_t head = site_.head.load();
    const std::uint64_t from = next_;
    if (from > head || site_.ledger() == nullptr) break;
    const std::uint64_t forgotten = forgotten_;
    std::optional<Result<FeedPiece>> read;
    std::function<void()> work = [&] {
      read.emplace(read_piece(*site_.ledger(), from, site_.options.limits.stream_bytes));
    };
    co_await run_on(pool_, io_, work);
    if (!read->ok()) {
      log_failure({}, "reading for the live feed: " + read->error().message);
      break;
    }
    if ((*read)->ends.empty()) break;
    if (forgotten != forgotten_) continue;  // it may hold what has been erased meanwhile
    next_ = (*read)->next();
    bytes_ += (*read)->text.size();
    pieces_.push_back(std::make_shared<const FeedPiece>(std::move(**read)));
    drop_old();
    wake_all();
  }
  is_reading_ = false;
  wake_all();
}

void Feed::drop_old() {
  while (bytes_ > kRecentBytes && pieces_.size() > 1) {
    bytes_ -= pieces_.front()->text.size();
    pieces_.pop_front();
  }
}

std::shared_ptr<const FeedPiece> Feed::recent(std::uint64_t sequence) const {
  if (pieces_.empty() || sequence < pieces_.front()->first) return nullptr;
  const auto after = std::partition_point(
      pieces_.begin(), pieces_.end(), [&](const auto& piece) { return piece->next() <= sequence; });
  return after == pieces_.end() ? nullptr : *after;
}

}  // namespace tally::service
