#pragma once

// Submissions on their way to the writer.  One thread takes all that wait and submits them
// together, so that those that came while the disk was synced share the next sync.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "service/metrics.h"
#include "service/reading_gate.h"
#include "service/submission.h"

namespace tally::service {

class AppendQueue {
 public:
  // What has been answered together, and the head that it left.
  using Answered = std::vector<std::shared_ptr<Submission>>;
  using Deliver = std::function<void(Answered answered, std::optional<Sequence> head)>;

  // All must outlive the queue; `deliver` is called on its thread.
  AppendQueue(const Ledger& ledger, ReadingGate& gate, Metrics& metrics, std::size_t most,
              Deliver deliver);
  // Answers all that wait, and ends.
  ~AppendQueue();
  AppendQueue(const AppendQueue&) = delete;
  AppendQueue& operator=(const AppendQueue&) = delete;

  // False where too many wait already, or the queue is ending.
  bool push(std::shared_ptr<Submission> submission);

 private:
  void run();
  void answer(const Answered& taken);

  const Ledger& ledger_;
  ReadingGate& gate_;
  Metrics& metrics_;
  const std::size_t most_;
  const Deliver deliver_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Submission>> waiting_;  // guarded by mutex_
  bool ending_ = false;                              // guarded by mutex_
  std::thread thread_;
};

}  // namespace tally::service
