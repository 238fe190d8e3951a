#pragma once

// What of a folder would be lost if the power went now: bytes that were written and not synced
// since, and names that were made, changed or removed in a folder that was not synced since.
//
// Only what changes from the first call on is known of; what was there before counts as synced.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace tally::faults {

class Unsynced {
 public:
  // `stash` is a folder outside of the one that is watched, on the same file system: it keeps what
  // is removed, since that may come back.
  void begin(std::string folder, std::string stash, std::uint64_t seed);

  // A file has been opened for writing.
  void opened(int file, const std::string& path, bool is_new, bool is_emptied);
  void cut_to(int file, off_t size);
  // A file or folder is on disk as it stands.
  void synced(int file);

  void made(const std::string& path);
  // Called before it is done, since it takes what would be gone.
  void removing(const std::string& path, bool is_folder);
  void renaming(const std::string& from, const std::string& to);
  // Takes back the last of these, which failed.
  void failed();

  // The power goes: bytes that are not synced are lost from some point on, the last ones before it
  // may be torn, and of each folder's changes the later ones are undone.
  void lose();

 private:
  enum class Kind : std::uint8_t { kMade, kRemovedFile, kRemovedFolder, kRenamed };
  struct Change {
    Kind kind;
    ino_t folder;
    std::string path;
    std::string from;   // of a renamed one
    std::string stash;  // where what was removed, or replaced, is; empty for none
  };

  void note(Kind kind, const std::string& path, const std::string& from, bool stashes);
  static void undo(const Change& change);
  void undo_some_changes();
  void lose_bytes(const std::string& path);
  std::uint64_t below(std::uint64_t count) { return chance_() % count; }

  std::string folder_;
  std::string stash_;
  std::mt19937_64 chance_;
  std::map<ino_t, off_t> sizes_;  // of files: how much of them is on disk
  std::vector<Change> changes_;   // of names
  std::uint64_t stashed_ = 0;
};

}  // namespace tally::faults
