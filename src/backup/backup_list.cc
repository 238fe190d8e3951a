#include "backup/backup_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal_digits.h"
#include "base/shown.h"
#include "base/try.h"
#include "ledger/checkpoints.h"
#include "projection/damage.h"

namespace tally::backups {
namespace {

using projection::damaged;

constexpr std::string_view kFormat = "# tallystick backup, format ";
constexpr unsigned kVersion = 1;
constexpr std::size_t kDigestDigits = 16;
constexpr std::size_t kFirstDigits = 12;

std::string digest_name(const Hash& hash) { return hash.to_string().substr(0, kDigestDigits); }

// What the ledger's own files may be called.
bool is_ledger_file(std::string_view name) {
  if (name == ledger::kKeyFile || name == ledger::kVkeyFile || name == ledger::kCheckpointFile) {
    return true;
  }
  const std::string folder = std::string(ledger::kRotationsFolder) + "/";
  return name.starts_with(folder) && base::canonical_number(name.substr(folder.size()));
}

class ListReader {
 public:
  explicit ListReader(std::string_view text) : rest_(text) {}

  Result<BackupList> read() {
    TALLY_TRY(read_format());
    TALLY_ASSIGN(list_.origin, fact("origin"));
    TALLY_ASSIGN(const std::string events, fact("events"));
    const auto size = base::canonical_number(events);
    if (!size) return wrong("is no number of events");
    list_.size.count = *size;
    TALLY_ASSIGN(const std::string root, fact("root"));
    const auto hash = Hash::parse(root);
    if (!hash.ok()) return wrong("is no hash");
    list_.root = *hash;
    TALLY_ASSIGN(const std::string made, fact("made"));
    const auto time = Timestamp::parse(made);
    if (!time.ok()) return wrong("is no time");
    list_.made_at = *time;
    while (!rest_.empty()) TALLY_TRY(read_file());
    if (next_.value == list_.size.count && next_.value > 0) return std::move(list_);
    return damaged(
        fmt::format("{} says {} events, and names {}", kListFile, list_.size.count, next_.value));
  }

 private:
  Error wrong(std::string_view what) const {
    return damaged(
        fmt::format("{}, line {}, {}: {}", kListFile, line_number_, what, base::shown(line_)));
  }

  Result<void> next_line() {
    ++line_number_;
    const std::size_t end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    if (end == std::string_view::npos) return wrong("is cut short");
    rest_.remove_prefix(end + 1);
    return {};
  }

  Result<void> read_format() {
    TALLY_TRY(next_line());
    if (!line_.starts_with(kFormat)) return wrong("does not say that this is a backup");
    const auto version = base::canonical_number(line_.substr(kFormat.size()));
    if (!version) return wrong("does not say that this is a backup");
    if (*version == kVersion) return {};
    return Error{ErrorCode::kNewerFormat,
                 fmt::format("the backup has format {}, and this program reads up to {}; use a "
                             "newer tally",
                             *version, kVersion),
                 {},
                 0,
                 {}};
  }

  Result<std::string> fact(std::string_view name) {
    TALLY_TRY(next_line());
    const std::string prefix = fmt::format("# {} ", name);
    if (!line_.starts_with(prefix)) return wrong(fmt::format("does not begin with \"{}\"", prefix));
    return std::string(line_.substr(prefix.size()));
  }

  Result<void> read_file() {
    TALLY_TRY(next_line());
    constexpr std::size_t kHashDigits = 64;
    const auto hash = Hash::parse(line_.substr(0, kHashDigits));
    if (!hash.ok() || line_.substr(kHashDigits, 2) != "  ")
      return wrong("names no digest and file");
    ListedFile file{std::string(line_.substr(kHashDigits + 2)), *hash};
    if (file.path.starts_with("events/")) return read_events(std::move(file));
    if (file.path.starts_with("details/")) return read_details(std::move(file));
    return read_ledger_file(std::move(file));
  }

  Result<void> read_events(ListedFile file) {
    const std::vector<std::string_view> parts = split(std::string_view(file.path).substr(7));
    const auto count = parts.size() == 3 ? base::canonical_number(parts[1]) : std::nullopt;
    if (!count || *count == 0 || *count > list_.size.count - next_.value) {
      return wrong("names no segment that can stand here");
    }
    Segment segment{next_, *count, std::move(file), std::nullopt};
    if (segment.events.path != segment_path("events", next_, *count, segment.events.sha256)) {
      return wrong("names no segment that can stand here");
    }
    next_.value += *count;
    list_.segments.push_back(std::move(segment));
    return {};
  }

  // The details of a segment stand right behind its events.
  Result<void> read_details(ListedFile file) {
    if (list_.segments.empty() || list_.segments.back().details) return wrong("has no events");
    Segment& segment = list_.segments.back();
    if (file.path != segment_path("details", segment.first, segment.count, file.sha256)) {
      return wrong("is not beside the events before it");
    }
    segment.details = std::move(file);
    return {};
  }

  Result<void> read_ledger_file(ListedFile file) {
    const std::string_view name = name_in_ledger(file.path);
    if (!is_ledger_file(name)) return wrong("names no file of a backup");
    for (const ListedFile& other : list_.ledger_files) {
      if (name_in_ledger(other.path) == name) return wrong("names a file twice");
    }
    list_.ledger_files.push_back(std::move(file));
    return {};
  }

  static std::vector<std::string_view> split(std::string_view name) {
    std::vector<std::string_view> parts;
    for (;;) {
      const std::size_t end = name.find('-');
      parts.push_back(name.substr(0, end));
      if (end == std::string_view::npos) return parts;
      name.remove_prefix(end + 1);
    }
  }

  std::string_view rest_;
  std::string_view line_;
  std::uint64_t line_number_ = 0;
  Sequence next_;
  BackupList list_;
};

}  // namespace

std::string BackupList::to_text() const {
  std::string text =
      fmt::format("{}{}\n# origin {}\n# events {}\n# root {}\n# made {}\n", kFormat, kVersion,
                  origin, size.count, root.to_string(), made_at.to_string());
  for (const ListedFile* file : files()) {
    text += fmt::format("{}  {}\n", file->sha256.to_string(), file->path);
  }
  return text;
}

Result<BackupList> BackupList::parse(std::string_view text) { return ListReader(text).read(); }

std::vector<const ListedFile*> BackupList::files() const {
  std::vector<const ListedFile*> all;
  for (const Segment& segment : segments) {
    all.push_back(&segment.events);
    if (segment.details) all.push_back(&*segment.details);
  }
  for (const ListedFile& file : ledger_files) all.push_back(&file);
  return all;
}

std::string segment_path(std::string_view folder, Sequence first, std::uint64_t count,
                         const Hash& sha256) {
  return fmt::format("{}/{:0{}}-{}-{}", folder, first.value, kFirstDigits, count,
                     digest_name(sha256));
}

std::string ledger_folder(const Hash& of_all) {
  return fmt::format("ledger/{}/", digest_name(of_all));
}

std::string_view name_in_ledger(std::string_view path) {
  constexpr std::string_view kFolder = "ledger/";
  if (!path.starts_with(kFolder)) return {};
  path.remove_prefix(kFolder.size());
  const bool has_digest = path.size() > kDigestDigits && path[kDigestDigits] == '/' &&
                          std::all_of(path.begin(), path.begin() + kDigestDigits, [](char c) {
                            return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f');
                          });
  return has_digest ? path.substr(kDigestDigits + 1) : std::string_view();
}

}  // namespace tally::backups
