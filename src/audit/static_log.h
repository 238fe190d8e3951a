#pragma once

// Reads a static log that comes from anywhere, a bundle of events at a time, and holds every event
// and every tile against the tree that they make.

#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "merkle/frontier.h"
#include "merkle/tile_path.h"
#include "tally/checkpoint.h"

namespace tally::audit {

class StaticLog {
 public:
  StaticLog(std::filesystem::path path, LogSize size) : path_(std::move(path)), size_(size) {}

  // Calls `visit` with each event's bytes, in order, after those of its bundle were held against
  // their tile.  At the end every tile has been checked, and `root` is that of all events.  Errors:
  // `refused`, naming the file; `io`; those of the visit.
  using Visit = std::function<Result<void>(Sequence sequence, std::string_view event)>;
  Result<void> read(const Visit& visit);

  Hash root() const { return tree_.root(); }

 private:
  Result<void> read_bundle(std::uint64_t index, const Visit& visit);
  Result<void> check_tile(unsigned level, std::uint64_t index, const std::vector<Hash>& hashes);
  Result<void> add_leaf(const Hash& leaf);

  const std::filesystem::path path_;
  const LogSize size_;
  merkle::Frontier tree_;
  // The hashes of each level's last tile, until it is full and checked.
  std::array<std::vector<Hash>, 8> filling_;
};

// Reads a file of a static log whole.  `refused` where it is missing or larger than `limit`.
Result<std::string> read_part(const std::filesystem::path& path, const std::string& name,
                              std::uint64_t limit);

}  // namespace tally::audit
