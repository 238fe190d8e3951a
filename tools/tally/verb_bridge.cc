// `tally bridge`: what happened to a figure between two points.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "export/figure_json.h"
#include "table.h"
#include "tally/bridge.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

constexpr std::size_t kBarWidth = 32;
constexpr std::size_t kReasonWidth = 48;

struct BridgeArguments {
  std::string folder;
  std::string figure;
  std::string from;
  std::string to;
};

// ---- Text -------------------------------------------------------------------------------------

// Draws amounts as bars on one scale, each change where it leads from and to.
class Waterfall {
 public:
  explicit Waterfall(const Bridge& bridge) {
    Decimal running = amount(bridge.opening.quantity);
    include(running);
    for (const BridgeLine& line : bridge.lines) {
      running = running.plus(line.quantity);
      include(running);
    }
  }

  // From nothing to an amount.
  std::string level(Decimal amount) const { return bar(Decimal(), amount, "█"); }
  std::string change(Decimal before, Decimal after) const {
    return bar(before, after, after < before ? "░" : "▒");
  }

 private:
  static Decimal amount(const std::optional<Decimal>& number) { return number.value_or(Decimal()); }
  void include(Decimal amount) { most_ = std::max(most_, amount); }

  // The column that an amount reaches to; what is more than nothing can be seen.
  std::size_t column(Decimal amount) const {
    if (most_ <= Decimal() || amount <= Decimal()) return 0;
    const auto share = amount.units() / (most_.units() / static_cast<Int128>(kBarWidth) + 1);
    return std::min<std::size_t>(kBarWidth, static_cast<std::size_t>(share) + 1);
  }
  std::string bar(Decimal from, Decimal to, std::string_view mark) const {
    const std::size_t first = std::min(column(from), column(to));
    const std::size_t last = std::max(column(from), column(to));
    std::string text(first, ' ');
    // A change too small for a column of its own still has one.
    const std::size_t length = std::max<std::size_t>(last - first, from == to ? 0 : 1);
    for (std::size_t i = 0; i < length; ++i) text += mark;
    return text;
  }

  Decimal most_;
};

std::string number_text(const std::optional<Decimal>& number) {
  return number ? number->to_display() : "–";
}

std::string signed_text(Decimal number) {
  const std::string text = number.to_display();
  return number < Decimal() || number == Decimal() ? text : "+" + text;
}

void print_bridge(const Bridge& bridge, const LedgerOpened& identity, Console& console) {
  console.out.write(console.style.bold(harmless(bridge.figure.to_string(identity.year_start))) +
                    fmt::format("  {}, from event {} to event {}\n\n", harmless(bridge.unit),
                                with_thousands(bridge.opening.as_of.value),
                                with_thousands(bridge.closing.as_of.value)));
  if (bridge.numerator && bridge.denominator) {
    console.out.write(
        fmt::format("It went from {} to {}: 100 × the first of these two ÷ the "
                    "second, to 4 decimals.\n\n",
                    number_text(bridge.opening.quantity), number_text(bridge.closing.quantity)));
    print_bridge(*bridge.numerator, identity, console);
    console.out.write("\n");
    print_bridge(*bridge.denominator, identity, console);
    return;
  }
  const bool has_value = bridge.closing.value.has_value();
  std::vector<Column> columns = {
      {"event", Align::kRight}, {"cause"}, {"entry"}, {"quantity", Align::kRight}};
  if (has_value) {
    columns.push_back({fmt::format("value ({})", harmless(identity.currency)), Align::kRight});
  }
  columns.push_back({""});
  Table table(std::move(columns), 2);
  const Waterfall waterfall(bridge);
  auto add = [&](std::vector<std::string> cells, const std::optional<Decimal>& value,
                 bool is_change, std::string bar) {
    if (has_value) cells.push_back(is_change ? signed_text(*value) : number_text(value));
    cells.push_back(std::move(bar));
    table.add_row(std::move(cells));
  };
  Decimal running = bridge.opening.quantity.value_or(Decimal());
  add({with_thousands(bridge.opening.as_of.value), "opening", "", number_text(running)},
      bridge.opening.value, false, waterfall.level(running));
  for (const BridgeLine& line : bridge.lines) {
    const Decimal after = running.plus(line.quantity);
    add({with_thousands(line.sequence.value), std::string(cause_name(line.cause)), line.entry,
         signed_text(line.quantity)},
        line.value, true, waterfall.change(running, after));
    if (!line.reason.empty()) {
      table.add_note("because: " + shortened(harmless(line.reason), kReasonWidth));
    }
    running = after;
  }
  add({with_thousands(bridge.closing.as_of.value), "closing", "",
       number_text(bridge.closing.quantity)},
      bridge.closing.value, false, waterfall.level(running));
  table.print(console);
  if (bridge.lines.empty()) console.out.write("\nNothing moved it.\n");
}

Result<ExitStatus> run_bridge(const BridgeArguments& arguments, Console& console) {
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  const LedgerOpened& identity = ledger->identity();
  TALLY_ASSIGN(const FigureReference figure,
               FigureReference::parse(arguments.figure, identity.year_start));
  TALLY_ASSIGN(const Sequence from, ledger->resolve_point(arguments.from));
  std::optional<Sequence> to;
  if (!arguments.to.empty()) {
    TALLY_ASSIGN(to, ledger->resolve_point(arguments.to));
  }
  TALLY_ASSIGN(const Bridge found, bridge(*ledger, figure, {from, to}));
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    exports::write_bridge(out, found, identity.year_start);
    console.out.write(text + "\n");
  } else {
    print_bridge(found, identity, console);
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_bridge(CommandLine& line) {
  const auto arguments = std::make_shared<BridgeArguments>();
  CLI::App& verb =
      line.add_verb("bridge", "Tells what moved a figure between two points.", arguments->folder,
                    {"tally bridge demo-ledger 2022-23:jobs:verified --from 50",
                     "tally bridge demo-ledger 2022-23:jobs:pending --from 40 --to 60"});
  verb.add_option("FIGURE", arguments->figure,
                  "YEAR:MEASURE:STAGE[:programme=ID][:organisation=ID][:contract=ID], without @")
      ->required();
  add_text(verb, "--from", arguments->from, "N|TIME|PUBLICATION", "the opening: as of then")
      ->required();
  add_text(verb, "--to", arguments->to, "N|TIME|PUBLICATION", "the closing; else the head");
  line.on_run(verb, [arguments](Console& console) { return run_bridge(*arguments, console); });
}

}  // namespace tally::tool
