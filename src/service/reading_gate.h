#pragma once

// Lets long readings and erasures pass by turns.  An erasure is complete once no file holds the
// text, and a reading holds on to what it reads; one that took minutes would make the erasure fail.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace tally::service {

class ReadingGate {
 public:
  // Held while something is read that may take long.
  class Pass {
   public:
    explicit Pass(ReadingGate& gate) : gate_(gate) {
      std::unique_lock lock(gate_.mutex_);
      gate_.changed_.wait(lock, [&] { return !gate_.closed_; });
      ++gate_.readers_;
    }
    ~Pass() {
      const std::lock_guard lock(gate_.mutex_);
      --gate_.readers_;
      gate_.changed_.notify_all();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    ReadingGate& gate_;
  };

  // Lets no new reading begin, and waits for those under way; false where they take too long, and
  // the gate is open again.
  bool close(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    closed_ = true;
    if (changed_.wait_for(lock, patience, [&] { return readers_ == 0; })) return true;
    closed_ = false;
    changed_.notify_all();
    return false;
  }
  // Whether whoever closes it waits: what may take long could give way.
  bool is_wanted() {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint32_t readers_ = 0;
  bool closed_ = false;
};

}  // namespace tally::service
