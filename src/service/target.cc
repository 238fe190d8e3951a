#include "service/target.h"

#include <algorithm>

#include "codec/text_rules.h"

namespace tally::service {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Nothing where an escape is broken, stands for a control character, or it is not UTF-8.
std::optional<std::string> decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
    decoded.push_back(c);
  }
  if (!codec::is_utf8(decoded)) return std::nullopt;
  return decoded;
}

bool is_segment(const std::string& text) {
  return !text.empty() && text != "." && text != ".." && text.find('/') == std::string::npos;
}

bool read_path(std::string_view path, Target& target) {
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    auto segment = decode(path.substr(0, end));
    if (!segment || !is_segment(*segment)) return false;
    target.segments.push_back(std::move(*segment));
    if (end + 1 == path.size()) return false;  // it ends with a slash
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return true;
}

bool read_parameters(std::string_view query, Target& target) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view one = query.substr(0, end);
    const std::size_t equals = std::min(one.find('='), one.size());
    auto name = decode(one.substr(0, equals));
    auto value = decode(one.substr(std::min(equals + 1, one.size())));
    if (!name || !value || name->empty()) return false;
    target.parameters.emplace_back(std::move(*name), std::move(*value));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return true;
}

// Cuts the scheme and the authority off of an absolute target.
std::string_view origin_form(std::string_view raw) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!raw.starts_with(scheme)) continue;
    raw.remove_prefix(scheme.size());
    return raw.substr(std::min(raw.find('/'), raw.size()));
  }
  return raw;
}

}  // namespace

std::optional<Target> parse_target(std::string_view raw) {
  raw = origin_form(raw);
  if (!raw.starts_with('/')) return std::nullopt;
  const bool plain = std::all_of(raw.begin(), raw.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '#' && c != '\\' && c != '"' && c != '<' && c != '>';
  });
  if (!plain) return std::nullopt;
  Target target;
  target.text = raw;
  const std::size_t question = std::min(raw.find('?'), raw.size());
  if (!read_path(raw.substr(0, question), target)) return std::nullopt;
  if (question < raw.size() && !read_parameters(raw.substr(question + 1), target)) {
    return std::nullopt;
  }
  return target;
}

}  // namespace tally::service
