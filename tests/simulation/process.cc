// Runs a life in a process of its own, under the library that makes its calls fail.

#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/check.h"
#include "simulation/world.h"

namespace tally::simulation {

namespace fs = std::filesystem;

namespace {

constexpr int kStatusOfAKill = 137;
constexpr std::chrono::seconds kHangs{120};
constexpr std::chrono::milliseconds kLook{1};

void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

}  // namespace

int World::wait_for(int process, const Fault& fault, bool& hangs) const {
  const auto begun = std::chrono::steady_clock::now();
  bool killed = fault.kind != "kill";
  for (int status = 0;;) {
    const pid_t ended = ::waitpid(process, &status, WNOHANG);
    TALLY_CHECK(ended >= 0);
    if (ended > 0) return status;
    const auto lived = std::chrono::steady_clock::now() - begun;
    hangs = lived > kHangs;
    if (hangs || (!killed && lived > std::chrono::microseconds(fault.after))) {
      ::kill(process, SIGKILL);
      killed = true;
    }
    std::this_thread::sleep_for(kLook);
  }
}

std::optional<std::string> World::run(const Fault& fault) {
  fs::remove(folder_ / "account");
  fs::remove_all(folder_ / "stash");
  fs::create_directories(folder_ / "stash");
  plan_.write(folder_ / "plan");
  const std::uint64_t seed = random_.below(UINT64_MAX);
  const pid_t process = ::fork();
  TALLY_CHECK(process >= 0);
  if (process == 0) {
    if (fault.kind != "none" && fault.kind != "kill") {
      set("LD_PRELOAD", library_.string());
      set("TALLY_FAULTS_UNDER", (folder_ / "world").string());
      set("TALLY_FAULTS_STASH", (folder_ / "stash").string());
      set("TALLY_FAULTS_KIND", fault.kind);
      set("TALLY_FAULTS_CALL", std::to_string(fault.call));
      set("TALLY_FAULTS_SEED", std::to_string(seed));
    }
    ::execl(program_.c_str(), program_.c_str(), "--live", folder_.c_str(), nullptr);
    ::_exit(1);
  }
  bool hangs = false;
  const int status = wait_for(process, fault, hangs);
  if (hangs) return "the program hangs";
  const bool killed = (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
                      (WIFEXITED(status) && WEXITSTATUS(status) == kStatusOfAKill);
  const bool cut = fault.kind == "power-cut" || fault.kind == "lost-sync";
  if (cut) ++tallies_.power_cuts;
  if (killed && !cut) ++tallies_.kills;
  if (killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) return std::nullopt;
  return WIFSIGNALED(status) ? fmt::format("the program was ended by signal {}", WTERMSIG(status))
                             : fmt::format("the program ended with {}", WEXITSTATUS(status));
}

}  // namespace tally::simulation
