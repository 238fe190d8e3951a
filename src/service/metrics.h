#pragma once

// What the service counts, and its text for Prometheus (exposition format 0.0.4).

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace tally::service {

// How often something took how long, or was how large.  Any thread may add.
class Histogram {
 public:
  static constexpr std::size_t kBuckets = 14;
  using Bounds = std::array<double, kBuckets>;
  static constexpr Bounds kSeconds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                      0.025,  0.05,    0.1,    0.25,  0.5,    1,     5};
  static constexpr Bounds kCounts = {1,   2,   4,   8,     16,    32,     64,
                                     128, 256, 512, 1'024, 4'096, 16'384, 65'536};

  explicit Histogram(const Bounds& bounds) : bounds_(bounds) {}
  void add(double value);
  // `labels` go into each line, without braces; may be empty.
  void write(std::string& out, std::string_view name, std::string_view labels) const;
  bool is_empty() const { return counts_.back().load(std::memory_order_relaxed) == 0; }

 private:
  const Bounds bounds_;
  std::array<std::atomic<std::uint64_t>, kBuckets + 1> counts_{};  // the last of all
  std::atomic<std::uint64_t> sum_millionths_ = 0;
};

// Counters that are told apart by a label.  Any thread may add.
class CountsByName {
 public:
  void add(const std::string& name, std::uint64_t count = 1);
  void write(std::string& out, std::string_view metric, std::string_view label) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> counts_;  // guarded by mutex_
};

using Gauge = std::atomic<std::uint64_t>;

struct Metrics {
  Gauge appended_entries = 0;
  Gauge duplicate_entries = 0;
  Gauge submissions = 0;
  Gauge queued_submissions = 0;
  Gauge connections = 0;
  Gauge connections_refused = 0;
  Gauge streams = 0;
  Gauge streams_dropped = 0;
  Gauge failed_tokens = 0;
  Gauge memory_bytes = 0;
  Gauge events_streamed = 0;
  Histogram commit_seconds{Histogram::kSeconds};
  Histogram batch_submissions{Histogram::kCounts};
  Histogram read_seconds{Histogram::kSeconds};  // of those that read the ledger
  CountsByName refused;                         // submissions, by code
  CountsByName requests;                        // by route and status, as labels
};

// One metric with its heading.
void write_metric(std::string& out, std::string_view name, std::string_view type,
                  std::string_view help, std::uint64_t value);
void write_heading(std::string& out, std::string_view name, std::string_view type,
                   std::string_view help);

// All that is counted; what is known of the ledger is added by whoever asks.
std::string metrics_text(const Metrics& metrics);

}  // namespace tally::service
