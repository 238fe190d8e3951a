#include "export/canonical_json.h"

#include <fmt/format.h>

#include <charconv>

#include "base/json_writer.h"
#include "base/shown.h"
#include "base/try.h"
#include "codec/json_syntax.h"
#include "merkle/refused.h"

namespace tally::exports {

bool CanonicalJson::take(std::string_view piece) {
  if (!text_.substr(at_).starts_with(piece)) return false;
  at_ += piece.size();
  return true;
}

Error CanonicalJson::differs(std::string_view expected) const {
  return merkle::refused(fmt::format("{}, byte {}: it goes on with \"{}\", not with {}", name_, at_,
                                     base::shown(text_.substr(at_, 100)), expected));
}

Result<void> CanonicalJson::expect(std::string_view piece) {
  return take(piece) ? Result<void>() : differs(piece);
}

Result<std::string> CanonicalJson::string() {
  const std::string_view rest = text_.substr(at_);
  std::size_t close = 1;
  while (close < rest.size() && rest[close] != '"') close += rest[close] == '\\' ? 2 : 1;
  std::string text;
  std::string again;
  if (rest.starts_with('"') && close < rest.size() &&
      codec::unescape_json(rest.substr(1, close - 1), text)) {
    base::append_json_string(again, text);
  }
  if (again.empty() || again != rest.substr(0, close + 1)) return differs("a text");
  at_ += again.size();
  return text;
}

Result<std::uint64_t> CanonicalJson::number() {
  const std::string_view rest = text_.substr(at_);
  std::uint64_t value = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  const std::string again = std::to_string(value);
  if (read.ec != std::errc() || !rest.starts_with(again) ||
      read.ptr != rest.data() + again.size()) {
    return differs("a number");
  }
  at_ += again.size();
  return value;
}

Result<Hash> CanonicalJson::hash() {
  constexpr std::size_t kHex = 64;
  const std::size_t before = at_;
  TALLY_ASSIGN(const std::string text, string());
  auto hash = Hash::parse(text);
  if (hash.ok() && hash->to_string() == text) return hash;
  at_ = before;
  return differs(fmt::format("{} hex digits", kHex));
}

Result<void> CanonicalJson::expect_key(std::string_view key) {
  const bool is_first = at_ > 0 && text_[at_ - 1] == '{';
  return expect(fmt::format("{}\"{}\":", is_first ? "" : ",", key));
}

Result<std::string> CanonicalJson::string_member(std::string_view key) {
  TALLY_TRY(expect_key(key));
  return string();
}

Result<std::uint64_t> CanonicalJson::number_member(std::string_view key) {
  TALLY_TRY(expect_key(key));
  return number();
}

Result<void> CanonicalJson::items(char end, const std::function<Result<void>()>& item) {
  const std::string_view closing(&end, 1);
  if (take(closing)) return {};
  do TALLY_TRY(item());
  while (take(","));
  return expect(closing);
}

Result<void> CanonicalJson::end() const {
  return at_ == text_.size() ? Result<void>() : differs("its end");
}

}  // namespace tally::exports
