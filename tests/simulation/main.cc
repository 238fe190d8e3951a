// tally-simulate: a ledger lives through faults, and a model knows what it must be like after them.
//
// A world is a seed: a ledger that is written, read, replayed, erased from, published, backed up
// and restored in many lives, in each of which something happens to the calls that change its
// files. Seeds are printed; TALLY_TEST_SEED has one again, as far as threads let themselves be had
// again.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <random>

#include "simulation/life.h"
#include "simulation/world.h"

namespace tally::simulation {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string live;
  std::string library;
  std::vector<std::uint64_t> seeds;
  std::uint64_t fresh = 0;
  std::uint64_t lives = 20;
  double hours = 0;
};

// Where syncs cost nothing, if there is such a place.
fs::path fast_folder() {
  const fs::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
}

// Whether all was well.
bool run_world(std::uint64_t seed, const Options& options, const fs::path& program,
               Tallies& tallies) {
  std::string name = (fast_folder() / "tally-simulate-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return false;
  fmt::print("TALLY_TEST_SEED={}\n", seed);
  std::fflush(stdout);
  World world(seed, name, program, options.library, tallies);
  world.begin();
  for (std::uint64_t life = 0; life < options.lives; ++life) {
    const auto wrong = world.live_once();
    if (!wrong) continue;
    fmt::print("seed {}, life {}: {}\nwhat is left is in {}\n", seed, life, *wrong, name);
    return false;
  }
  fs::remove_all(name);
  return true;
}

int run(const Options& options, const fs::path& program) {
  Tallies tallies;
  std::vector<std::uint64_t> seeds = options.seeds;
  std::random_device device;
  for (std::uint64_t i = 0; i < options.fresh; ++i) seeds.push_back(device());
  if (const char* given = std::getenv("TALLY_TEST_SEED")) seeds = {std::stoull(given)};
  bool well = true;
  for (std::size_t i = 0; i < seeds.size() && well; ++i) {
    well = run_world(seeds[i], options, program, tallies);
  }
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                         std::chrono::duration<double, std::ratio<3600>>(options.hours));
  while (well && std::chrono::steady_clock::now() < until) {
    well = run_world(device(), options, program, tallies);
  }
  fmt::print("{}\n{}\n", tallies.to_string(),
             well ? "The model agreed after each life." : "FAILED");
  return well ? 0 : 1;
}

}  // namespace
}  // namespace tally::simulation

int main(int argc, char** argv) {
  tally::simulation::Options options;
  CLI::App app("Has a ledger live through faults, and holds it against a model after each life.");
  app.add_option("--live", options.live, "be one life, of the world in this folder");
  app.add_option("--library", options.library, "the library that makes calls fail");
  app.add_option("--seeds", options.seeds, "worlds to go through")->delimiter(',');
  app.add_option("--fresh", options.fresh, "how many worlds of fresh seeds to add");
  app.add_option("--lives", options.lives, "how many lives a world has")->capture_default_str();
  app.add_option("--hours", options.hours, "go on with fresh seeds for as long");
  CLI11_PARSE(app, argc, argv);
  if (!options.live.empty()) {
    tally::simulation::live(options.live);
    return 0;
  }
  return tally::simulation::run(options, std::filesystem::canonical("/proc/self/exe"));
}
