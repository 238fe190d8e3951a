// A library to be loaded before a program's own (LD_PRELOAD): makes a call fail that changes a file
// or a folder, or ends the program there.
//
//   TALLY_FAULTS_UNDER=DIR    which calls: those on what lies below this folder
//   TALLY_FAULTS_CALL=N       at the n-th of them, from 1
//   TALLY_FAULTS_KIND=KIND
//     die        the program ends before it is made, as a kill would end it
//     error      it fails with EIO, once
//     no-space   it fails with ENOSPC, and so does every later one that needs space
//     short      a write takes half of its bytes, and says so
//     lost-sync  a sync does nothing and says EIO; when the program has ended, the power goes
//     power-cut  the power goes before it is made, or when the program has ended if that is sooner
//   TALLY_FAULTS_STASH=DIR    a folder on the same file system, for the last two
//   TALLY_FAULTS_SEED=N       decides what the power takes with it
//   TALLY_FAULTS_LOG=FILE     gets the calls, a line each: `write PATH`; complete where nothing
//   fails

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

#include "faults/unsynced.h"

namespace tally::faults {
namespace {

constexpr int kStatusOfAKill = 137;
constexpr std::size_t kFiles = 65'536;

enum class Nature : std::uint8_t {
  kWrite,  // takes bytes
  kMake,   // needs space for a name
  kSync,
  kOther,
};

enum class Outcome : std::uint8_t { kMade, kShort, kFails };

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

std::string setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

// All that happens, one call at a time.
class Faults {
 public:
  Faults() : under_(setting("TALLY_FAULTS_UNDER")), kind_(setting("TALLY_FAULTS_KIND")) {
    at_ = std::strtoul(setting("TALLY_FAULTS_CALL").c_str(), nullptr, 10);
    const std::string log = setting("TALLY_FAULTS_LOG");
    if (!log.empty()) log_ = next<FILE*(const char*, const char*)>("fopen")(log.c_str(), "w");
    cuts_ = kind_ == "power-cut" || kind_ == "lost-sync";
    unsynced_.begin(under_, setting("TALLY_FAULTS_STASH"),
                    std::strtoull(setting("TALLY_FAULTS_SEED").c_str(), nullptr, 10));
  }

  bool watches(const std::string& path) const {
    return !under_.empty() && path.starts_with(under_) &&
           (path.size() == under_.size() || path[under_.size()] == '/');
  }
  bool cuts() const { return cuts_; }
  Unsynced& unsynced() { return unsynced_; }

  Outcome call(const char* name, Nature nature, const std::string& path) {
    ++calls_;
    if (log_ != nullptr) std::fprintf(log_, "%s %s\n", name, path.c_str());
    if (kind_ == "no-space" && calls_ >= at_ &&
        (nature == Nature::kWrite || nature == Nature::kMake)) {
      errno = ENOSPC;
      return Outcome::kFails;
    }
    if (calls_ != at_) return Outcome::kMade;
    if (kind_ == "die") _exit(kStatusOfAKill);
    if (kind_ == "power-cut") {
      lose_power();
      _exit(kStatusOfAKill);
    }
    if (kind_ == "short" && nature == Nature::kWrite) return Outcome::kShort;
    if (kind_ == "error" || (kind_ == "lost-sync" && nature == Nature::kSync)) {
      errno = EIO;
      return Outcome::kFails;
    }
    return Outcome::kMade;
  }

  void end() {
    if (cuts_) lose_power();
    if (log_ != nullptr) std::fclose(log_);
    log_ = nullptr;
  }

  // Whether this thread is at work for the faults themselves, whose calls are its own business.
  static thread_local bool own;
  std::mutex mutex;

 private:
  void lose_power() {
    own = true;
    unsynced_.lose();
    cuts_ = false;
  }

  std::string under_;
  std::string kind_;
  std::uint64_t at_ = 0;
  std::uint64_t calls_ = 0;
  std::FILE* log_ = nullptr;
  bool cuts_ = false;
  Unsynced unsynced_;
};

thread_local bool Faults::own = false;

Faults& faults() {
  static Faults& all = *new Faults();  // calls are made until the very end
  return all;
}

std::array<std::atomic<bool>, kFiles> watched;  // file descriptors

bool is_watched(int file) {
  return file >= 0 && static_cast<std::size_t>(file) < kFiles && !Faults::own &&
         watched[static_cast<std::size_t>(file)];
}

void watch(int file, bool yes) {
  if (file >= 0 && static_cast<std::size_t>(file) < kFiles) {
    watched[static_cast<std::size_t>(file)] = yes;
  }
}

std::string path_of(int file) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return {path.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

std::string path_at(int folder, const char* path) {
  return folder == AT_FDCWD || path[0] == '/' ? path : path_of(folder) + "/" + path;
}

// A call on a file that is open; `real` takes how many of its bytes are to be written.
template <typename Real>
auto on_file(const char* name, Nature nature, int file, std::size_t size, Real real)
    -> decltype(real(size)) {
  if (!is_watched(file)) return real(size);
  Faults& all = faults();
  const std::lock_guard lock(all.mutex);
  const Outcome outcome = all.call(name, nature, path_of(file));
  if (outcome == Outcome::kFails) return -1;
  const auto result = real(outcome == Outcome::kShort && size > 1 ? size / 2 : size);
  if (result == 0 && nature == Nature::kSync && all.cuts()) all.unsynced().synced(file);
  return result;
}

// A call that changes a name; `before` tells what is about to be.
template <typename Before, typename Real>
int on_name(const char* name, Nature nature, const std::string& path, Before before, Real real) {
  Faults& all = faults();
  if (Faults::own || !all.watches(path)) return real();
  const std::lock_guard lock(all.mutex);
  if (all.call(name, nature, path) == Outcome::kFails) return -1;
  if (!all.cuts()) return real();
  Faults::own = true;
  before(all.unsynced());
  const int result = real();
  const int error = errno;
  if (result != 0) all.unsynced().failed();
  Faults::own = false;
  errno = error;
  return result;
}

// Opening a file, which makes it or empties it or only lets it be written.
template <typename File, typename Real, typename Number>
File on_open(const std::string& path, bool makes, bool empties, File none, Real real,
             Number number) {
  Faults& all = faults();
  if (Faults::own || !all.watches(path)) {
    const File file = real();
    if (file != none) watch(number(file), false);
    return file;
  }
  const std::lock_guard lock(all.mutex);
  struct stat found {};
  const bool there = ::stat(path.c_str(), &found) == 0;
  const bool is_new = makes && !there;
  const bool is_emptied = empties && there && found.st_size > 0;
  if ((is_new || is_emptied) &&
      all.call(is_new ? "make" : "empty", is_new ? Nature::kMake : Nature::kOther, path) ==
          Outcome::kFails) {
    return none;
  }
  const File file = real();
  if (file == none) return file;
  watch(number(file), true);
  if (all.cuts()) all.unsynced().opened(number(file), path, is_new, is_emptied);
  return file;
}

__attribute__((destructor)) void at_the_end() {
  Faults& all = faults();
  const std::lock_guard lock(all.mutex);
  all.end();
}

int open_as(int folder, const char* path, int flags, mode_t mode) {
  return on_open(
      path_at(folder, path), (flags & O_CREAT) != 0, (flags & O_TRUNC) != 0, -1,
      [&] {
        static auto* const real = next<int(int, const char*, int, ...)>("openat64");
        return real(folder, path, flags, mode);
      },
      [](int file) { return file; });
}

std::FILE* fopen_as(const char* path, const char* mode) {
  static auto* const real = next<std::FILE*(const char*, const char*)>("fopen64");
  return on_open(
      path, mode[0] != 'r', mode[0] == 'w', static_cast<std::FILE*>(nullptr),
      [&] { return real(path, mode); }, [](std::FILE* file) { return ::fileno(file); });
}

int remove_as(const char* name, const std::string& path, bool is_folder, int (*real)(const char*)) {
  return on_name(
      name, Nature::kOther, path, [&](Unsynced& lost) { lost.removing(path, is_folder); },
      [&] { return real(path.c_str()); });
}

int unlink_really(const char* path) { return next<int(const char*)>("unlink")(path); }
int rmdir_really(const char* path) { return next<int(const char*)>("rmdir")(path); }

}  // namespace
}  // namespace tally::faults

// ---- The calls, as programs make them ----------------------------------------------------------

using namespace tally::faults;

namespace {

// The mode that a call to open has where it may make a file.
mode_t mode_of(int flags, va_list more) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(more, unsigned)) : 0;
}

}  // namespace

extern "C" {

#define TALLY_OPEN(name)                         \
  int name(const char* path, int flags, ...) {   \
    va_list more;                                \
    va_start(more, flags);                       \
    const mode_t mode = mode_of(flags, more);    \
    va_end(more);                                \
    return open_as(AT_FDCWD, path, flags, mode); \
  }
#define TALLY_OPENAT(name)                                 \
  int name(int folder, const char* path, int flags, ...) { \
    va_list more;                                          \
    va_start(more, flags);                                 \
    const mode_t mode = mode_of(flags, more);              \
    va_end(more);                                          \
    return open_as(folder, path, flags, mode);             \
  }
TALLY_OPEN(open)
TALLY_OPEN(open64)
TALLY_OPENAT(openat)
TALLY_OPENAT(openat64)

std::FILE* fopen(const char* path, const char* mode) { return fopen_as(path, mode); }
std::FILE* fopen64(const char* path, const char* mode) { return fopen_as(path, mode); }

int close(int file) {
  static auto* const real = next<int(int)>("close");
  watch(file, false);
  return real(file);
}

ssize_t write(int file, const void* data, size_t size) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  return on_file("write", Nature::kWrite, file, size,
                 [&](std::size_t taken) { return real(file, data, taken); });
}

#define TALLY_PWRITE(name, offset)                                                    \
  ssize_t name(int file, const void* data, size_t size, offset at) {                  \
    static auto* const real = next<ssize_t(int, const void*, size_t, offset)>(#name); \
    return on_file("write", Nature::kWrite, file, size,                               \
                   [&](std::size_t taken) { return real(file, data, taken, at); });   \
  }
TALLY_PWRITE(pwrite, off_t)
TALLY_PWRITE(pwrite64, off64_t)

// What libstdc++ writes with; it is never made short, but for its first part.
ssize_t writev(int file, const struct iovec* parts, int count) {
  static auto* const real = next<ssize_t(int, const struct iovec*, int)>("writev");
  return on_file("write", Nature::kWrite, file, static_cast<std::size_t>(count),
                 [&](std::size_t taken) { return real(file, parts, static_cast<int>(taken)); });
}

size_t fwrite(const void* data, size_t size, size_t count, std::FILE* stream) {
  static auto* const real = next<size_t(const void*, size_t, size_t, std::FILE*)>("fwrite");
  const ssize_t written = on_file(
      "write", Nature::kWrite, ::fileno(stream), count,
      [&](std::size_t taken) { return static_cast<ssize_t>(real(data, size, taken, stream)); });
  return written < 0 ? 0 : static_cast<std::size_t>(written);
}

#define TALLY_SYNC(name)                                                                     \
  int name(int file) {                                                                       \
    static auto* const real = next<int(int)>(#name);                                         \
    return on_file("sync", Nature::kSync, file, 0, [&](std::size_t) { return real(file); }); \
  }
TALLY_SYNC(fsync)
TALLY_SYNC(fdatasync)

#define TALLY_TRUNCATE(name, offset)                                       \
  int name(int file, offset size) {                                        \
    static auto* const real = next<int(int, offset)>(#name);               \
    return on_file("truncate", Nature::kOther, file, 0, [&](std::size_t) { \
      if (faults().cuts()) faults().unsynced().cut_to(file, size);         \
      return real(file, size);                                             \
    });                                                                    \
  }
TALLY_TRUNCATE(ftruncate, off_t)
TALLY_TRUNCATE(ftruncate64, off64_t)

#define TALLY_ALLOCATE(name, offset)                                           \
  int name(int file, int mode, offset from, offset size) {                     \
    static auto* const real = next<int(int, int, offset, offset)>(#name);      \
    return on_file("allocate", Nature::kWrite, file, 0,                        \
                   [&](std::size_t) { return real(file, mode, from, size); }); \
  }
TALLY_ALLOCATE(fallocate, off_t)
TALLY_ALLOCATE(fallocate64, off64_t)

int rename(const char* from, const char* to) {
  static auto* const real = next<int(const char*, const char*)>("rename");
  return on_name(
      "rename", Nature::kOther, to, [&](Unsynced& lost) { lost.renaming(from, to); },
      [&] { return real(from, to); });
}

int link(const char* from, const char* to) {
  static auto* const real = next<int(const char*, const char*)>("link");
  return on_name(
      "link", Nature::kMake, to, [&](Unsynced& lost) { lost.made(to); },
      [&] { return real(from, to); });
}

int mkdir(const char* path, mode_t mode) {
  static auto* const real = next<int(const char*, mode_t)>("mkdir");
  return on_name(
      "mkdir", Nature::kMake, path, [&](Unsynced& lost) { lost.made(path); },
      [&] { return real(path, mode); });
}

int unlink(const char* path) { return remove_as("unlink", path, false, unlink_really); }
int rmdir(const char* path) { return remove_as("rmdir", path, true, rmdir_really); }

int unlinkat(int folder, const char* path, int flags) {
  const std::string whole = path_at(folder, path);
  return (flags & AT_REMOVEDIR) != 0 ? remove_as("rmdir", whole, true, rmdir_really)
                                     : remove_as("unlink", whole, false, unlink_really);
}

int remove(const char* path) {
  const int removed = ::unlink(path);
  return removed != 0 && errno == EISDIR ? ::rmdir(path) : removed;
}

}  // extern "C"
