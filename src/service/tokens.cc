#include "service/tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/json_writer.h"
#include "base/try.h"
#include "domain/identifier.h"
#include "merkle/base64.h"
#include "merkle/sha256.h"
#include "merkle/signing_key.h"
#include "store/directory.h"

namespace tally::service {
namespace {

constexpr std::array<std::string_view, kRoles> kRoleNames = {"read", "record", "verify", "admin"};
constexpr const char* kFile = "tokens";
constexpr const char* kLockFile = "tokens.lock";
constexpr std::string_view kHeading = "tallystick tokens, format 1\n";
constexpr std::string_view kPrefix = "tally_";
constexpr std::string_view kNone = "-";
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kParts = 6;

// Held by whoever changes the file, and given back when the process ends, however it does.
class ChangeLock {
 public:
  ~ChangeLock() {
    if (file_ >= 0) ::close(file_);
  }
  ChangeLock(ChangeLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  ChangeLock& operator=(ChangeLock&&) = delete;

  static Result<ChangeLock> acquire(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / kLockFile;
    ChangeLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.file_ < 0 || ::flock(lock.file_, LOCK_EX) != 0) {
      return Error{ErrorCode::kIo,
                   fmt::format("locking {}: {}", path.string(), std::strerror(errno)),
                   {},
                   0,
                   {}};
    }
    return lock;
  }

 private:
  explicit ChangeLock(int file) : file_(file) {}
  int file_ = -1;
};

std::string time_text(const std::optional<Timestamp>& time) {
  return time ? time->to_string() : std::string(kNone);
}

Result<std::optional<Timestamp>> read_time(std::string_view text) {
  if (text == kNone) return std::optional<Timestamp>();
  TALLY_ASSIGN(const Timestamp time, Timestamp::parse(text));
  return std::optional(time);
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = std::min(text.find(at), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

Result<Token> read_line(std::string_view line) {
  const std::vector<std::string_view> parts = split(line, ' ');
  if (parts.size() != kParts || !domain::is_identifier(parts[1])) {
    return Error{ErrorCode::kDamaged, "it has not the parts of a token", {}, 0, {}};
  }
  Token token;
  TALLY_ASSIGN(token.hash, Hash::parse(parts[0]));
  token.actor = parts[1];
  TALLY_ASSIGN(token.roles, Roles::parse(parts[2]));
  TALLY_ASSIGN(token.created, Timestamp::parse(parts[3]));
  TALLY_ASSIGN(token.expires, read_time(parts[4]));
  TALLY_ASSIGN(token.last_used, read_time(parts[5]));
  return token;
}

std::string write_line(const Token& token) {
  return fmt::format("{} {} {} {} {} {}\n", token.hash.to_string(), token.actor,
                     token.roles.to_string(), token.created.to_string(), time_text(token.expires),
                     time_text(token.last_used));
}

// As base64 writes it, without what a URL or a shell would stumble over.
std::string new_token() {
  std::array<std::uint8_t, kTokenBytes> bytes{};
  merkle::fill_random(bytes.data(), bytes.size());
  std::string text = merkle::base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find('='));
  return std::string(kPrefix) + text;
}

}  // namespace

std::string_view role_name(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }

void Roles::write(base::JsonWriter& out) const {
  out.begin_array();
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (has(static_cast<Role>(i))) out.string(role_name(static_cast<Role>(i)));
  }
  out.end_array();
}

std::string Roles::to_string() const {
  std::string text;
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (!has(static_cast<Role>(i))) continue;
    if (!text.empty()) text += ',';
    text += kRoleNames[i];
  }
  return text;
}

Result<Roles> Roles::parse(std::string_view text) {
  Roles roles;
  for (const std::string_view word : split(text, ',')) {
    const auto found = std::find(kRoleNames.begin(), kRoleNames.end(), word);
    if (found == kRoleNames.end()) {
      return Error{
          ErrorCode::kBadEntry,
          fmt::format("\"{}\" is no role; the roles are {}", word, fmt::join(kRoleNames, ", ")),
          {},
          0,
          {}};
    }
    roles.add(static_cast<Role>(found - kRoleNames.begin()));
  }
  return roles;
}

Result<std::vector<Token>> TokenFile::read() const {
  std::vector<Token> tokens;
  const store::Directory directory(folder_);
  if (!directory.has_file(kFile)) return tokens;
  TALLY_ASSIGN(const std::string text, directory.read_file(kFile));
  auto damaged = [](std::uint64_t line, std::string_view why) {
    return Error{ErrorCode::kDamaged,
                 fmt::format("line {} of the file `{}` in the ledger's folder is damaged: {}", line,
                             kFile, why),
                 {},
                 0,
                 {}};
  };
  std::string_view rest = text;
  if (!rest.starts_with(kHeading)) return damaged(1, "it is not the heading");
  rest.remove_prefix(kHeading.size());
  for (std::uint64_t number = 2; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return damaged(number, "it is cut short");
    Result<Token> token = read_line(rest.substr(0, end));
    if (!token.ok()) return damaged(number, token.error().message);
    tokens.push_back(std::move(*token));
    rest.remove_prefix(end + 1);
  }
  return tokens;
}

Result<void> TokenFile::write(const std::vector<Token>& tokens) const {
  std::string text(kHeading);
  for (const Token& token : tokens) text += write_line(token);
  return store::Directory(folder_).replace_file(kFile, text, true);
}

Result<std::string> TokenFile::add(Token token) const {
  std::string text = new_token();
  token.hash = token_hash(text);
  TALLY_ASSIGN(const ChangeLock lock, ChangeLock::acquire(folder_));
  TALLY_ASSIGN(std::vector<Token> tokens, read());
  tokens.push_back(std::move(token));
  TALLY_TRY(write(tokens));
  return text;
}

Result<Token> TokenFile::revoke(std::string_view id) const {
  TALLY_ASSIGN(const ChangeLock lock, ChangeLock::acquire(folder_));
  TALLY_ASSIGN(std::vector<Token> tokens, read());
  const auto found = std::find_if(tokens.begin(), tokens.end(),
                                  [&](const Token& token) { return token.id() == id; });
  if (found == tokens.end()) {
    return Error{ErrorCode::kUnknownReference,
                 fmt::format("there is no token {}; `tally token list` shows them", id),
                 {},
                 0,
                 {}};
  }
  Token token = std::move(*found);
  tokens.erase(found);
  TALLY_TRY(write(tokens));
  return token;
}

Result<void> TokenFile::note_use(const std::vector<std::pair<Hash, Timestamp>>& used) const {
  TALLY_ASSIGN(const ChangeLock lock, ChangeLock::acquire(folder_));
  TALLY_ASSIGN(std::vector<Token> tokens, read());
  bool changed = false;
  for (Token& token : tokens) {
    for (const auto& [hash, time] : used) {
      if (token.hash != hash || (token.last_used && *token.last_used >= time)) continue;
      token.last_used = time;
      changed = true;
    }
  }
  if (!changed) return {};
  return write(tokens);
}

TokenFile::Stamp TokenFile::stamp() const {
  struct stat found = {};
  const std::filesystem::path path = folder_ / kFile;
  if (::stat(path.c_str(), &found) != 0) return {};
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  return {found.st_ino, found.st_mtim.tv_sec * kNanosPerSecond + found.st_mtim.tv_nsec};
}

Hash token_hash(std::string_view token) { return merkle::sha256({token}); }

bool is_same_hash(const Hash& a, const Hash& b) {
  unsigned differs = 0;
  for (std::size_t i = 0; i < a.bytes.size(); ++i) {
    differs |= static_cast<unsigned>(a.bytes[i] ^ b.bytes[i]);
  }
  return differs == 0;
}

}  // namespace tally::service
