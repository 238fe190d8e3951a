#pragma once

// The live feed (server-sent events): every event from a sequence on, each once and in order, first
// from the log and then as they are recorded.  What was recorded lately is read and written as JSON
// once for all readers; who is further behind reads the log.

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/site.h"
#include "service/wake.h"

namespace tally::service {

// Some events, one after the other, as the stream has them.
struct FeedPiece {
  std::uint64_t first = 0;  // the first event's sequence
  std::string text;
  std::vector<std::size_t> ends;  // of each event within the text

  std::uint64_t next() const { return first + ends.size(); }
  // What stands from an event on, which it holds.
  std::string_view from(std::uint64_t sequence) const;
};

// Events from a sequence on, as many as make up a piece; none where there are none.
Result<FeedPiece> read_piece(const Ledger& ledger, std::uint64_t from, std::size_t bytes);

// Of the I/O thread, but for what it reads.
class Feed {
 public:
  Feed(Site& site, asio::io_context& io, asio::thread_pool& pool);

  // A reader that waits.
  class Reader {
   public:
    explicit Reader(Feed& feed);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    Wake& wake() { return wake_; }

   private:
    Feed& feed_;
    Wake wake_;
    std::list<Reader*>::iterator place_;
  };

  // Something has been recorded.
  void recorded();
  // Lets go of what is kept: something in it has been erased.
  void forget();
  // Wakes all readers, who look for themselves why.
  void wake_all();
  // Whether an event is being read right now, and all readers will be woken.
  bool is_coming(std::uint64_t sequence) const { return is_reading_ && sequence == next_; }
  // The piece with an event, where it was recorded lately.
  std::shared_ptr<const FeedPiece> recent(std::uint64_t sequence) const;

 private:
  asio::awaitable<void> read_new();
  void drop_old();

  Site& site_;
  asio::io_context& io_;
  asio::thread_pool& pool_;
  std::list<Reader*> readers_;
  std::deque<std::shared_ptr<const FeedPiece>> pieces_;  // without a gap
  std::size_t bytes_ = 0;                                // of the pieces
  std::uint64_t next_ = 0;                               // the event that comes after them
  bool is_reading_ = false;
  std::uint64_t forgotten_ = 0;  // how often
};

}  // namespace tally::service
