// A program of someone else: it is built against the installed package alone.

#include <iostream>

#include "tally/decimal.h"

int main() {
  const tally::Result<tally::Quantity> hours = tally::Quantity::parse("14000.50");
  const tally::Result<tally::Quantity> price = tally::Quantity::parse("16.09");
  if (!hours.ok() || !price.ok()) {
    std::cerr << (hours.ok() ? price : hours).error().message << '\n';
    return 1;
  }
  std::cout << hours.value().to_string() << " hours at " << price.value().to_string() << " are "
            << tally::Decimal::product(hours.value(), price.value()).to_display() << " pounds\n";
}
