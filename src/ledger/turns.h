#pragma once

// Threads that bring work, of which one works at a time.  Who finds nobody at work does its own,
// and that of others that waits behind it; then the thread whose work stands first goes on.  Each
// thread sleeps on a condition of its own and is woken once, when there is something for it to do:
// were all woken whenever something is done, threads that switch would be most of the cost.  (Nor
// is it a std::semaphore: libstdc++'s yields the processor again and again before it sleeps.)

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace tally::ledger {

template <typename Work>
class Turns {
  struct Thread;
  struct Place {
    Work* work;
    std::shared_ptr<Thread> thread;
  };

 public:
  // What is done together: the work that stands first, and what joins it for as long as it is open.
  class Group {
   public:
    explicit Group(Turns& turns) : turns_(turns), first_(turns.first()) {}
    Work& first() const { return *first_; }
    // What stands next, where there is such work by now and `joins(work)` says so; else nothing.
    // Threads that had their answer a moment ago mostly bring more at once, and are waited for, in
    // all as long as the patience lasts: else the first of them would be a group of its own, each
    // time.
    template <typename Joins>
    Work* next(const Joins& joins) {
      std::unique_lock lock(turns_.mutex_);
      const auto waits = [&] { return turns_.queue_.size() > size_; };
      if (!waits() && size_ <= turns_.expected_) {
        const bool begins_to_wait = patience_ends_ == Clock::time_point();
        if (begins_to_wait) patience_ends_ = Clock::now() + turns_.patience_;
        turns_.arrived_.wait_until(lock, patience_ends_, waits);
      }
      if (!waits() || !joins(*turns_.queue_[size_].work)) return nullptr;
      return turns_.queue_[size_++].work;
    }
    std::size_t size() const { return size_; }

   private:
    using Clock = std::chrono::steady_clock;

    Turns& turns_;
    Work* first_;
    std::size_t size_ = 1;
    Clock::time_point patience_ends_;
  };

  explicit Turns(std::chrono::microseconds patience) : patience_(patience) {}

  // Does `mine`, in this order, after what came before it; returns once all of it is done, by this
  // thread or another.  `perform(group)` does a group.
  template <typename Perform>
  void take(std::span<Work> mine, const Perform& perform) {
    if (mine.empty()) return;
    // Shared: whoever wakes this thread may still hold it when the thread has gone on.
    const auto self = std::make_shared<Thread>();
    if (!begins(mine, self)) {
      self->wait();
      if (self->undone == 0) return;
    }
    // What is ours stands first, in one piece.
    while (self->undone > 0) {
      Group group(*this);
      perform(group);
      take_out(group.size(), *self);
    }
    hand_on();
  }

 private:
  struct Thread {
    void wait() {
      std::unique_lock lock(mutex);
      condition.wait(lock, [this] { return called; });
    }
    void wake() {
      const std::lock_guard lock(mutex);
      called = true;
      condition.notify_one();
    }
    // Written by the thread at work.  The thread that it counts for looks once it is called.
    std::size_t undone = 0;
    std::mutex mutex;
    std::condition_variable condition;
    bool called = false;  // guarded by mutex
  };

  // Queues; says whether the thread is now at work.
  bool begins(std::span<Work> mine, const std::shared_ptr<Thread>& self) {
    self->undone = mine.size();
    const std::lock_guard lock(mutex_);
    for (Work& work : mine) queue_.push_back({&work, self});
    arrived_.notify_one();
    return !std::exchange(at_work_, true);
  }

  Work* first() {
    const std::lock_guard lock(mutex_);
    return queue_.front().work;
  }

  void take_out(std::size_t count, const Thread& self) {
    const std::lock_guard lock(mutex_);
    std::size_t of_others = 0;
    for (; count > 0; --count) {
      std::shared_ptr<Thread> thread = std::move(queue_.front().thread);
      queue_.pop_front();
      --thread->undone;
      if (thread.get() == &self) continue;
      ++of_others;
      if (thread->undone == 0) done_.push_back(std::move(thread));
    }
    expected_ = of_others - of_others / 8;
  }

  // Whoever goes on is woken before those that have their answer.
  void hand_on() {
    std::shared_ptr<Thread> next;
    const auto done = std::exchange(done_, {});
    {
      const std::lock_guard lock(mutex_);
      at_work_ = !queue_.empty();
      if (at_work_) next = queue_.front().thread;
    }
    if (next != nullptr) next->wake();
    for (const auto& thread : done) thread->wake();
  }

  const std::chrono::microseconds patience_;
  std::mutex mutex_;
  std::deque<Place> queue_;  // guarded by mutex_
  bool at_work_ = false;     // guarded by mutex_
  std::condition_variable arrived_;
  std::size_t expected_ = 0;  // guarded by mutex_: most of what others had done last
  std::vector<std::shared_ptr<Thread>> done_;  // to be woken; of the thread at work
};

}  // namespace tally::ledger
