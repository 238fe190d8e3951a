#include "simulation/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "simulation/life.h"
#include "tally/backup.h"
#include "tally/replay.h"

namespace tally::simulation {

namespace fs = std::filesystem;
using testing::NaiveEntry;
using testing::NaiveLedger;

namespace {

constexpr std::uint64_t kMostPhases = 4;
constexpr std::uint64_t kMostThreads = 3;
constexpr std::uint64_t kMostSubmissions = 5;  // of a thread
constexpr std::uint64_t kMostEntries = 6;      // of a submission

}  // namespace

std::string Tallies::to_string() const {
  return fmt::format(
      "{} worlds, {} lives, {} operations, {} entries taken, {} submissions refused; {} operations "
      "failed by the disk, {} kills, {} power cuts; {} restores",
      worlds, lives, operations, entries, refused, failed, kills, power_cuts, restores);
}

World::World(std::uint64_t seed, fs::path folder, fs::path program, fs::path library,
             Tallies& tallies)
    : random_(seed),
      folder_(std::move(folder)),
      program_(std::move(program)),
      library_(std::move(library)),
      tallies_(tallies),
      chance_(random_) {}

void World::begin() {
  ++tallies_.worlds;
  fs::create_directories(folder_ / "world");
  const auto made = Ledger::init(ledger(), {"Example Council", "", {}, "GBP"},
                                 seeded(random_.below(UINT64_MAX), now_micros_));
  TALLY_CHECK(made.ok());
  std::string text;
  const std::vector<NaiveEntry> beginning = chance_.beginning();
  for (const NaiveEntry& entry : beginning) text += entry.json() + "\n";
  TALLY_CHECK((*made)->append(text).ok());
  const auto events = events_from(**made, 1);
  TALLY_CHECK(events.ok() && events->size() == beginning.size());
  for (std::size_t i = 0; i < beginning.size(); ++i) {
    model_.accept(beginning[i], (*events)[i].recorded_at);
    now_micros_ = (*events)[i].recorded_at;
  }
}

// Each thread's submissions are made for a ledger that takes only what it submits itself; what the
// others do in between is what makes it interesting.
void World::make_plan() {
  plan_ = {random_.below(UINT64_MAX), now_micros_, {}, {}};
  submissions_.clear();
  std::vector<NaiveLedger> after(random_.below(kMostThreads) + 1, model_);
  for (std::uint64_t phases = random_.below(kMostPhases) + 1; phases > 0; --phases) {
    Phase& phase = plan_.phases.emplace_back();
    phase.task = static_cast<Task>(random_.below(kTasks));
    for (NaiveLedger& thread : after) {
      auto& numbers = phase.of_threads.emplace_back();
      for (std::uint64_t i = random_.below(kMostSubmissions + 1); i > 0; --i) {
        numbers.push_back(submissions_.size());
        make_submission(thread);
      }
    }
  }
  for (const Submission& submission : submissions_) plan_.submissions.push_back(submission.text);
}

void World::make_submission(NaiveLedger& after) {
  Submission& submission = submissions_.emplace_back();
  NaiveLedger taken = after;
  bool refuses = false;
  for (std::uint64_t i = random_.below(kMostEntries) + 1; i > 0 && !refuses; --i) {
    NaiveEntry entry = chance_.any(taken);
    const std::string judged = taken.judge(entry);
    refuses = judged != "accepted" && judged != "duplicate";
    // Of what would be refused, most is left out: else nothing long would be accepted.
    if (refuses && !random_.one_in(6)) {
      refuses = false;
      continue;
    }
    if (judged == "accepted") taken.accept(entry, now_micros_);
    submission.text += entry.json(&random_) + "\n";
    submission.entries.push_back(std::move(entry));
  }
  if (!refuses) after = std::move(taken);
}

Fault World::choose_fault() {
  static const std::vector<std::string> kKinds = {"none",  "kill",      "die",       "error",
                                                  "error", "no-space",  "short",     "lost-sync",
                                                  "error", "power-cut", "power-cut", "power-cut"};
  Fault fault{random_.pick(kKinds), random_.below(500) + 1, random_.below(250'000)};
  if (random_.one_in(3)) fault.call = random_.below(100) + 1;
  return fault;
}

std::optional<std::string> World::live_once() {
  ++tallies_.lives;
  make_plan();
  const Fault fault = choose_fault();
  Wrong wrong = run(fault);
  if (!wrong) wrong = take_account();
  if (!wrong) wrong = check();
  if (wrong) return fmt::format("{} (fault: {} at call {})", *wrong, fault.kind, fault.call);
  return std::nullopt;
}

std::optional<std::string> World::take_account() {
  account_ = Account::read(folder_ / "account");
  for (const Told& told : account_) {
    if (told.what == "unsound" || told.what == "not-opened") return told.what + ": " + told.text;
    if (told.what.starts_with("failed")) ++tallies_.failed;
    if (told.what == "backed-up") backed_up_ = told.number;
    const bool of_submission = told.what == "begun" || told.what == "accepted" ||
                               told.what == "refused" || told.what == "failed";
    if (told.what == "begun" || !of_submission) ++tallies_.operations;
    if (!of_submission) continue;
    Submission& submission = submissions_.at(told.number);
    submission.begun = true;
    if (told.what == "begun") continue;
    submission.told = told.what;
    if (told.what == "refused") {
      submission.code = told.text;
      ++tallies_.refused;
    } else if (told.what == "accepted") {
      submission.appended = std::stoull(told.text);
    }
  }
  return std::nullopt;
}

// A reader comes first, before any writer has put things in order.
std::optional<std::string> World::check() {
  {
    const auto reader = Ledger::open(ledger(), Ledger::Access::kRead);
    if (!reader.ok()) return "a reader cannot open it: " + reader.error().message;
    if (Wrong wrong = unsoundness(**reader)) return wrong;
    const auto events = events_from(**reader, model_.head() + 1);
    if (!events.ok()) return "the log cannot be read: " + events.error().message;
    if (Wrong wrong = follow(*events)) return wrong;
    if (Wrong wrong = disagreement(**reader, model_, random_)) return wrong;
  }
  for (const Told& told : account_) {
    if (told.what == "totals" && told.text != model_rows(model_, told.number)) {
      return fmt::format("a reader beside the writer saw other totals as of {}", told.number);
    }
  }
  if (Wrong wrong = check_writable()) return wrong;
  if (random_.one_in(6)) {
    if (Wrong wrong = check_replay()) return wrong;
  }
  return random_.one_in(3) ? check_backup() : std::nullopt;
}

// Finds for each event of the log the submission that it came with, in order, and holds both
// against the model; what was told must then all be explained.
std::optional<std::string> World::follow(const std::vector<LoggedEvent>& events) {
  explain();
  for (std::size_t at = 0; at < events.size();) {
    if (events[at].recorded_at < now_micros_) return "times go backwards in the log";
    now_micros_ = events[at].recorded_at;
    std::size_t taken = 0;
    // What was acknowledged first: what had no answer may be a repetition of it.
    for (const bool acknowledged : {true, false}) {
      for (Submission& submission : submissions_) {
        const bool fits = !submission.explained && submission.begun &&
                          (submission.told == "accepted") == acknowledged &&
                          submission.told != "refused";
        if (taken == 0 && fits) taken = match(submission, events, at);
      }
    }
    if (taken == 0) {
      return fmt::format("event {} (\"{}\") is of no submission that the model takes whole",
                         events[at].sequence, events[at].id);
    }
    at += taken;
    tallies_.entries += taken;
    explain();
  }
  return unexplained();
}

// How many events a submission accounts for from here on; none where it does not.
std::size_t World::match(Submission& submission, const std::vector<LoggedEvent>& events,
                         std::size_t from) {
  const auto has_id = [&](const NaiveEntry& entry) { return entry.id == events[from].id; };
  if (std::none_of(submission.entries.begin(), submission.entries.end(), has_id)) return 0;
  NaiveLedger after = model_;
  std::size_t at = from;
  for (const NaiveEntry& entry : submission.entries) {
    const std::string judged = after.judge(entry);
    if (judged == "duplicate") continue;
    if (judged != "accepted" || at == events.size() || events[at].id != entry.id) return 0;
    after.accept(entry, events[at++].recorded_at);
  }
  if (submission.told == "accepted" && submission.appended != at - from) return 0;
  submission.explained = true;
  model_ = std::move(after);
  return at - from;
}

// Refusals, and submissions of nothing but duplicates, that the model understands as it stands now.
void World::explain() {
  for (Submission& submission : submissions_) {
    const bool refused = submission.told == "refused";
    const bool nothing_new = submission.told == "accepted" && submission.appended == 0;
    if (submission.explained || (!refused && !nothing_new)) continue;
    std::optional<NaiveLedger> after;
    std::string code;
    for (const NaiveEntry& entry : submission.entries) {
      const std::string judged = (after ? *after : model_).judge(entry);
      if (judged == "duplicate") continue;
      code = judged;
      if (judged != "accepted") break;
      if (!after) after = model_;
      after->accept(entry, now_micros_);
    }
    submission.explained = refused ? code == submission.code : code.empty();
  }
}

std::optional<std::string> World::unexplained() const {
  for (const Submission& submission : submissions_) {
    if (submission.explained) continue;
    if (submission.told == "accepted") {
      return "an acknowledged submission is not there: " + submission.text;
    }
    if (submission.told == "refused") {
      return fmt::format("a submission was refused with {}, and the model would not: {}",
                         submission.code, submission.text);
    }
  }
  return std::nullopt;
}

std::optional<std::string> World::check_writable() {
  const auto writer = Ledger::open(ledger(), Ledger::Access::kWrite,
                                   seeded(random_.below(UINT64_MAX), now_micros_));
  if (!writer.ok()) return "it cannot be opened for writing: " + writer.error().message;
  const auto head = (*writer)->head();
  if (head.ok() && head->value == model_.head()) return std::nullopt;
  return "a writer sees another head";
}

std::optional<std::string> World::check_replay() {
  const auto report = replay(ledger());
  if (!report.ok()) return "replay: " + report.error().message;
  if (!report->differences.empty()) return "a replay found differences";
  const auto reader = Ledger::open(ledger(), Ledger::Access::kRead);
  if (!reader.ok()) return "after a replay: " + reader.error().message;
  if (Wrong wrong = unsoundness(**reader)) return "after a replay: " + *wrong;
  return disagreement(**reader, model_, random_);
}

// The backup gives the ledger as it was at some point, no earlier than was acknowledged; where it
// is all of it, life goes on in what was restored.
std::optional<std::string> World::check_backup() {
  const fs::path backup = folder_ / "world" / "backup";
  const fs::path copy = folder_ / "world" / "restored";
  if (!fs::exists(backup / "SHA256SUMS")) {
    return backed_up_ > 0 ? Wrong("a backup that was acknowledged is not there") : std::nullopt;
  }
  const auto report = restore(backup, copy);
  if (!report.ok()) return "restore: " + report.error().message;
  ++tallies_.restores;
  if (report->events < backed_up_) return "the backup holds less than was acknowledged";
  bool is_all = false;
  {
    const auto reader = Ledger::open(copy, Ledger::Access::kRead);
    if (!reader.ok()) return "after a restore: " + reader.error().message;
    if (Wrong wrong = unsoundness(**reader)) return "after a restore: " + *wrong;
    const auto original = Ledger::open(ledger(), Ledger::Access::kRead);
    if (!original.ok()) return original.error().message;
    auto leaves = leaves_of(**original);
    if (!leaves.ok() || leaves->size() < report->events) return "the backup is ahead of the ledger";
    is_all = leaves->size() == report->events;
    leaves->resize(report->events);
    if (testing::naive_tree(*leaves) != report->root) return "the backup is of other events";
  }
  // Its details may be of before an erasure that the ledger has seen since: only a whole one will
  // do.
  const bool takes_over = is_all && random_.one_in(2);
  if (takes_over) {
    fs::remove_all(ledger());
    fs::rename(copy, ledger());
  }
  fs::remove_all(copy);
  return std::nullopt;
}

}  // namespace tally::simulation
