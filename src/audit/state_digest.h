#pragma once

// One digest over everything that records and accounts hold, whatever way their postings are
// grouped on disk: the same for the same log on every machine, build and number of threads.
//
//   SHA-256 of three others, of the records, the accounts and the postings: each record, in the
//   order of their sequences; each account and then each number, in the order of their keys (the
//   key's length, the value's length, key, value); and each posting, by account number and in the
//   order of the log (number, sequence, the number of the account that it is of, delta).  Lengths
//   and numbers are varints.

#include <string>
#include <string_view>

#include "merkle/sha256.h"
#include "projection/reader.h"
#include "tally/hash.h"

namespace tally::audit {

// Each of the three may be added to by a thread of its own.
class StateDigest {
 public:
  void add_record(std::string_view key, std::string_view value) { records_.add(key, value); }
  void add_account(std::string_view key, std::string_view value) { accounts_.add(key, value); }
  void add_posting(std::uint32_t chain, const projection::ChainPosting& posting);
  Hash finish();

 private:
  // What is hashed in large pieces.
  struct Part {
    void add(std::string_view key, std::string_view value);
    void flush_if_full();
    Hash finish();

    merkle::Sha256 digest;
    std::string pending;
  };

  Part records_;
  Part accounts_;
  Part postings_;
};

// Of all that is stored; `parallel` allows several threads.  `damaged` where it cannot be read.
Result<Hash> digest_of(const projection::Reader& reader, bool parallel);

}  // namespace tally::audit
