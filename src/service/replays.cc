#include "service/replays.h"

#include <algorithm>

#include "base/json_writer.h"
#include "export/ledger_json.h"
#include "tally/replay.h"

namespace tally::service {
namespace {

constexpr std::size_t kRemembered = 16;

}  // namespace

std::string_view replay_state_name(ReplayState state) {
  switch (state) {
    case ReplayState::kRunning: return "running";
    case ReplayState::kDone: return "done";
    case ReplayState::kCancelled: return "cancelled";
    case ReplayState::kFailed: return "failed";
  }
  return "";
}

Replays::~Replays() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& run : runs_) run->asked_to_stop = true;
  }
  if (thread_.joinable()) thread_.join();
}

std::optional<std::string> Replays::start(const Ledger& ledger) {
  const std::lock_guard lock(mutex_);
  if (!runs_.empty() && runs_.back()->state == ReplayState::kRunning) return std::nullopt;
  if (thread_.joinable()) thread_.join();  // it has nothing left to do
  const auto run = std::make_shared<Run>();
  run->id = std::to_string(++started_);
  runs_.push_back(run);
  if (runs_.size() > kRemembered) runs_.pop_front();
  thread_ = std::thread([this, &ledger, run] { this->run(ledger, *run); });
  return run->id;
}

void Replays::run(const Ledger& ledger, Run& run) {
  ReplayOptions options;
  options.threads = 1;  // it shares the machine with those who are served
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    run.done = done;
    run.all = all;
  };
  options.stop = [&] { return run.asked_to_stop.load(); };
  const auto report = [&] {
    const ReadingGate::Pass pass(gate_);
    return replay(ledger, options);
  }();
  std::string text;
  if (report.ok()) {
    base::JsonWriter out(text);
    out.begin_object();
    exports::write_replay_members(out, *report, ledger.identity().year_start);
    out.end_object();
    run.done = report->events;
    run.all = std::max<std::uint64_t>(run.all, report->events);
  }
  const std::lock_guard lock(mutex_);
  run.report = std::move(text);
  run.state = !report.ok()      ? ReplayState::kFailed
              : report->stopped ? ReplayState::kCancelled
                                : ReplayState::kDone;
  if (report.ok()) return;
  run.code = code_name(report.error().code);
  failure_ = report.error().message;
}

std::shared_ptr<Replays::Run> Replays::find(const std::string& id) const {
  const auto found =
      std::find_if(runs_.begin(), runs_.end(), [&](const auto& run) { return run->id == id; });
  return found == runs_.end() ? nullptr : *found;
}

std::optional<Replays::Progress> Replays::progress(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const std::shared_ptr<Run> run = find(id);
  if (run == nullptr) return std::nullopt;
  return Progress{run->state, json_of(*run)};
}

std::string Replays::list() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    text += (text.empty() ? "" : ",") + json_of(**run);
  }
  return "[" + text + "]";
}

std::string Replays::json_of(const Run& run) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("id", run.id);
  out.member("state", replay_state_name(run.state));
  out.member("done", run.done.load());
  out.member("all", run.all.load());
  if (!run.code.empty()) out.member("code", run.code);
  if (!run.report.empty()) out.key("report").raw(run.report);
  out.end_object();
  return text;
}

bool Replays::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const std::shared_ptr<Run> run = find(id);
  if (run == nullptr) return false;
  run->asked_to_stop = true;
  return true;
}

std::pair<std::uint64_t, std::uint64_t> Replays::running() const {
  const std::lock_guard lock(mutex_);
  if (runs_.empty() || runs_.back()->state != ReplayState::kRunning) return {0, 0};
  return {runs_.back()->done.load(), runs_.back()->all.load()};
}

std::optional<std::string> Replays::take_failure() {
  const std::lock_guard lock(mutex_);
  return std::exchange(failure_, std::nullopt);
}

}  // namespace tally::service
