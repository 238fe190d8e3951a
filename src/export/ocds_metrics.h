#pragma once

// What was agreed and what was delivered under each contract, as metrics of OCDS
// (https://extensions.open-contracting.org/en/extensions/metrics/).
//
// An observation is a commitment in one of its years, or a claim as far as it is verified.  Its
// quantity is what the account's postings of that commitment or claim add up to, so that the
// observations of an account add up to its balance.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "export/subject.h"

namespace tally::exports {

class OcdsMetrics {
 public:
  explicit OcdsMetrics(Subject& subject) : subject_(subject) {}

  // Finds the accounts of contracts that were asked for and are not at zero.
  Result<void> find_accounts();

  bool has(Sequence contract, Stage stage) const;
  // The organisations of a contract's accounts.
  std::set<Sequence> organisations(Sequence contract) const;

  // Reads what `write` needs of some contracts: those from `first` on that fit into memory
  // together, one at least.  Answers the first that has not been read.  What was read before is
  // forgotten.
  Result<std::size_t> read_ahead(const std::vector<Sequence>& contracts, std::size_t first);

  // Writes the contract's metrics at a stage as an array: by measure, and within by year,
  // programme, organisation, and commitment or claim.  `grown` is called after each observation:
  // whoever owns the text may take out what stands in it.
  using TextGrown = std::function<void()>;
  Result<void> write(base::JsonWriter& out, Sequence contract, Stage stage, const TextGrown& grown);

 private:
  struct Held {
    domain::AccountKey account;
    std::uint32_t number = 0;
  };
  // What one commitment or claim adds to an account, and the last event that changed it.
  struct Line {
    Quantity quantity;
    Sequence last;
  };
  using Lines = std::map<Sequence, Line>;
  struct Period {
    Date from, to;
  };

  Result<void> write_metric(base::JsonWriter& out, Sequence measure, const std::string& id,
                            const std::vector<const Held*>& accounts, const TextGrown& grown);
  Result<Lines> lines_of(const Held& held);
  Result<void> read_claims();
  Result<Sequence> verification_behind(Sequence event) const;
  Result<Sequence> entry_behind(Sequence event, Stage stage);
  Result<void> write_observation(base::JsonWriter& out, const Measure& measure, const Held& held,
                                 Sequence entry, const Line& line);
  Result<void> write_claim(base::JsonWriter& out, Sequence claim, Sequence last);

  Subject& subject_;
  std::map<Sequence, std::vector<Held>> accounts_;  // by contract
  // Read ahead: by account; by claim; how it was verified, by verification.
  std::map<std::uint32_t, Lines> lines_;
  std::map<Sequence, Period> periods_;
  std::map<Sequence, std::string> methods_;
};

// A period of whole days.
void write_ocds_period(base::JsonWriter& out, Date from, Date to);
// Money in the ledger's currency: exact, as a number of JSON.
void write_ocds_value(base::JsonWriter& out, const Subject& subject, Quantity amount);

}  // namespace tally::exports
