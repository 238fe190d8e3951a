#pragma once

// The balances of the four stages side by side, and what is still pending of them.

#include <array>

#include "tally/decimal.h"
#include "tally/figure.h"

namespace tally::ledger {

struct Stages {
  std::array<Quantity, kAccountStages> balances{};

  // Sums of valid balances; their range was checked where they were posted.
  void add(Stage stage, Quantity quantity) {
    Quantity& balance = balances[static_cast<std::size_t>(stage)];
    balance = balance.plus(quantity).value_or(balance);
  }
  Quantity at(Stage stage) const {
    if (stage != Stage::kPending) return balances[static_cast<std::size_t>(stage)];
    const std::int64_t pending = at(Stage::kClaimed).millionths() -
                                 at(Stage::kVerified).millionths() -
                                 at(Stage::kRejected).millionths();
    return Quantity::from_millionths(pending).value_or(Quantity{});
  }
};

}  // namespace tally::ledger
