#pragma once

// What the browser gets: the files of src/service/pages/.  The build writes them into the program.

#include <span>
#include <string_view>

namespace tally::service {

struct PageFile {
  std::string_view name;  // below /pages/: `views/year.js`
  std::string_view media_type;
  std::string_view tag;  // changes when the bytes do
  std::string_view plain;
  std::string_view gzip;
};

// By name.
std::span<const PageFile> page_files();

}  // namespace tally::service
