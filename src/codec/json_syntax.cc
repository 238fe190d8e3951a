#include "codec/json_syntax.h"

#include <simdjson.h>

#include <cstdint>

#include "tally/limits.h"

namespace tally::codec {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// Where the number that begins at `at` ends; `at` itself where none does.
std::size_t number_end(std::string_view text, std::size_t at) {
  const std::size_t start = at;
  if (at < text.size() && text[at] == '-') ++at;
  if (at == text.size() || !is_digit(text[at])) return start;
  at = text[at] == '0' ? at + 1 : skip_digits(text, at);
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = skip_digits(text, at + 1);
    if (end == at + 1) return start;
    at = end;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end == at) return start;
    at = end;
  }
  return at;
}

// The four hex digits at `at`; nothing where they are not there.
std::optional<std::uint32_t> hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const char c = text[i];
    std::uint32_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint32_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<std::uint32_t>(c - 'A') + 10;
    } else {
      return std::nullopt;
    }
    value = value << 4 | digit;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  const auto tail = [&](unsigned shift) { return byte(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x80) {
    out.push_back(byte(point));
  } else if (point < 0x800) {
    out.push_back(byte(0xc0 | point >> 6));
    out.push_back(tail(0));
  } else if (point < 0x10000) {
    out.push_back(byte(0xe0 | point >> 12));
    out.push_back(tail(6));
    out.push_back(tail(0));
  } else {
    out.push_back(byte(0xf0 | point >> 18));
    out.push_back(tail(12));
    out.push_back(tail(6));
    out.push_back(tail(0));
  }
}

// What a one-letter escape stands for; 0 where there is no such escape.
char short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

struct Escape {
  std::uint32_t point = 0;
  std::size_t size = 0;  // of the escape in the text; 0 where it is malformed
};

// The escape at `at`, where a backslash stands.
Escape read_escape(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return {};
  if (text[at + 1] != 'u') {
    const char c = short_escape(text[at + 1]);
    return {static_cast<std::uint32_t>(static_cast<unsigned char>(c)), c == 0 ? 0U : 2U};
  }
  const std::optional<std::uint32_t> first = hex4(text, at + 2);
  if (!first) return {};
  if (*first < 0xd800 || *first > 0xdfff) return {*first, 6};
  // A surrogate: the high one first, and the low one at once after it.
  if (*first > 0xdbff || text.substr(at + 6, 2) != "\\u") return {};
  const std::optional<std::uint32_t> second = hex4(text, at + 8);
  if (!second || *second < 0xdc00 || *second > 0xdfff) return {};
  return {0x10000 + ((*first - 0xd800) << 10 | (*second - 0xdc00)), 12};
}

// Walks over one JSON text.  Stops at the first fault.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  std::optional<JsonFault> walk() {
    if (value(0)) {
      skip_space();
      if (at_ != text_.size()) fail("there is something after the end of the value");
    }
    return fault_;
  }

 private:
  bool fail(std::string_view what) {
    if (!fault_) fault_ = JsonFault{at_, what};
    return false;
  }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool value(int depth) {
    skip_space();
    if (at_ == text_.size()) return fail("a value is missing");
    switch (text_[at_]) {
      case '{': return object(depth + 1);
      case '[': return list(depth + 1);
      case '"': return string();
      case 't': return literal("true");
      case 'f': return literal("false");
      case 'n': return literal("null");
      default: return number();
    }
  }

  bool object(int depth) {
    if (depth > limits::kNesting) return fail("objects and lists are nested too deeply");
    ++at_;
    skip_space();
    if (take('}')) return true;
    while (true) {
      skip_space();
      if (at_ == text_.size() || text_[at_] != '"') return fail("a field's name is missing");
      if (!string()) return false;
      skip_space();
      if (!take(':')) return fail("a colon is missing after a field's name");
      if (!value(depth)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return fail("a comma or the end of the object is missing");
    }
  }

  bool list(int depth) {
    if (depth > limits::kNesting) return fail("objects and lists are nested too deeply");
    ++at_;
    skip_space();
    if (take(']')) return true;
    while (true) {
      if (!value(depth)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return fail("a comma or the end of the list is missing");
    }
  }

  bool string() {
    for (++at_; at_ < text_.size(); ++at_) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '"') {
        ++at_;
        return true;
      }
      if (byte < 0x20) return fail("a control character stands in a text; write it as an escape");
      if (byte != '\\') continue;
      const Escape escape = read_escape(text_, at_);
      if (escape.size == 0) return fail("an escape is malformed or a surrogate has no partner");
      at_ += escape.size - 1;
    }
    return fail("the quote that ends a text is missing");
  }

  bool literal(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return fail("a value is not JSON");
    at_ += word.size();
    return true;
  }

  bool number() {
    const std::size_t end = number_end(text_, at_);
    if (end == at_) return fail("a value is not JSON");
    at_ = end;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<JsonFault> fault_;
};

}  // namespace

std::optional<JsonFault> find_json_fault(std::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    return JsonFault{JsonFault::kNowhere, "it is not UTF-8"};
  }
  return Walker(text).walk();
}

bool is_json_number(std::string_view text) {
  return !text.empty() && number_end(text, 0) == text.size();
}

bool unescape_json(std::string_view raw, std::string& out) {
  out.clear();
  std::size_t copied = 0;
  for (std::size_t at = raw.find('\\'); at != std::string_view::npos; at = raw.find('\\', copied)) {
    const Escape escape = read_escape(raw, at);
    if (escape.size == 0) return false;
    out.append(raw, copied, at - copied);
    append_utf8(out, escape.point);
    copied = at + escape.size;
  }
  out.append(raw, copied);
  return true;
}

}  // namespace tally::codec
