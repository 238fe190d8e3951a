// Work that gives way to others (base/background.h).

#include "base/background.h"

#include <sched.h>
#include <sys/resource.h>

#include <future>
#include <utility>

#include "support/catch.h"

namespace tally {
namespace {

using base::GivesWay;

// How the calling thread is scheduled: the policy, and how nice it is.
std::pair<int, int> scheduled() {
  return {::sched_getscheduler(0), ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()))};
}

std::pair<int, int> scheduled_beside() { return std::async(std::launch::async, scheduled).get(); }

TEST_CASE("Background work gives way as far as it says, and so does every thread that it starts") {
  const auto here = scheduled();
  CHECK(base::in_background(GivesWay::kAltogether, scheduled).first == SCHED_IDLE);
  CHECK(base::in_background(GivesWay::kAltogether, scheduled_beside).first == SCHED_IDLE);
  CHECK(base::in_background(GivesWay::kMostly, scheduled) >= std::pair(SCHED_OTHER, 10));
  CHECK(base::in_background(GivesWay::kMostly, scheduled_beside) >= std::pair(SCHED_OTHER, 10));
  CHECK(scheduled() == here);
}

}  // namespace
}  // namespace tally
