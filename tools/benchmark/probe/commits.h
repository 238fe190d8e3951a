#pragma once

// Single durable commits: a claim each, with every rule, record and posting.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "report.h"
#include "tally/ledger.h"
#include "tally/result.h"

namespace tally::bench {

struct Commits {
  std::string ledger;         // made by tally-workload
  std::uint64_t writers = 1;  // threads of one process, each with one claim at a time
  std::uint64_t span_ms = 1'000;
};

// Threads that append claims to a ledger, one after the other, until they are stopped.
class Appending {
 public:
  // The ledger must outlive it.
  static Result<std::unique_ptr<Appending>> start(Ledger& ledger, std::uint64_t writers);
  ~Appending() { join(); }
  Appending(const Appending&) = delete;
  Appending& operator=(const Appending&) = delete;

  // How many claims they appended.
  Result<std::uint64_t> stop();

 private:
  // What one of them did: how many claims, or why it stopped.
  struct Written {
    std::uint64_t claims = 0;
    std::optional<Error> error;
  };

  explicit Appending(std::uint64_t writers) : written_(writers) {}
  void append(Ledger& ledger, Sequence head, std::uint64_t writer);
  void join();

  std::atomic<bool> stop_ = false;
  std::vector<Written> written_;
  std::vector<std::thread> threads_;
};

// `commits`, and the nanoseconds that they took.
Result<void> measure_commits(const Commits& commits, Report& report);

}  // namespace tally::bench
