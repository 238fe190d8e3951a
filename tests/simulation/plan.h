#pragma once

// What a life is to do, and what it says that it has done: two files between the process that knows
// the model and the one that is struck by faults.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tally::simulation {

// What is done by itself, while others append.
enum class Task : std::uint8_t { kNothing, kReplay, kBackup, kRead, kCheckpoint, kReopen };
inline constexpr int kTasks = 6;

// Submissions that several threads append at once, each those given to it in turn.
struct Phase {
  std::vector<std::vector<std::size_t>> of_threads;  // numbers of submissions
  Task task = Task::kNothing;
};

struct Plan {
  std::uint64_t seed = 0;  // of the clock and the salts
  std::int64_t now_micros = 0;
  std::vector<std::string> submissions;  // JSON Lines
  std::vector<Phase> phases;

  void write(const std::filesystem::path& file) const;
  static Plan read(const std::filesystem::path& file);
};

// A line of a life's account: what happened, to which submission, and how it was told.
struct Told {
  // begun, accepted, refused, failed, backed-up, replayed, totals, not-opened, unsound, ended
  std::string what;
  std::uint64_t number = 0;  // of a submission; events of a backup; the point of totals
  std::string text;          // a code, a message, rows
};

// Each line is written at once, so that it stands when the process ends.
class Account {
 public:
  explicit Account(const std::filesystem::path& file);
  ~Account();
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  void tell(const Told& told) const;
  static std::vector<Told> read(const std::filesystem::path& file);

 private:
  int file_;
};

}  // namespace tally::simulation
