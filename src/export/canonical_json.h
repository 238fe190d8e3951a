#pragma once

// Reads JSON of ours that a stranger hands back: the one text that base/json_writer.h makes of it,
// member by member in their order.  So nothing stands twice, and nothing unknown.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tally/hash.h"
#include "tally/result.h"

namespace tally::exports {

class CanonicalJson {
 public:
  // `name` is what the text is called.
  CanonicalJson(std::string_view name, std::string_view text) : name_(name), text_(text) {}

  // Takes this off, if it comes next.
  bool take(std::string_view piece);
  // All below: `refused`, with the place, where something else comes.
  Result<void> expect(std::string_view piece);
  Result<std::string> string();
  Result<std::uint64_t> number();
  Result<Hash> hash();
  // A key and its string or number, with a comma before the key unless it is the first.
  Result<std::string> string_member(std::string_view key);
  Result<std::uint64_t> number_member(std::string_view key);
  // The items of a list or object, up to its end: each is read by `item`.
  Result<void> items(char end, const std::function<Result<void>()>& item);
  Result<void> end() const;

 private:
  Error differs(std::string_view expected) const;
  Result<void> expect_key(std::string_view key);

  std::string_view name_;
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace tally::exports
