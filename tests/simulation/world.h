#pragma once

// A ledger through many lives, each in a process of its own that a fault may strike; and between
// them the model, which knows what must be there.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "simulation/agreement.h"
#include "simulation/plan.h"
#include "support/entry_chance.h"
#include "support/naive_ledger.h"
#include "support/random.h"

namespace tally::simulation {

// How a life is struck.
struct Fault {
  std::string kind;         // as the library that makes calls fail has it; or "none", "kill"
  std::uint64_t call = 0;   // at which call
  std::uint64_t after = 0;  // microseconds, of a kill
};

struct Tallies {
  std::uint64_t worlds = 0;
  std::uint64_t lives = 0;
  std::uint64_t operations = 0;  // submissions and tasks that were begun
  std::uint64_t entries = 0;     // that were taken
  std::uint64_t refused = 0;     // submissions
  std::uint64_t failed = 0;      // submissions, tasks and openings that the disk failed
  std::uint64_t kills = 0;
  std::uint64_t power_cuts = 0;
  std::uint64_t restores = 0;

  std::string to_string() const;
};

class World {
 public:
  // `program` is this program, which lives when it is called with `--live FOLDER`.
  World(std::uint64_t seed, std::filesystem::path folder, std::filesystem::path program,
        std::filesystem::path library, Tallies& tallies);

  // Makes the ledger.
  void begin();
  // What was wrong after a life; nothing where all is well.
  std::optional<std::string> live_once();

 private:
  struct Submission {
    std::vector<testing::NaiveEntry> entries;
    std::string text;
    bool begun = false;
    std::string told;  // accepted, refused, failed; empty where there was no answer
    std::string code;  // of a refusal
    std::uint64_t appended = 0;
    bool explained = false;
  };
  using Wrong = std::optional<std::string>;

  std::filesystem::path ledger() const { return folder_ / "world" / "ledger"; }
  void make_plan();
  void make_submission(testing::NaiveLedger& after);
  Fault choose_fault();
  Wrong run(const Fault& fault);
  int wait_for(int process, const Fault& fault, bool& hangs) const;
  Wrong take_account();
  Wrong check();
  Wrong follow(const std::vector<LoggedEvent>& events);
  void explain();
  std::size_t match(Submission& submission, const std::vector<LoggedEvent>& events,
                    std::size_t from);
  Wrong unexplained() const;
  Wrong check_writable();
  Wrong check_replay();
  Wrong check_backup();

  testing::Random random_;
  std::filesystem::path folder_;
  std::filesystem::path program_;
  std::filesystem::path library_;
  Tallies& tallies_;
  testing::EntryChance chance_;
  testing::NaiveLedger model_;
  std::int64_t now_micros_ = 1'700'000'000'000'000;
  std::uint64_t backed_up_ = 0;  // events, as was acknowledged
  Plan plan_;
  std::vector<Submission> submissions_;
  std::vector<Told> account_;
};

}  // namespace tally::simulation
