#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <clocale>
#include <csignal>

namespace tally::tool {
namespace {

volatile std::sig_atomic_t asked_to_end = 0;

void note_signal(int /*signal*/) { asked_to_end = 1; }

}  // namespace

void prepare_process() {
  // Only how wide characters are shown comes from the locale; names and numbers never do.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  std::signal(SIGPIPE, SIG_IGN);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free descriptor is the closed stream itself.  Read-only: writing to it still
    // fails.
    if (::fcntl(stream, F_GETFD) < 0 && ::open("/dev/null", O_RDONLY) < 0) return;
  }
}

void end_when_asked() {
  struct sigaction action = {};
  action.sa_handler = note_signal;  // without SA_RESTART: waiting ends
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool was_asked_to_end() { return asked_to_end != 0; }

bool wait_for_more(int timeout_ms) {
  pollfd output = {STDOUT_FILENO, 0, 0};  // asks for nothing: only the reader's leaving is told
  if (::poll(&output, 1, timeout_ms) < 0) return false;
  return output.revents == 0 && !was_asked_to_end();
}

}  // namespace tally::tool
