#include "export/pack_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/shown.h"
#include "base/try.h"
#include "export/pack_layout.h"
#include "merkle/refused.h"
#include "tally/limits.h"

namespace tally::exports::pack {

using merkle::refused;

Result<std::string_view> PartStream::next() {
  TALLY_ASSIGN(const std::string_view piece, stream_.next());
  if (!piece.empty()) {
    digest_.update(piece);
    meter_.done += piece.size();
    if (meter_.progress) meter_.progress("Checking", "bytes", meter_.done, meter_.all);
    return piece;
  }
  const Hash digest = digest_.finish();
  if (!expected_ || digest == *expected_) return piece;
  return refused(fmt::format("{} has the SHA-256 {}, and {} says {}", name_, digest.to_string(),
                             kSums, expected_->to_string()));
}

Result<PackParts> PackParts::open(const std::filesystem::path& path, const PackProgress& progress) {
  PackParts opened;
  opened.meter_ = std::make_unique<Meter>(Meter{progress});
  TALLY_ASSIGN(opened.archive_, audit::ZipArchive::open(path, limits::kPackParts));
  if (opened.parts().empty() || opened.parts().front().name != kSums) {
    return refused(fmt::format("the first part is not {}", kSums));
  }
  for (const auto& part : opened.parts()) {
    // No file is so long, and sums of more would run over.
    if (part.size > UINT64_MAX / limits::kPackParts) {
      return refused(fmt::format("{} says that it is {} bytes long", part.name, part.size));
    }
    opened.meter_->all += part.size;
  }
  TALLY_TRY(opened.read_sums());
  return opened;
}

Result<void> PackParts::read_sums() {
  constexpr std::string_view kBetween = "  ";
  constexpr std::size_t kHex = 64;
  TALLY_ASSIGN(const std::string text, read(0, limits::kPackListBytes));
  digests_.resize(parts().size());
  std::string_view rest = text;
  for (std::size_t index = 1; index < parts().size(); ++index) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const auto digest = Hash::parse(line.substr(0, kHex));
    if (!digest.ok() || line.size() == rest.size() ||
        line != digest->to_string() + std::string(kBetween) + parts()[index].name) {
      return refused(fmt::format("{}, line {}: it is \"{}\", not the digest of {}", kSums, index,
                                 base::shown(line), parts()[index].name));
    }
    digests_[index] = *digest;
    rest.remove_prefix(line.size() + 1);
  }
  if (rest.empty()) return {};
  return refused(fmt::format("{} goes on after the last part: \"{}\"", kSums,
                             base::shown(rest.substr(0, rest.find('\n')))));
}

Result<std::size_t> PackParts::find(std::string_view name) const {
  const auto found = std::find_if(parts().begin(), parts().end(),
                                  [&](const auto& part) { return part.name == name; });
  if (found != parts().end()) return static_cast<std::size_t>(found - parts().begin());
  return refused(fmt::format("{} is missing", name));
}

Result<std::unique_ptr<PartStream>> PackParts::stream(std::size_t index) const {
  TALLY_ASSIGN(audit::ZipArchive::Stream stream, archive_.stream(index));
  const auto expected = index == 0 ? std::nullopt : std::optional(digests_[index]);
  return std::make_unique<PartStream>(std::move(stream), parts()[index].name, expected, *meter_);
}

Result<std::string> PackParts::read(std::size_t index, std::uint64_t limit) const {
  const audit::ZipArchive::Part& part = parts()[index];
  if (part.size > limit) {
    return refused(
        fmt::format("{} has {} bytes; at most {} are read", part.name, part.size, limit));
  }
  TALLY_ASSIGN(const std::unique_ptr<PartStream> from, stream(index));
  std::string content;
  while (true) {
    TALLY_ASSIGN(const std::string_view piece, from->next());
    if (piece.empty()) return content;
    content += piece;
  }
}

Result<void> PackParts::check_digest(std::size_t index) const {
  TALLY_ASSIGN(const std::unique_ptr<PartStream> part, stream(index));
  while (true) {
    TALLY_ASSIGN(const std::string_view piece, part->next());
    if (piece.empty()) return {};
  }
}

Result<std::optional<InputLine>> PartLines::next() {
  std::size_t end = pending_.find('\n', at_);
  while (end == std::string::npos && !is_over_) {
    if (pending_.size() - at_ > limits::kLineBytes) {
      return refused(fmt::format("{}, line {}: it has more than {} bytes", name_, number_ + 1,
                                 limits::kLineBytes));
    }
    pending_.erase(0, at_);
    at_ = 0;
    const std::size_t looked_at = pending_.size();
    TALLY_ASSIGN(const std::string_view piece, stream_->next());
    is_over_ = piece.empty();
    pending_ += piece;
    end = pending_.find('\n', looked_at);
  }
  if (end == std::string::npos && at_ == pending_.size()) return std::optional<InputLine>();
  ++number_;
  if (end == std::string::npos) {
    return refused(fmt::format("{}, line {}: it is cut short", name_, number_));
  }
  InputLine line;
  line.text = std::string_view(pending_).substr(at_, end - at_);
  line.number = number_;
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  at_ = end + 1;
  return std::optional<InputLine>(line);
}

}  // namespace tally::exports::pack
