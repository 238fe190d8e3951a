// A library to be loaded before a program's own (LD_PRELOAD): ends the program, as a kill would, at
// the n-th call that changes a file or a folder.
//
//   TALLY_DIE_AT_CALL=N    which call; the program ends before it is made
//   TALLY_COUNT_CALLS=FILE instead of dying, writes how many such calls were made when it ends

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kStatusOfAKill = 137;

std::atomic<long> calls{0};

long number_in(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? 0 : std::atol(text);
}

void count_call() {
  static const long last = number_in("TALLY_DIE_AT_CALL");
  if (++calls == last) _exit(kStatusOfAKill);
}

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

__attribute__((destructor)) void tell_count() {
  const char* const file = std::getenv("TALLY_COUNT_CALLS");
  if (file == nullptr) return;
  const long count = calls;
  if (std::FILE* out = std::fopen(file, "w")) {
    std::fprintf(out, "%ld\n", count);
    std::fclose(out);
  }
}

}  // namespace

#define TALLY_COUNTED(result, name, parameters, arguments)    \
  extern "C" result name parameters {                         \
    static auto* const real = next<result parameters>(#name); \
    count_call();                                             \
    return real arguments;                                    \
  }

TALLY_COUNTED(ssize_t, write, (int file, const void* data, size_t size), (file, data, size))
TALLY_COUNTED(ssize_t, pwrite64, (int file, const void* data, size_t size, off64_t at),
              (file, data, size, at))
TALLY_COUNTED(ssize_t, pwrite, (int file, const void* data, size_t size, off_t at),
              (file, data, size, at))
TALLY_COUNTED(int, fsync, (int file), (file))
TALLY_COUNTED(int, fdatasync, (int file), (file))
TALLY_COUNTED(int, rename, (const char* from, const char* to), (from, to))
TALLY_COUNTED(int, link, (const char* from, const char* to), (from, to))
TALLY_COUNTED(int, unlink, (const char* path), (path))
TALLY_COUNTED(int, rmdir, (const char* path), (path))
TALLY_COUNTED(int, mkdir, (const char* path, mode_t mode), (path, mode))
TALLY_COUNTED(int, ftruncate64, (int file, off64_t size), (file, size))
TALLY_COUNTED(int, ftruncate, (int file, off_t size), (file, size))
