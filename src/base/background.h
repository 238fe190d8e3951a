#pragma once

// Work that must not slow down what others wait for.

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <utility>

namespace tally::base {

// How far a thread, and those that it starts, gives way to others of this process and of the
// machine.  Alone, it is as fast as any.
enum class GivesWay {
  kMostly,      // takes a small part where processors are short
  kAltogether,  // takes next to nothing then, and a thread that wakes never waits for it
};

// Runs `work` on a thread of its own and waits for it.
template <typename Work>
auto in_background(GivesWay gives_way, Work work) {
  return std::async(std::launch::async,
                    [gives_way, &work] {
                      constexpr int kNiceness = 10;
                      // Refused or not, the work is done all the same.
                      if (gives_way == GivesWay::kMostly) {
                        static_cast<void>(
                            ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness));
                      } else {
                        const sched_param none{};
                        static_cast<void>(::sched_setscheduler(::gettid(), SCHED_IDLE, &none));
                      }
                      return work();
                    })
      .get();
}

}  // namespace tally::base
