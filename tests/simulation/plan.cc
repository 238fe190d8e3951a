#include "simulation/plan.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/check.h"

namespace tally::simulation {

void Plan::write(const std::filesystem::path& file) const {
  std::ofstream out(file, std::ios::binary);
  out << seed << ' ' << now_micros << ' ' << submissions.size() << ' ' << phases.size() << '\n';
  for (const std::string& text : submissions) out << text.size() << '\n' << text;
  for (const Phase& phase : phases) {
    out << static_cast<int>(phase.task) << ' ' << phase.of_threads.size();
    for (const auto& numbers : phase.of_threads) {
      out << ' ' << numbers.size();
      for (const std::size_t number : numbers) out << ' ' << number;
    }
    out << '\n';
  }
  out.close();
  TALLY_CHECK(out.good());
}

Plan Plan::read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  Plan plan;
  std::size_t submissions = 0;
  std::size_t phases = 0;
  in >> plan.seed >> plan.now_micros >> submissions >> phases;
  for (std::size_t i = 0; i < submissions; ++i) {
    std::size_t size = 0;
    in >> size;
    in.get();
    std::string& text = plan.submissions.emplace_back(size, '\0');
    in.read(text.data(), static_cast<std::streamsize>(size));
  }
  for (std::size_t i = 0; i < phases; ++i) {
    Phase& phase = plan.phases.emplace_back();
    int task = 0;
    std::size_t threads = 0;
    in >> task >> threads;
    phase.task = static_cast<Task>(task);
    phase.of_threads.resize(threads);
    for (auto& numbers : phase.of_threads) {
      std::size_t count = 0;
      in >> count;
      numbers.resize(count);
      for (std::size_t& number : numbers) in >> number;
    }
  }
  TALLY_CHECK(in.good());
  return plan;
}

Account::Account(const std::filesystem::path& file)
    : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
  TALLY_CHECK(file_ >= 0);
}

Account::~Account() { ::close(file_); }

void Account::tell(const Told& told) const {
  std::string line = told.what + " " + std::to_string(told.number) + " " + told.text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  line += '\n';
  TALLY_CHECK(::write(file_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
}

std::vector<Told> Account::read(const std::filesystem::path& file) {
  std::vector<Told> all;
  std::ifstream in(file, std::ios::binary);
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    Told& told = all.emplace_back();
    words >> told.what >> told.number;
    words.get();
    std::getline(words, told.text);
  }
  return all;
}

}  // namespace tally::simulation
