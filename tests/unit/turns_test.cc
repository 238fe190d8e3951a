// How threads take turns at the one commit path (ledger/turns.h).

#include "ledger/turns.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "support/catch.h"
#include "support/random.h"

namespace tally::ledger {
namespace {

using namespace std::chrono_literals;

struct Work {
  int thread = 0;
  int number = 0;
  bool joins = true;
  int done = 0;
};

// Does what it is given, and looks that nobody else does so at the same time.
class Worker {
 public:
  void operator()(Turns<Work>::Group& group) {
    overlapped_ = overlapped_ || at_work_.exchange(true);
    const auto joins = [&](const Work& next) { return group.first().joins && next.joins; };
    for (Work* work = &group.first(); work != nullptr; work = group.next(joins)) {
      ++work->done;
      order_.push_back(*work);
    }
    sizes_.push_back(group.size());
    at_work_ = false;
  }
  bool overlapped() const { return overlapped_; }
  const std::vector<Work>& order() const { return order_; }
  const std::vector<std::size_t>& sizes() const { return sizes_; }

 private:
  std::atomic<bool> at_work_ = false;
  bool overlapped_ = false;
  std::vector<Work> order_;
  std::vector<std::size_t> sizes_;
};

TEST_CASE("All that many threads bring is done once, by one at a time, in the order of each") {
  constexpr int kThreads = 8;
  constexpr int kTurns = 300;
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  Turns<Work> turns(100us);
  Worker worker;
  std::atomic<int> not_done = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      testing::Random random(testing::test_seed() + static_cast<std::uint64_t>(thread));
      int number = 0;
      for (int turn = 0; turn < kTurns; ++turn) {
        std::vector<Work> mine(1 + random.below(4));
        for (Work& work : mine) work = {thread, number++, random.below(8) != 0, 0};
        turns.take(std::span(mine), [&](auto& group) { worker(group); });
        for (const Work& work : mine) not_done += work.done == 1 ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  CHECK(not_done == 0);
  CHECK_FALSE(worker.overlapped());
  std::vector<int> next(kThreads);
  bool in_order = true;
  for (const Work& work : worker.order()) {
    in_order = in_order && work.number == next[static_cast<std::size_t>(work.thread)]++;
  }
  CHECK(in_order);
}

TEST_CASE("What comes while a group is being done joins it, unless one of them stands alone") {
  struct Row {
    bool first_joins;
    bool second_joins;
    std::vector<std::size_t> sizes;
  };
  for (const Row& row : {Row{true, true, {2}}, Row{true, false, {1, 1}}, Row{false, true, {1, 1}},
                         Row{false, false, {1, 1}}}) {
    Turns<Work> turns(0us);
    Worker worker;
    std::atomic<bool> began = false;
    std::thread first([&] {
      Work mine{0, 0, row.first_joins, 0};
      turns.take(std::span(&mine, 1), [&](auto& group) {
        began = true;
        bool second_came = false;
        const auto look = [&](const Work&) {
          second_came = true;
          return false;
        };
        while (!second_came) static_cast<void>(group.next(look));
        worker(group);
      });
    });
    while (!began) std::this_thread::yield();
    Work mine{1, 0, row.second_joins, 0};
    turns.take(std::span(&mine, 1), [&](auto& group) { worker(group); });
    first.join();
    CAPTURE(row.first_joins, row.second_joins);
    CHECK(worker.sizes() == row.sizes);
    CHECK(mine.done == 1);
  }
}

TEST_CASE("Whoever was answered together is waited for, and who was alone waits for nobody") {
  Turns<Work> turns(1h);
  Worker worker;
  const auto take = [&](std::span<Work> mine) {
    turns.take(mine, [&](auto& group) { worker(group); });
  };
  Work one;
  std::vector<Work> many(8);
  take(many);  // its own are not of others
  take(std::span(&one, 1));
  CHECK(worker.sizes() == std::vector<std::size_t>{8, 1});

  // Two that were answered together find each other again, however late the second comes.
  std::atomic<bool> began = false;
  std::thread second([&] {
    Work mine;
    while (!began) std::this_thread::yield();
    turns.take(std::span(&mine, 1), [&](auto& group) { worker(group); });
    std::this_thread::sleep_for(50ms);
    turns.take(std::span(&mine, 1), [&](auto& group) { worker(group); });
  });
  turns.take(std::span(&one, 1), [&](auto& group) {
    began = true;
    while (group.next([](const Work&) { return true; }) == nullptr) std::this_thread::yield();
  });
  take(std::span(&one, 1));
  second.join();
  CHECK(worker.sizes() == std::vector<std::size_t>{8, 1, 2});
}

}  // namespace
}  // namespace tally::ledger
