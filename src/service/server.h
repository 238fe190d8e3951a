#pragma once

// What the connections of one service share: its threads, its limits, and who is connected.  All of
// it is of the I/O thread, but for what says otherwise.

#include <boost/asio/basic_socket_acceptor.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "service/append_queue.h"
#include "service/feed.h"
#include "service/site.h"
#include "service/transport.h"

namespace tally::service {

class Connection;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

// A part of the memory that bodies and long answers share.
class MemoryShare {
 public:
  MemoryShare(Gauge& used, std::uint64_t most) : used_(used), most_(most) {}
  ~MemoryShare() { used_ -= bytes_; }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  // Makes it this large; false, and as it was, where there is not so much left.
  bool resize(std::uint64_t bytes) {
    if (bytes > bytes_ && used_.load() + (bytes - bytes_) > most_) return false;
    used_ += bytes - bytes_;
    bytes_ = bytes;
    return true;
  }

 private:
  Gauge& used_;
  const std::uint64_t most_;
  std::uint64_t bytes_ = 0;
};

// Work under way on a pool, of which only so much may wait.
struct WorkPool {
  WorkPool(std::size_t threads, std::uint32_t most_waiting) : pool(threads), most(most_waiting) {}
  asio::thread_pool pool;
  const std::uint32_t most;
  std::uint32_t waiting = 0;
};

class Server {
 public:
  explicit Server(Site& site);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes connections at a socket that listens, with TLS where there is a context.
  void listen(int socket, TlsContext* tls);
  // The ledger is open: submissions are taken from now on.
  void begin_appending();
  // Runs until somebody calls `stop` and what was under way has come to its end.
  void run();
  // Does something on the I/O thread.  Any thread may call.
  void when_next(std::function<void()> task) { asio::post(io_, std::move(task)); }
  // What is to be ended, on the I/O thread, once it is asked to stop.
  void at_stop(std::function<void()> task) { at_stop_ = std::move(task); }
  // Takes no more requests; every one that is under way is answered.  Any thread may call.
  void stop();

  Site& site() { return site_; }
  asio::io_context& io() { return io_; }
  WorkPool& disk() { return disk_; }
  WorkPool& long_work() { return long_; }
  Feed& feed() { return feed_; }
  bool is_stopping() const { return is_stopping_; }
  bool push(std::shared_ptr<Submission> submission) {
    return queue_ != nullptr && queue_->push(std::move(submission));
  }
  std::string next_request_id();

  // Of connections that begin and end; false where one is one too many.
  bool enter(Connection& connection, const std::string& address);
  void leave(Connection& connection, const std::string& address);

 private:
  asio::awaitable<void> accept(std::shared_ptr<Acceptor> listener, TlsContext* tls);
  static asio::awaitable<void> serve(std::shared_ptr<Connection> connection);
  void take(Socket socket, TlsContext* tls);
  asio::awaitable<void> look_after();
  void begin_stop();
  void deliver(AppendQueue::Answered answered, std::optional<Sequence> head);

  Site& site_;
  asio::io_context io_{1};
  WorkPool disk_;
  WorkPool long_;
  Feed feed_;
  Wake stop_;
  std::vector<std::shared_ptr<Acceptor>> listeners_;
  std::set<Connection*> connections_;
  std::map<std::string, std::uint32_t> by_address_;
  std::function<void()> at_stop_;
  bool is_stopping_ = false;
  std::uint64_t requests_ = 0;
  std::string id_prefix_;
  std::unique_ptr<AppendQueue> queue_;
};

}  // namespace tally::service
