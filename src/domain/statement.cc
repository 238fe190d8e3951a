#include "domain/statement.h"

#include <algorithm>
#include <optional>

namespace tally::domain {
namespace {

// Numbers from one to another, both included, in steps of a Decimal's last digit; without a bound
// where one is absent.
struct Range {
  std::optional<Int128> least;
  std::optional<Int128> most;

  bool holds(Int128 number) const {
    return (!least || *least <= number) && (!most || number <= *most);
  }
};

// What the last digit of a number other than 0 stands for, zeros at its end left out.
Int128 last_digit(Quantity stated) {
  Int128 worth = Decimal::kScale / Quantity::kScale;
  for (std::int64_t rest = stated.millionths(); rest % 10 == 0; rest /= 10) worth *= 10;
  return worth;
}

// What rounds to a number, half away from zero.
Range rounding_to(Quantity stated) {
  const Int128 number = Decimal(stated).units();
  if (number == 0) return {number, number};
  const Int128 half = last_digit(stated) / 2;
  // The half that is nearer to zero rounds to the number, the other one to the next.
  return stated.is_negative() ? Range{number - half + 1, number + half}
                              : Range{number - half, number + half - 1};
}

Range range_of(const Statement& statement) {
  const Int128 number = Decimal(statement.stated).units();
  switch (statement.qualifier) {
    case Qualifier::kExact: break;
    case Qualifier::kAtLeast: return {number, std::nullopt};
    case Qualifier::kMoreThan: return {number + 1, std::nullopt};
    case Qualifier::kAbout: return rounding_to(statement.stated);
  }
  return {number, number};
}

}  // namespace

bool agrees(const Statement& statement, Decimal number) {
  return range_of(statement).holds(number.units());
}

bool explains(const Statement& statement, Decimal number) {
  return agrees(statement, number) && rounding_to(statement.stated).holds(number.units());
}

bool exclude_each_other(const Statement& a, const Statement& b) {
  const Range one = range_of(a);
  const Range other = range_of(b);
  return (one.most && other.least && *one.most < *other.least) ||
         (other.most && one.least && *other.most < *one.least);
}

}  // namespace tally::domain
