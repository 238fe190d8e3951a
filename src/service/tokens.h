#pragma once

// Who may do what over HTTP: tokens, of which the ledger's folder keeps only hashes.
//
//   DIR/tokens   "tallystick tokens, format 1", then a line a token, its parts apart by a space:
//                HASH ACTOR ROLE[,ROLE…] CREATED EXPIRES LAST-USED
//                times in RFC 3339, `-` for none; mode 0600
//
// A token is 256 random bits, so that a hash without salt gives nothing away.  Whoever changes the
// file holds DIR/tokens.lock, writes the new one beside it and renames it; whoever reads needs no
// lock.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tally/hash.h"
#include "tally/result.h"
#include "tally/time.h"

namespace tally::base {
class JsonWriter;
}

namespace tally::service {

enum class Role : std::uint8_t { kRead = 0, kRecord = 1, kVerify = 2, kAdmin = 3 };
inline constexpr std::size_t kRoles = 4;
std::string_view role_name(Role role);

class Roles {
 public:
  void add(Role role) { bits_ |= 1U << static_cast<unsigned>(role); }
  bool has(Role role) const { return (bits_ >> static_cast<unsigned>(role) & 1U) != 0; }
  bool empty() const { return bits_ == 0; }
  // `record,verify`
  std::string to_string() const;
  // `bad-entry` for a word that is no role, or no word at all.
  static Result<Roles> parse(std::string_view text);
  // A list of names.
  void write(base::JsonWriter& out) const;
  friend bool operator==(const Roles&, const Roles&) = default;

 private:
  std::uint32_t bits_ = 0;
};

struct Token {
  Hash hash;
  std::string actor;
  Roles roles;
  Timestamp created;
  std::optional<Timestamp> expires;
  std::optional<Timestamp> last_used;

  // What `token list` names it by: the first digits of its hash.
  std::string id() const { return hash.to_string().substr(0, 12); }
};

// Reads and changes the file.
class TokenFile {
 public:
  explicit TokenFile(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // All of them, in the order in which they were made; none where there is no file.  Errors:
  // `damaged` where it is not of the form above; `io`.
  Result<std::vector<Token>> read() const;
  // Makes a token and answers it: this is the only time that it is seen.
  Result<std::string> add(Token token) const;
  // `unknown-reference` where there is none with this id.
  Result<Token> revoke(std::string_view id) const;
  // Notes when tokens were used last; what has been revoked meanwhile stays so.
  Result<void> note_use(const std::vector<std::pair<Hash, Timestamp>>& used) const;

  // Changes whenever the file has been changed.
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t changed_ns = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  Stamp stamp() const;

 private:
  Result<void> write(const std::vector<Token>& tokens) const;

  std::filesystem::path folder_;
};

// The hash that a token is kept as.
Hash token_hash(std::string_view token);
// Whether two hashes are equal, in a time that does not depend on where they differ.
bool is_same_hash(const Hash& a, const Hash& b);

}  // namespace tally::service
