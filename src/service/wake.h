#pragma once

// How a coroutine of the I/O thread waits for what happens elsewhere.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace tally::service {

namespace asio = boost::asio;
using ErrorStatus = boost::system::error_code;

// Set once or again and again, and waited for by one.  Of the I/O thread.
class Wake {
 public:
  explicit Wake(asio::io_context& io) : timer_(io) {}

  void set() {
    is_set_ = true;
    timer_.cancel();
  }
  // Waits until it is set, or so long at most; whether it was, and it no longer is.
  asio::awaitable<bool> wait_for(std::chrono::milliseconds most) {
    if (!is_set_) {
      timer_.expires_after(most);
      co_await sleep();
    }
    const bool was_set = is_set_;
    is_set_ = false;
    co_return was_set;
  }
  asio::awaitable<void> wait() {
    while (!is_set_) {
      timer_.expires_at(std::chrono::steady_clock::time_point::max());
      co_await sleep();
    }
    is_set_ = false;
  }

 private:
  asio::awaitable<void> sleep() {
    ErrorStatus unused;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, unused));
  }

  asio::steady_timer timer_;
  bool is_set_ = false;
};

// Does work on a pool; the caller goes on, on the I/O thread, once it is done.  What the work
// refers to must live until the pool has been joined.
inline asio::awaitable<void> run_on(asio::thread_pool& pool, asio::io_context& io,
                                    std::function<void()> work) {
  const auto done = std::make_shared<Wake>(io);
  std::function<void()> told = [done] { done->set(); };
  std::function<void()> task = [work = std::move(work), told, &io] {
    work();
    asio::post(io, told);
  };
  asio::post(pool, task);
  co_await done->wait();
}

}  // namespace tally::service
