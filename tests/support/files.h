#pragma once

// Files and folders as a test puts them behind a ledger's back.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace tally::testing {

inline void write_file(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

// The file's bytes; none where there is no such file.
inline std::string read_file(const std::filesystem::path& file) {
  std::ostringstream text;
  const std::ifstream stream(file, std::ios::binary);
  if (stream) text << stream.rdbuf();
  return std::move(text).str();
}

// Puts a copy of a folder where the name says, in place of what was there.
inline void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

}  // namespace tally::testing
