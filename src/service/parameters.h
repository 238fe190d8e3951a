#pragma once

// The parameters of a request, read strictly: an unknown one, one that stands twice where one is
// meant, or a malformed one is `usage`.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/target.h"
#include "tally/export.h"
#include "tally/ledger.h"
#include "tally/totals.h"

namespace tally::service {

class Parameters {
 public:
  explicit Parameters(const Target& target) : target_(target) {}

  // That there are no others than these.
  Result<void> expect(std::initializer_list<std::string_view> known) const;

  std::vector<std::string> all(std::string_view name) const;
  Result<std::optional<std::string>> one(std::string_view name) const;
  // `1` or `0`; false where it is absent.
  Result<bool> flag(std::string_view name) const;
  // Digits alone.
  Result<std::optional<std::uint64_t>> number(std::string_view name) const;
  // `limit`, from 1 to `most`; nothing where it is absent.
  Result<std::optional<std::uint64_t>> limit(std::uint64_t most) const;

 private:
  const Target& target_;
};

// The point that `as_of` names, nothing where it is absent; and whether it can ever be another: it
// cannot, where it is named by a sequence.
struct AskedPoint {
  std::optional<Sequence> as_of;
  bool is_pinned = false;
};
Result<AskedPoint> read_point(const Ledger& ledger, const Parameters& parameters);

// A question of totals, and whether its answer can ever be another: it cannot, where it names its
// point by a sequence.
struct AskedTotals {
  TotalsQuery query;
  bool is_pinned = false;
};

// The filters `year`, `measure`, `programme`, `organisation` and `contract`, each as often as
// wanted, and `as_of`.
Result<AskedTotals> read_filters(const Ledger& ledger, const Parameters& parameters);

// Whether a point is named by a sequence.
bool is_sequence(std::string_view text);

}  // namespace tally::service
