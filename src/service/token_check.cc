#include "service/token_check.h"

#include "base/try.h"

namespace tally::service {

Result<void> TokenCheck::read_if_changed() {
  const TokenFile::Stamp stamp = file_.stamp();
  if (read_at_ == stamp) return {};
  read_at_.reset();
  tokens_.clear();  // where the file cannot be read, nobody is let in
  TALLY_ASSIGN(tokens_, file_.read());
  read_at_ = stamp;
  return {};
}

// Goes through all of them, so that it takes as long whichever it is.
const Token* TokenCheck::find_hash(const Hash& hash, Timestamp now) const {
  const Token* found = nullptr;
  for (const Token& token : tokens_) {
    if (is_same_hash(token.hash, hash)) found = &token;
  }
  if (found == nullptr || (found->expires && *found->expires <= now)) return nullptr;
  return found;
}

Result<std::optional<Caller>> TokenCheck::find(std::string_view token, Timestamp now) {
  const Hash hash = token_hash(token);
  const std::lock_guard lock(mutex_);
  TALLY_TRY(read_if_changed());
  const Token* found = find_hash(hash, now);
  if (found == nullptr) return std::optional<Caller>();
  used_[hash] = now;
  return std::optional(Caller{true, hash, found->id(), found->actor, found->roles, found->expires});
}

bool TokenCheck::is_good(const Caller& caller, Timestamp now) {
  if (!caller.has_token) return true;
  const std::lock_guard lock(mutex_);
  return read_if_changed().ok() && find_hash(caller.token, now) != nullptr;
}

bool TokenCheck::has_changed() {
  const std::lock_guard lock(mutex_);
  return read_at_ != file_.stamp();
}

Result<void> TokenCheck::keep_last_use() {
  std::vector<std::pair<Hash, Timestamp>> used;
  {
    const std::lock_guard lock(mutex_);
    used.assign(used_.begin(), used_.end());
    used_.clear();
  }
  if (used.empty()) return {};
  return file_.note_use(used);
}

}  // namespace tally::service
