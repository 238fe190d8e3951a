#pragma once

// One digest over everything that records and accounts hold, whatever way their postings are
// grouped on disk: the same for the same log on every machine, build and number of threads.
//
//   SHA-256 of: each record, in the order of their sequences; each account and then each number, in
//   the order of their keys (a letter, the key's length, the value's length, key, value); and each
//   posting, by account number and in the order of the log ("p", number, sequence, the number of
//   the account that it is of, delta).  Lengths and numbers are varints.

#include <string>
#include <string_view>

#include "merkle/sha256.h"
#include "projection/reader.h"
#include "tally/hash.h"

namespace tally::audit {

class StateDigest {
 public:
  void add_record(std::string_view key, std::string_view value) { add('r', key, value); }
  void add_account(std::string_view key, std::string_view value) { add('a', key, value); }
  void add_posting(std::uint32_t chain, Sequence sequence, std::uint64_t account, Quantity delta);
  Hash finish();

 private:
  void add(char letter, std::string_view key, std::string_view value);
  void flush_if_full();

  merkle::Sha256 digest_;
  std::string pending_;
};

// Of all that is stored.  `damaged` where it cannot be read.
Result<Hash> digest_of(const projection::Reader& reader);

}  // namespace tally::audit
