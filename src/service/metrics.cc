#include "service/metrics.h"

#include <fmt/format.h>

#include <iterator>

namespace tally::service {
namespace {

constexpr double kMillion = 1e6;

std::uint64_t now_of(const Gauge& gauge) { return gauge.load(std::memory_order_relaxed); }

}  // namespace

void Histogram::add(double value) {
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (value <= bounds_[i]) counts_[i].fetch_add(1, std::memory_order_relaxed);
  }
  counts_.back().fetch_add(1, std::memory_order_relaxed);
  sum_millionths_.fetch_add(static_cast<std::uint64_t>(value * kMillion),
                            std::memory_order_relaxed);
}

void Histogram::write(std::string& out, std::string_view name, std::string_view labels) const {
  auto to = std::back_inserter(out);
  const std::string_view comma = labels.empty() ? "" : ",";
  for (std::size_t i = 0; i < kBuckets; ++i) {
    fmt::format_to(to, "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bounds_[i],
                   now_of(counts_[i]));
  }
  fmt::format_to(to, "{}_bucket{{{}{}le=\"+Inf\"}} {}\n", name, labels, comma,
                 now_of(counts_.back()));
  const std::string braced = labels.empty() ? std::string() : fmt::format("{{{}}}", labels);
  fmt::format_to(to, "{}_sum{} {}\n", name, braced,
                 static_cast<double>(now_of(sum_millionths_)) / kMillion);
  fmt::format_to(to, "{}_count{} {}\n", name, braced, now_of(counts_.back()));
}

void CountsByName::add(const std::string& name, std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  counts_[name] += count;
}

void CountsByName::write(std::string& out, std::string_view metric, std::string_view label) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, count] : counts_) {
    // A name without a label of its own is a set of labels.
    fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", metric,
                   label.empty() ? name : fmt::format("{}=\"{}\"", label, name), count);
  }
}

void write_heading(std::string& out, std::string_view name, std::string_view type,
                   std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void write_metric(std::string& out, std::string_view name, std::string_view type,
                  std::string_view help, std::uint64_t value) {
  write_heading(out, name, type, help);
  fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
}

std::string metrics_text(const Metrics& metrics) {
  std::string out;
  auto counter = [&](std::string_view name, std::string_view help, const Gauge& value) {
    write_metric(out, name, "counter", help, now_of(value));
  };
  auto gauge = [&](std::string_view name, std::string_view help, const Gauge& value) {
    write_metric(out, name, "gauge", help, now_of(value));
  };
  counter("tally_appended_entries_total", "Entries appended.", metrics.appended_entries);
  counter("tally_duplicate_entries_total", "Entries that were there already.",
          metrics.duplicate_entries);
  counter("tally_submissions_total", "Submissions answered.", metrics.submissions);
  write_heading(out, "tally_refused_total", "counter", "Submissions refused, by code.");
  metrics.refused.write(out, "tally_refused_total", "code");
  write_heading(out, "tally_commit_seconds", "histogram",
                "From taking what waited to its answers, the sync of the disk included.");
  metrics.commit_seconds.write(out, "tally_commit_seconds", {});
  write_heading(out, "tally_commit_submissions", "histogram", "Submissions taken together.");
  metrics.batch_submissions.write(out, "tally_commit_submissions", {});
  gauge("tally_queued_submissions", "Submissions that wait.", metrics.queued_submissions);
  write_heading(out, "tally_read_seconds", "histogram", "Answers that were read from the ledger.");
  metrics.read_seconds.write(out, "tally_read_seconds", {});
  write_heading(out, "tally_requests_total", "counter", "Requests answered.");
  metrics.requests.write(out, "tally_requests_total", {});
  gauge("tally_connections", "Connections that are open.", metrics.connections);
  counter("tally_connections_refused_total", "Connections beyond a limit.",
          metrics.connections_refused);
  gauge("tally_streams", "Readers of the live feed.", metrics.streams);
  counter("tally_streams_dropped_total", "Readers of the live feed that were too slow.",
          metrics.streams_dropped);
  counter("tally_streamed_events_total", "Events sent by the live feed.", metrics.events_streamed);
  counter("tally_failed_tokens_total", "Requests with a token that is not good.",
          metrics.failed_tokens);
  gauge("tally_memory_bytes", "Held for bodies and long answers.", metrics.memory_bytes);
  return out;
}

}  // namespace tally::service
