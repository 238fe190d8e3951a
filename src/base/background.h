#pragma once

// Work that must not slow down what others wait for.

#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <utility>

namespace tally::base {

// Runs `work` on a thread of its own that gives way to others of this process and of the machine
// (threads that it starts give way too), and waits for it.  Alone, it is as fast as any.
template <typename Work>
auto in_background(Work work) {
  constexpr int kNiceness = 10;
  return std::async(std::launch::async,
                    [&work] {
                      // Refused or not, the work is done all the same.
                      static_cast<void>(
                          ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness));
                      return work();
                    })
      .get();
}

}  // namespace tally::base
