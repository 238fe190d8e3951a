#include "audit/expected_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/shown.h"
#include "merkle/refused.h"

namespace tally::audit {
namespace {

// The end of the string that begins with the quote at `at`: behind its last quote.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

// A step into an object or a list.
struct Level {
  bool is_list = false;
  std::size_t index = 0;
  std::string_view key;
};

// Where a byte of JSON without white space stands: `postings[3].delta`; empty for the whole.
std::string json_path(std::string_view canonical, std::size_t offset) {
  std::vector<Level> levels;
  for (std::size_t at = 0; at < offset && at < canonical.size();) {
    const char c = canonical[at];
    if (c == '"') {
      const std::size_t end = string_end(canonical, at);
      const bool is_key = end < canonical.size() && canonical[end] == ':';
      if (is_key && end <= offset && !levels.empty()) {
        levels.back().key = canonical.substr(at + 1, end - at - 2);
      }
      at = end;
      continue;
    }
    if (c == '{' || c == '[') levels.push_back({c == '[', 0, {}});
    if ((c == '}' || c == ']') && !levels.empty()) levels.pop_back();
    if (c == ',' && !levels.empty()) {
      ++levels.back().index;
      levels.back().key = {};
    }
    ++at;
  }
  std::string path;
  for (const Level& level : levels) {
    if (level.is_list) {
      path += fmt::format("[{}]", level.index);
    } else if (!level.key.empty()) {
      path += fmt::format("{}{}", path.empty() ? "" : ".", level.key);
    }
  }
  return path;
}

// What stands from a place up to the next bracket, comma or colon outside of a string.
std::string_view value_at(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  bool quoted = false;
  for (; end < text.size(); ++end) {
    if (quoted && text[end] == '\\') {
      ++end;
    } else if (text[end] == '"') {
      quoted = !quoted;
    } else if (!quoted && std::string_view("{}[],:").find(text[end]) != std::string_view::npos) {
      break;
    }
  }
  return text.substr(begin, std::min(end, text.size()) - begin);
}

// Where the value begins that a place lies in.
std::size_t value_begin(std::string_view text, std::size_t at) {
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < at; ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && std::string_view("{}[],:").find(text[i]) != std::string_view::npos) {
      begin = i + 1;
    }
  }
  return begin;
}

// What follows a place, for people.
std::string following(std::string_view text, std::size_t at) {
  constexpr std::size_t kShown = 40;
  if (at >= text.size()) return "its end";
  return fmt::format("`{}`", base::shown(text.substr(at, kShown)));
}

}  // namespace

Result<void> ExpectedText::expect(std::string_view piece) {
  const std::string_view rest = given_.substr(at_);
  const auto [mine, theirs] = std::mismatch(
      piece.begin(), piece.end(), rest.begin(),
      rest.begin() + static_cast<std::ptrdiff_t>(std::min(piece.size(), rest.size())));
  if (mine == piece.end()) {
    at_ += piece.size();
    return {};
  }
  return differs(piece, static_cast<std::size_t>(mine - piece.begin()));
}

Error ExpectedText::differs(std::string_view piece, std::size_t common) const {
  const std::size_t place = at_ + common;
  const std::size_t begin = value_begin(given_, place);
  // The value may have begun in a piece before this one: up to the place both texts are the same.
  std::string should(begin < at_ ? given_.substr(begin, at_ - begin) : std::string_view());
  should += piece.substr(begin < at_ ? 0 : begin - at_);
  const std::string path = json_path(given_, begin);
  const std::string_view is = value_at(given_, begin);
  const std::string_view events_give = value_at(should, 0);
  if (!path.empty() && !is.empty() && !events_give.empty() && is != events_give) {
    return merkle::refused(fmt::format("{}: {} is {}, and the events give {}", name_, path,
                                       base::shown(is), base::shown(events_give)));
  }
  return merkle::refused(fmt::format("{}: {} goes on with {}, and the events give {}", name_,
                                     path.empty() ? "it" : path, following(given_, place),
                                     following(piece, common)));
}

Result<void> ExpectedText::end() const {
  if (at_ == given_.size()) return {};
  return merkle::refused(fmt::format("{} goes on where it should end", name_));
}

}  // namespace tally::audit
