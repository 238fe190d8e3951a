#include "faults/unsynced.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tally::faults {
namespace {

namespace fs = std::filesystem;

constexpr off_t kTornBytes = 512;

// File systems of today order a file's bytes before its length, so that a torn end is a short one.
// Where one does not, a hole may be read at the end of a write-ahead log, which is made to bear it;
// RocksDB's manifest is not, and then refuses to open.
bool may_have_a_hole(const std::string& path) {
  return !fs::path(path).filename().string().starts_with("MANIFEST-");
}

std::string folder_of(const std::string& path) { return fs::path(path).parent_path().string(); }

ino_t inode_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

}  // namespace

void Unsynced::begin(std::string folder, std::string stash, std::uint64_t seed) {
  folder_ = std::move(folder);
  stash_ = std::move(stash);
  chance_.seed(seed);
}

void Unsynced::opened(int file, const std::string& path, bool is_new, bool is_emptied) {
  struct stat found {};
  if (::fstat(file, &found) != 0 || !S_ISREG(found.st_mode)) return;
  if (is_new) made(path);
  // A number of a file that is gone may be given again.
  if (is_new || is_emptied) sizes_[found.st_ino] = 0;
  sizes_.try_emplace(found.st_ino, found.st_size);
}

void Unsynced::cut_to(int file, off_t size) {
  struct stat found {};
  if (::fstat(file, &found) != 0) return;
  const auto known = sizes_.find(found.st_ino);
  if (known != sizes_.end()) known->second = std::min(known->second, size);
}

void Unsynced::synced(int file) {
  struct stat found {};
  if (::fstat(file, &found) != 0) return;
  if (S_ISDIR(found.st_mode)) {
    std::erase_if(changes_, [&](const Change& change) { return change.folder == found.st_ino; });
  } else {
    sizes_[found.st_ino] = found.st_size;
  }
}

void Unsynced::note(Kind kind, const std::string& path, const std::string& from, bool stashes) {
  Change change{kind, inode_of(folder_of(path)), path, from, {}};
  if (stashes) {
    change.stash = stash_ + "/" + std::to_string(stashed_++);
    if (::link(path.c_str(), change.stash.c_str()) != 0) change.stash.clear();
  }
  changes_.push_back(std::move(change));
}

void Unsynced::made(const std::string& path) { note(Kind::kMade, path, {}, false); }

void Unsynced::removing(const std::string& path, bool is_folder) {
  note(is_folder ? Kind::kRemovedFolder : Kind::kRemovedFile, path, {}, !is_folder);
}

void Unsynced::renaming(const std::string& from, const std::string& to) {
  note(Kind::kRenamed, to, from, inode_of(to) != 0);
}

void Unsynced::failed() { changes_.pop_back(); }

void Unsynced::undo(const Change& change) {
  std::error_code gone;  // with a folder that was itself undone
  switch (change.kind) {
    case Kind::kMade: fs::remove_all(change.path, gone); break;
    case Kind::kRemovedFile: fs::rename(change.stash, change.path, gone); break;
    case Kind::kRemovedFolder: fs::create_directory(change.path, gone); break;
    case Kind::kRenamed:
      fs::rename(change.path, change.from, gone);
      if (!change.stash.empty()) fs::rename(change.stash, change.path, gone);
      break;
  }
}

void Unsynced::undo_some_changes() {
  std::map<ino_t, std::uint64_t> count;
  for (const Change& change : changes_) ++count[change.folder];
  std::map<ino_t, std::uint64_t> kept;
  for (const auto& [folder, changes] : count) kept[folder] = below(changes + 1);
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
    // How many of the same folder came before it.
    if (--count[change->folder] >= kept[change->folder]) undo(*change);
  }
}

void Unsynced::lose_bytes(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return;
  const auto known = sizes_.find(found.st_ino);
  if (known == sizes_.end() || known->second >= found.st_size) return;
  const off_t left =
      static_cast<off_t>(below(static_cast<std::uint64_t>(found.st_size - known->second) + 1));
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  const bool has_hole = left > 0 && may_have_a_hole(path) && below(2) == 0;
  if (::ftruncate(file, known->second + left) == 0 && has_hole) {
    const off_t torn = std::min(left, kTornBytes);
    std::string bytes(static_cast<std::size_t>(torn), '\0');
    if (below(2) == 0) {
      for (char& byte : bytes) byte = static_cast<char>(below(256));
    }
    if (::pwrite(file, bytes.data(), bytes.size(), known->second + left - torn) < 0) ::abort();
  }
  ::close(file);
}

void Unsynced::lose() {
  undo_some_changes();
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    if (entry->is_regular_file(gone)) lose_bytes(entry->path().string());
  }
}

}  // namespace tally::faults
