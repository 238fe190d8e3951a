#pragma once

// How the programs of the benchmark tell what they measured: one object of JSON on standard output,
// times as whole nanoseconds, one by one; medians are for who reads them.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "tally/result.h"

namespace tally::bench {

class Stopwatch {
 public:
  std::uint64_t nanoseconds() const {
    const auto passed = std::chrono::steady_clock::now() - began_;
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(passed).count());
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

class Report {
 public:
  Report() { out_.begin_object(); }

  void nanoseconds(const std::vector<std::uint64_t>& times) {
    out_.key("nanoseconds").begin_array();
    for (const std::uint64_t time : times) out_.number(time);
    out_.end_array();
  }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    out_.key(name).begin_array();
    for (const std::string& value : values) out_.string(value);
    out_.end_array();
  }
  void count(std::string_view name, std::uint64_t value) { out_.member(name, value); }
  // Ends it; nothing may follow.
  void print() {
    out_.end_object();
    std::printf("%s\n", text_.c_str());
  }

 private:
  std::string text_;
  base::JsonWriter out_{text_};
};

// Tells an error as a program of ours does; the exit status that goes with it.
inline int failed(std::string_view program, const Error& error) {
  std::fprintf(stderr, "%.*s: %s (%s)\n", static_cast<int>(program.size()), program.data(),
               error.message.c_str(), std::string(code_name(error.code)).c_str());
  return 1;
}

}  // namespace tally::bench
