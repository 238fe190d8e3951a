#pragma once

// What an export is of: one state of one ledger, and the part of it that was asked for.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audit/versions.h"
#include "ledger/selection.h"
#include "tally/checkpoint.h"
#include "tally/export.h"

namespace tally::exports {

class Subject {
 public:
  // Issues the checkpoint of its point.  Errors: those of `totals` and `checkpoint`.
  static Result<std::unique_ptr<Subject>> open(const Ledger& ledger, const ExportQuery& query);

  const Ledger& ledger;
  audit::Reading reading;
  ExportQuery query;  // its point is set
  ledger::Selection selection;

  Sequence as_of;
  Timestamp recorded_at;   // of the event that it is as of
  std::string checkpoint;  // the signed note of size as_of + 1
  Checkpoint head;         // what it says
  std::string vkey;        // that it is signed with
  Totals totals;           // the rows that were asked for, with the roots of their years

  const LedgerOpened& identity() const { return ledger.identity(); }
  YearStart year_start() const { return identity().year_start; }
  bool wants(Stage stage) const;

  // One posting of an account that was asked for.
  struct Posting {
    Sequence sequence;
    domain::AccountKey account;
    Quantity delta;
    Quantity balance;  // the account's, after it
  };
  // All of them, account by account in the order of their keys, and in the order of the log within.
  Result<void> for_each_posting(const std::function<Result<void>(const Posting&)>& visit);

  // The texts that stand for an account; `contract` is empty for none.
  struct AccountTexts {
    std::string year, measure, programme, organisation, contract;
    std::string_view stage;
  };
  Result<AccountTexts> texts_of(const domain::AccountKey& account);

 private:
  Subject(const Ledger& of, projection::Reader reader);
};

}  // namespace tally::exports
