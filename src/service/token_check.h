#pragma once

// Whose token a request carries.  The file of tokens is read again whenever it has changed, so that
// one that is revoked is of no use from then on; when tokens were used last is kept here and
// written now and then.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/tokens.h"

namespace tally::service {

// Who asks.
struct Caller {
  bool has_token = false;
  Hash token;  // its hash
  std::string token_id;
  std::string actor;
  Roles roles;
  std::optional<Timestamp> expires;
};

// Any thread may use it.
class TokenCheck {
 public:
  explicit TokenCheck(const std::filesystem::path& folder) : file_(folder) {}

  // The caller that a token stands for at a moment; nothing where it is unknown, revoked or
  // expired.  Errors: those of reading the file.
  Result<std::optional<Caller>> find(std::string_view token, Timestamp now);
  // Whether a token that was good still is.
  bool is_good(const Caller& caller, Timestamp now);

  // Whether the file has been changed since it was last read.
  bool has_changed();

  // Writes down when tokens were used last, where that is not on disk yet.
  Result<void> keep_last_use();

 private:
  Result<void> read_if_changed();
  const Token* find_hash(const Hash& hash, Timestamp now) const;

  const TokenFile file_;
  std::mutex mutex_;
  std::optional<TokenFile::Stamp> read_at_;  // these three are guarded by mutex_
  std::vector<Token> tokens_;
  std::map<Hash, Timestamp> used_;  // since it was written down
};

}  // namespace tally::service
