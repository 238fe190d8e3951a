#include "service/self_check.h"

#include <fmt/format.h>

#include "base/background.h"
#include "base/json_writer.h"
#include "service/access_log.h"
#include "service/site.h"

namespace tally::service {
namespace {

// An erasure waits for a check of millions of events as for any other reader: the check gives way,
// and begins anew so much later.
constexpr std::chrono::minutes kAgainAfter(1);

void write_outcome(base::JsonWriter& out, const SelfCheck::Outcome& outcome) {
  const VerifyReport& report = outcome.report;
  out.begin_object();
  out.key("ok").boolean(report.ok());
  out.member("at", outcome.at.to_string());
  out.member("events", report.events);
  out.member("root", report.root.to_string());
  out.key("seconds").raw(fmt::format("{:.3f}", report.seconds));
  out.key("fault");
  if (report.fault) {
    const Fault& fault = *report.fault;
    out.begin_object().member("where", fault.where).key("sequence");
    fault.sequence ? out.number(fault.sequence->value) : out.null();
    out.key("totals").begin_array();
    for (const std::string& total : fault.totals) out.string(total);
    out.end_array().end_object();
  } else {
    out.null();
  }
  out.end_object();
}

}  // namespace

SelfCheck::~SelfCheck() {
  {
    const std::lock_guard lock(mutex_);
    asked_to_stop_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SelfCheck::begin(const Ledger& ledger, std::chrono::hours every) {
  every_ = every;
  thread_ = std::thread([this, &ledger] { run(ledger); });
}

void SelfCheck::run(const Ledger& ledger) {
  std::unique_lock lock(mutex_);
  while (!asked_to_stop_) {
    lock.unlock();
    const bool gave_way = !check(ledger);
    lock.lock();
    const std::chrono::minutes pause = gave_way ? kAgainAfter : std::chrono::minutes(every_);
    stopping_.wait_for(lock, pause, [this] { return asked_to_stop_.load(); });
  }
}

bool SelfCheck::check(const Ledger& ledger) {
  VerifyOptions options;
  options.threads = 1;  // it shares the machine with those who are served
  options.progress = [this](std::uint64_t done, std::uint64_t all) {
    done_ = done;
    all_ = all;
  };
  options.stop = [this] { return asked_to_stop_ || gate_.is_wanted(); };
  auto report = base::in_background(base::GivesWay::kMostly, [&] {
    const ReadingGate::Pass pass(gate_);
    return verify(ledger, options);
  });
  done_ = 0;
  all_ = 0;
  if (!report.ok()) {
    log_failure({}, "verify: " + report.error().message);
    return true;
  }
  if (report->stopped) return false;
  if (report->fault) log_failure({}, "verify: " + report->fault->message);
  const std::lock_guard lock(mutex_);
  last_ = Outcome{time_now(), std::move(*report)};
  return true;
}

std::optional<SelfCheck::Outcome> SelfCheck::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

std::string SelfCheck::json() const {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object().key("every_hours");
  every_.count() > 0 ? out.number(static_cast<std::uint64_t>(every_.count())) : out.null();
  out.key("running");
  if (const auto [done, all] = running(); all > 0) {
    out.begin_object().member("done", done).member("all", all).end_object();
  } else {
    out.null();
  }
  out.key("last");
  if (const auto outcome = last()) {
    write_outcome(out, *outcome);
  } else {
    out.null();
  }
  out.end_object();
  return text;
}

}  // namespace tally::service
