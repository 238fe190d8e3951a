#pragma once

// Entries by chance: of every type, mostly such as a ledger would take, often at odds with a rule.

#include "support/naive_ledger.h"

namespace tally::testing {

class EntryChance {
 public:
  explicit EntryChance(Random& random) : random_(random) {}

  // The organisations, programmes, contracts and measures to begin with; all are accepted.
  std::vector<NaiveEntry> beginning();
  // An entry that names what the ledger has, or might have.
  NaiveEntry any(const NaiveLedger& ledger);
  // The same, but one that the ledger accepts.
  NaiveEntry accepted(const NaiveLedger& ledger);

 private:
  NaiveEntry body(const std::string& type, const NaiveLedger& ledger);
  NaiveEntry correction(const NaiveLedger& ledger);
  NaiveEntry publication(const NaiveLedger& ledger);
  NaiveEntry erasure(const NaiveLedger& ledger);
  void note(NaiveEntry& entry);
  NaiveEntry measure_of(const std::string& basis, const NaiveLedger& ledger);
  // One of the ledger's entries of a type; now and then another's, or nobody's.
  std::string some(const std::string& type, const NaiveLedger& ledger);
  std::int64_t quantity();
  std::string fresh_id();

  Random& random_;
  std::uint64_t made_ = 0;
};

}  // namespace tally::testing
