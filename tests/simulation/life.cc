#include "simulation/life.h"

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "base/check.h"
#include "base/try.h"
#include "simulation/plan.h"
#include "support/naive_ledger.h"
#include "tally/backup.h"
#include "tally/integrity.h"
#include "tally/replay.h"
#include "tally/verify.h"

namespace tally::simulation {
namespace {

namespace fs = std::filesystem;

constexpr int kReopenings = 3;  // after errors
constexpr std::int64_t kMostMicros = 3'000'000;

// Whether an error is one of the disk, after which nobody knows what was written.
bool is_of_disk(const Error& error) {
  return error.code == ErrorCode::kIo || error.code == ErrorCode::kNoSpace;
}

class Life {
 public:
  explicit Life(const fs::path& folder)
      : world_(folder / "world"),
        plan_(Plan::read(folder / "plan")),
        account_(folder / "account"),
        environment_(seeded(plan_.seed, plan_.now_micros)) {}

  void run() {
    for (const Phase& phase : plan_.phases) {
      if (!open()) return;
      run(phase);
      if (phase.task == Task::kReopen || failed_) ledger_.reset();
    }
    ledger_.reset();
    account_.tell({"ended", 0, {}});
  }

 private:
  bool open() {
    if (ledger_ != nullptr) return true;
    failed_ = false;
    while (openings_++ <= kReopenings + static_cast<int>(plan_.phases.size())) {
      auto opened = Ledger::open(world_ / "ledger", Ledger::Access::kWrite, environment_);
      if (opened.ok()) {
        ledger_ = std::move(*opened);
        return true;
      }
      const bool of_disk = is_of_disk(opened.error());
      account_.tell({of_disk ? "failed-to-open" : "not-opened", 0, text_of(opened.error())});
      if (!of_disk) return false;
    }
    return false;
  }

  static std::string text_of(const Error& error) {
    return std::string(code_name(error.code)) + ": " + error.message;
  }

  void run(const Phase& phase) {
    std::vector<std::thread> threads;
    for (const auto& numbers : phase.of_threads) {
      threads.emplace_back([this, &numbers] {
        for (const std::size_t number : numbers) append(number);
      });
    }
    run(phase.task);
    for (std::thread& thread : threads) thread.join();
  }

  void append(std::size_t number) {
    account_.tell({"begun", number, {}});
    const auto receipt = ledger_->append(plan_.submissions[number]);
    if (receipt.ok()) {
      account_.tell({"accepted", number, std::to_string(receipt->appended)});
    } else if (is_of_disk(receipt.error())) {
      failed_ = true;
      account_.tell({"failed", number, text_of(receipt.error())});
    } else {
      account_.tell({"refused", number, std::string(code_name(receipt.error().code))});
    }
  }

  void run(Task task) {
    switch (task) {
      case Task::kReplay: return replay();
      case Task::kBackup: return back_up();
      case Task::kRead: return read();
      case Task::kCheckpoint: return issue();
      case Task::kNothing:
      case Task::kReopen: return;
    }
  }

  // What fails for the disk's sake may fail; anything else is a fault of ours.
  bool went_well(const char* what, const Error* error) {
    if (error == nullptr) return true;
    if (is_of_disk(*error)) {
      failed_ = true;
      account_.tell({"failed-task", 0, std::string(what) + ": " + text_of(*error)});
    } else if (!failed_) {
      account_.tell({"unsound", 0, std::string(what) + ": " + text_of(*error)});
    }
    return false;
  }

  void replay() {
    const auto report = tally::replay(*ledger_);
    if (!went_well("replay", report.ok() ? nullptr : &report.error())) return;
    if (!report->differences.empty()) account_.tell({"unsound", 0, "a replay found differences"});
    account_.tell({"replayed", report->events, {}});
  }

  void back_up() {
    const auto report = backup(*ledger_, world_ / "backup");
    if (!went_well("backup", report.ok() ? nullptr : &report.error())) return;
    account_.tell({"backed-up", report->events, {}});
  }

  void issue() {
    const auto note = checkpoint(*ledger_);
    if (!went_well("checkpoint", note.ok() ? nullptr : &note.error())) return;
    account_.tell({"issued", 0, {}});
  }

  // Beside the writer, as another process would.
  void read() {
    const auto reader = Ledger::open(world_ / "ledger", Ledger::Access::kRead);
    if (!went_well("reading", reader.ok() ? nullptr : &reader.error())) return;
    const auto report = verify(**reader);
    if (!went_well("verify", report.ok() ? nullptr : &report.error())) return;
    if (!report->ok()) {
      account_.tell({"unsound", 0, report->fault->where + ": " + report->fault->message});
    }
    const Sequence point{report->events - 1 -
                         plan_.seed % std::min<std::uint64_t>(report->events, 40)};
    const auto rows = rows_as_of(**reader, point);
    if (!went_well("totals", rows.ok() ? nullptr : &rows.error())) return;
    account_.tell({"totals", point.value, *rows});
  }

  fs::path world_;
  Plan plan_;
  Account account_;
  Environment environment_;
  std::unique_ptr<Ledger> ledger_;
  std::atomic<bool> failed_ = false;
  int openings_ = 0;
};

}  // namespace

Environment seeded(std::uint64_t seed, std::int64_t now_micros) {
  struct World {
    std::mutex mutex;
    std::mt19937_64 chance;
    std::int64_t now_micros = 0;
  };
  auto world = std::make_shared<World>();
  world->chance.seed(seed);
  world->now_micros = now_micros;
  Environment environment;
  environment.now = [world] {
    const std::lock_guard lock(world->mutex);
    const auto step = static_cast<std::int64_t>(world->chance() % kMostMicros);
    world->now_micros += world->chance() % 8 == 0 ? -step : step;
    return Timestamp{world->now_micros};
  };
  environment.random = [world](std::span<std::uint8_t> bytes) {
    const std::lock_guard lock(world->mutex);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(world->chance());
  };
  return environment;
}

Result<std::string> rows_as_of(const Ledger& ledger, Sequence point) {
  TotalsQuery query;
  query.as_of = point;
  query.by = {Dimension::kOrganisation, Dimension::kContract};
  TALLY_ASSIGN(const Totals totals, tally::totals(ledger, query));
  std::string rows;
  for (const TotalsRow& row : totals.rows) rows += testing::row_text(row) + "|";
  return rows;
}

void live(const fs::path& folder) { Life(folder).run(); }

}  // namespace tally::simulation
