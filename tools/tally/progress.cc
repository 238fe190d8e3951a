#include "progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include "text.h"

namespace tally::tool {
namespace {

constexpr std::chrono::milliseconds kQuietFor{500};
constexpr std::chrono::milliseconds kBetweenLines{100};

void write_to_error(std::string_view text) {
  // Progress that cannot be shown is not worth a word.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

void Progress::update(std::string_view what, std::string_view noun, std::uint64_t done,
                      std::uint64_t all) {
  if (!shown_at_all_) return;
  const Clock::time_point now = Clock::now();
  if (now - started_ < kQuietFor || (on_screen_ && now - shown_ < kBetweenLines)) return;
  shown_ = now;
  on_screen_ = true;

  const double seconds = std::chrono::duration<double>(now - started_).count();
  const double rate = static_cast<double>(done) / seconds;
  std::string line = fmt::format("{}: {} {}", what, with_thousands(done), noun);
  if (all > 0) line += fmt::format(" of {} ({}%)", with_thousands(all), done * 100 / all);
  line += fmt::format(", {} a second", with_thousands(static_cast<std::uint64_t>(rate)));
  if (all > done && done > 0) {
    line += fmt::format(", {} left", duration_text(static_cast<double>(all - done) / rate));
  }
  write_to_error("\r\x1b[K" + line);
}

void Progress::finish() {
  if (!on_screen_) return;
  on_screen_ = false;
  write_to_error("\r\x1b[K");
}

}  // namespace tally::tool
