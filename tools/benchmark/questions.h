#pragma once

// What the benchmark asks of each contender: figures as of some event.  One file of questions is
// put to all of them, so that their answers can be compared one by one.

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/try.h"
#include "tally/result.h"

namespace tally::bench {

// A line of the file: these fields with tabs between them.  Filters are empty where there are none.
struct Question {
  std::string reference;  // as the ledger reads it
  std::int64_t year = 0;  // in which the reporting year begins
  std::string measure;
  std::int64_t stage = 0;  // its number in include/tally/figure.h
  std::int64_t sequence = 0;
  std::string programme;
  std::string organisation;
};

// Splits a line at its tabs.
inline std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t begin = 0;;) {
    const std::size_t tab = line.find('\t', begin);
    fields.push_back(line.substr(begin, tab - begin));
    if (tab == std::string_view::npos) return fields;
    begin = tab + 1;
  }
}

inline Error bad_field(std::string_view what, std::string_view text) {
  return {ErrorCode::kUsage, fmt::format("\"{}\" is not {}", text, what), {}, 0, {}};
}

inline Result<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return bad_field("a whole number", text);
  }
  return number;
}

inline Result<std::vector<Question>> read_questions(const std::string& path) {
  constexpr std::size_t kFields = 7;
  std::ifstream file(path);
  std::vector<Question> questions;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string_view> fields = fields_of(line);
    if (fields.size() != kFields) return bad_field("a question: seven fields with tabs", line);
    Question question;
    question.reference = fields[0];
    TALLY_ASSIGN(question.year, whole_number(fields[1]));
    question.measure = fields[2];
    TALLY_ASSIGN(question.stage, whole_number(fields[3]));
    TALLY_ASSIGN(question.sequence, whole_number(fields[4]));
    question.programme = fields[5];
    question.organisation = fields[6];
    questions.push_back(std::move(question));
  }
  if (questions.empty()) return bad_field("a file of questions that can be read", path);
  return questions;
}

}  // namespace tally::bench
