#include "receipt_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "table.h"
#include "text.h"

namespace tally::tool {
namespace {

std::string counted_entries(std::uint64_t count) {
  return fmt::format("{} {}", with_thousands(count), count == 1 ? "entry" : "entries");
}

std::string number_text(const std::optional<Decimal>& number) {
  return number ? number->to_display() : "–";
}

void print_impact(const Impact& impact, const LedgerOpened& identity, Console& console) {
  if (impact.moves.empty()) {
    console.out.write("No published figure would move.\n");
    return;
  }
  const bool has_values =
      std::any_of(impact.moves.begin(), impact.moves.end(),
                  [](const Move& move) { return move.value_from || move.value_to; });
  std::vector<Column> columns = {
      {"published figure"}, {"from", Align::kRight}, {"to", Align::kRight}};
  if (has_values) {
    columns.push_back({fmt::format("value from ({})", identity.currency), Align::kRight});
    columns.push_back({"value to", Align::kRight});
  }
  Table table(std::move(columns), 2);
  for (const Move& move : impact.moves) {
    FigureReference figure = move.figure;
    figure.as_of.reset();
    std::vector<std::string> cells = {figure.to_string(identity.year_start), number_text(move.from),
                                      number_text(move.to)};
    if (has_values) {
      cells.push_back(number_text(move.value_from));
      cells.push_back(number_text(move.value_to));
    }
    table.add_row(std::move(cells));
  }
  console.out.write("It would move what was published:\n\n");
  table.print(console);
  for (const std::string& publication : impact.restates) {
    console.out.write(fmt::format("\nThe publication {} would be restated.\n", publication));
  }
}

}  // namespace

void print_receipt(const Receipt& receipt, bool dry_run, const LedgerOpened& identity,
                   Console& console) {
  const std::string verb = dry_run ? "Would append" : "Appended";
  console.out.write(fmt::format("{} {}", verb, counted_entries(receipt.appended)));
  if (receipt.duplicates > 0) {
    console.out.write(fmt::format("; {} {} there already, with the same content",
                                  with_thousands(receipt.duplicates),
                                  receipt.duplicates == 1 ? "was" : "were"));
  }
  if (dry_run) {
    console.out.write(fmt::format(".\nNothing was written: the head stays at event {}.\n",
                                  with_thousands(receipt.head.value)));
    print_impact(receipt.impact, identity, console);
    return;
  }
  console.out.write(fmt::format(".\nThe head is event {}, the root {}.\n",
                                with_thousands(receipt.head.value), receipt.root.to_string()));
}

}  // namespace tally::tool
