#pragma once

// Accounts and what is posted to them (spec "Totals: Accounts and postings").

#include <compare>
#include <vector>

#include "tally/decimal.h"
#include "tally/figure.h"
#include "tally/sequence.h"
#include "tally/time.h"

namespace tally::domain {

// What a quantity is of and whose it is.  `contract` is 0 for none.
struct Dimensions {
  Sequence measure;
  Sequence programme;
  Sequence organisation;
  Sequence contract;
  friend auto operator<=>(const Dimensions&, const Dimensions&) = default;
};

struct AccountKey {
  Year year;
  Dimensions dimensions;
  Stage stage = Stage::kCommitted;
  friend auto operator<=>(const AccountKey&, const AccountKey&) = default;
};

// What a record, or an event, adds to one account.
struct Contribution {
  AccountKey account;
  Quantity quantity;
  friend bool operator==(const Contribution&, const Contribution&) = default;
};

}  // namespace tally::domain
