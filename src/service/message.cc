#include "service/message.h"

#include <algorithm>
#include <array>

namespace tally::service {
namespace {

constexpr std::array<std::string_view, 6> kMethodNames = {"GET",    "HEAD",    "POST",
                                                          "DELETE", "OPTIONS", "?"};
constexpr int kBest = 1'000;  // a quality of 1, in thousandths

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Calls `visit` for each part between separators.
template <typename Visit>
void for_each_part(std::string_view text, char separator, const Visit& visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    visit(trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// `0.25` in thousandths; what is malformed counts as 1.
int quality_of(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return kBest;
  int quality = (text[0] - '0') * kBest;
  int step = kBest / 10;
  for (std::size_t i = 2; i < text.size() && i < 5; ++i, step /= 10) {
    if (text[i] < '0' || text[i] > '9') return kBest;
    quality += (text[i] - '0') * step;
  }
  return std::min(quality, kBest);
}

struct Range {
  std::string type;
  int quality = kBest;
};

std::vector<Range> ranges_of(std::string_view accept) {
  std::vector<Range> ranges;
  for_each_part(accept, ',', [&](std::string_view part) {
    if (part.empty()) return;
    Range range;
    bool is_first = true;
    for_each_part(part, ';', [&](std::string_view piece) {
      if (is_first) range.type = lower(piece);
      if (!is_first && (piece.starts_with("q=") || piece.starts_with("Q="))) {
        range.quality = quality_of(piece.substr(2));
      }
      is_first = false;
    });
    ranges.push_back(std::move(range));
  });
  return ranges;
}

// How exactly a range names a type: 0 not at all, 3 by its name.
int exactness(const Range& range, std::string_view type) {
  if (range.type == type) return 3;
  if (range.type == "*/*") return 1;
  const bool is_family =
      range.type.ends_with("/*") &&
      type.starts_with(std::string_view(range.type).substr(0, range.type.size() - 1));
  return is_family ? 2 : 0;
}

}  // namespace

std::string_view method_name(Method method) {
  return kMethodNames[static_cast<std::size_t>(method)];
}

Answer text_answer(std::string content_type, std::string text) {
  Answer answer;
  answer.content_type = std::move(content_type);
  answer.text = std::make_shared<const std::string>(std::move(text));
  return answer;
}

std::string media_type_of(std::string_view field) {
  return lower(trimmed(field.substr(0, field.find(';'))));
}

std::optional<std::string_view> preferred(std::string_view accept,
                                          const std::vector<std::string_view>& offered) {
  const std::vector<Range> ranges = ranges_of(accept);
  if (ranges.empty()) return offered.front();
  std::optional<std::string_view> best;
  int best_quality = 0;
  for (const std::string_view offer : offered) {
    const std::string_view type = offer.substr(0, offer.find(';'));
    int most_exact = 0;
    int quality = 0;
    for (const Range& range : ranges) {
      const int how = exactness(range, type);
      if (how > most_exact) {
        most_exact = how;
        quality = range.quality;
      }
    }
    if (quality > best_quality) {
      best_quality = quality;
      best = offer;
    }
  }
  return best;
}

bool accepts_gzip(std::string_view accept_encoding) {
  int named = -1;
  int any = 0;
  for (const Range& range : ranges_of(accept_encoding)) {
    if (range.type == "gzip" || range.type == "x-gzip") named = range.quality;
    if (range.type == "*") any = range.quality;
  }
  return (named < 0 ? any : named) > 0;
}

}  // namespace tally::service
