#include "export/pack_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/shown.h"
#include "base/try.h"
#include "domain/identifier.h"
#include "export/csv_read.h"
#include "export/csv_tables.h"
#include "merkle/frontier.h"
#include "merkle/refused.h"

namespace tally::exports::pack {
namespace {

using merkle::refused;

// A table of a pack, row by row.
class Table {
 public:
  static Result<std::unique_ptr<Table>> open(const PackParts& parts, std::string_view part,
                                             std::string_view table) {
    TALLY_ASSIGN(const std::size_t index, parts.find(part));
    TALLY_ASSIGN(std::unique_ptr<PartStream> stream, parts.stream(index));
    std::unique_ptr<Table> opened(new Table(std::move(stream), part));
    TALLY_TRY(opened->read_heading(csv_table(table)));
    return opened;
  }

  // Reads the next row; false at the end.
  Result<bool> next() {
    auto there = reader_.next(row_);
    if (!there.ok()) {
      const Error& error = there.error();
      if (error.code == ErrorCode::kRefused || error.code == ErrorCode::kIo) return there;
      return refused(fmt::format("{}, line {}: {}", part_, error.line, error.message));
    }
    if (!*there || row_.cells.size() == width_) return there;
    return wrong(fmt::format("it has {} columns, not {}", row_.cells.size(), width_));
  }
  const std::string& cell(std::size_t column) const { return row_.cells[column]; }
  const std::vector<std::string>& cells() const { return row_.cells; }
  Error wrong(std::string_view what) const {
    return refused(fmt::format("{}, line {}: {}", part_, row_.line, what));
  }

 private:
  Table(std::unique_ptr<PartStream> stream, std::string_view part)
      : part_(part), lines_(std::move(stream), part), reader_(lines_) {}

  Result<void> read_heading(const CsvTable& table) {
    width_ = table.columns.size();
    TALLY_ASSIGN(const bool there, next());
    for (std::size_t i = 0; there && i < width_; ++i) {
      if (cell(i) == table.columns[i].name) continue;
      return wrong(fmt::format("column {} is \"{}\", not {}", i + 1, base::shown(cell(i)),
                               table.columns[i].name));
    }
    return there ? Result<void>() : refused(fmt::format("{} is empty", part_));
  }

  std::string_view part_;
  PartLines lines_;
  CsvReader reader_;
  SheetRow row_;
  std::size_t width_ = 0;
};

std::string joined(const std::vector<std::string>& cells, std::size_t count) {
  std::string text = cells.front();
  for (std::size_t i = 1; i < count; ++i) text += "\t" + cells[i];
  return text;
}

bool is_canonical(const std::string& text) {
  const auto quantity = Quantity::parse(text);
  return quantity.ok() && quantity->to_string() == text;
}

// accounts.csv: its rows are the lines of the totals roots, with commas.
class Accounts {
 public:
  Accounts(std::unique_ptr<Table> table, YearStart year_start)
      : table_(std::move(table)), year_start_(year_start) {}

  // Moves on to the next line; there is none at the end.
  Result<void> next() {
    TALLY_ASSIGN(is_there_, table_->next());
    if (!is_there_) return {};
    TALLY_TRY(check_cells());
    const std::vector<std::string>& cells = table_->cells();
    std::string account = joined(cells, kNaming) + "\t";
    std::string line = joined(cells, cells.size());
    if (!(line_ < line)) return table_->wrong("it does not come after the one before it");
    if (account == account_) return table_->wrong("it is of the account of the line before it");
    account_ = std::move(account);
    line_ = std::move(line);
    return {};
  }

  bool is_there() const { return is_there_; }
  const std::string& line() const { return line_; }  // the leaf
  bool is_of(std::string_view total) const { return is_there_ && line_.starts_with(total); }
  std::size_t stage() const { return static_cast<std::size_t>(*stage_from_name(table_->cell(5))); }
  Quantity quantity() const { return *Quantity::parse(table_->cell(6)); }
  // Of a measure that is worth money by one.
  std::optional<Quantity> proxy() const {
    if (table_->cell(7).empty()) return std::nullopt;
    return *Quantity::parse(table_->cell(7));
  }
  Error wrong(std::string_view what) const { return table_->wrong(what); }
  Error without_total() const {
    return table_->wrong(
        fmt::format("{} has no row of {} in {}", kTotals, table_->cell(1), table_->cell(0)));
  }

 private:
  static constexpr std::size_t kNaming = 6;  // the columns that name the account

  Result<void> check_cells() const {
    const std::vector<std::string>& cells = table_->cells();
    const auto year = year_start_.parse_year(cells[0]);
    if (!year.ok() || year_start_.year_text(*year) != cells[0]) return bad(0);
    for (const std::size_t column : {1U, 2U, 3U, 4U}) {
      const bool may_lack = column == 4;
      if (may_lack && cells[column].empty()) continue;
      if (!domain::is_identifier(cells[column])) return bad(column);
    }
    const auto stage = stage_from_name(cells[5]);
    if (!stage || *stage == Stage::kPending) return bad(5);
    if (!is_canonical(cells[6]) || cells[6] == "0") return bad(6);
    if (!cells[7].empty() && !is_canonical(cells[7])) return bad(7);
    return {};
  }
  Error bad(std::size_t column) const {
    return table_->wrong(fmt::format("\"{}\" is no {}", base::shown(table_->cell(column)),
                                     csv_table("accounts").columns[column].name));
  }

  std::unique_ptr<Table> table_;
  YearStart year_start_;
  bool is_there_ = false;
  std::string line_;
  std::string account_;
};

// Reads both tables at a time: the rows of a total, then its accounts.
class SideBySide {
 public:
  SideBySide(std::unique_ptr<Table> totals, Accounts accounts, const Description& description)
      : totals_(std::move(totals)),
        accounts_(std::move(accounts)),
        is_filtered_(description.is_filtered()) {
    const std::vector<std::string> asked = description.asked("stages");
    for (const Stage stage : kStages) {
      const bool is_there =
          asked.empty() || std::find(asked.begin(), asked.end(), stage_name(stage)) != asked.end();
      if (is_there) stages_.push_back(stage);
    }
    // What is pending is told by the other stages, if they are there.
    tells_pending_ = asked.empty();
  }

  Result<CheckedTables> run() {
    TALLY_TRY(accounts_.next());
    while (true) {
      TALLY_ASSIGN(const bool there, totals_->next());
      if (!there) break;
      TALLY_TRY(begin_total());
      for (std::size_t i = 0; i < stages_.size(); ++i) {
        if (i > 0) {
          TALLY_ASSIGN(const bool more, totals_->next());
          if (!more)
            return totals_->wrong(
                fmt::format("no row of the stage {} follows", stage_name(stages_[i])));
        }
        TALLY_TRY(check_row(stages_[i]));
        ++checked_.totals;
      }
    }
    if (accounts_.is_there()) return accounts_.without_total();
    end_year();
    return std::move(checked_);
  }

 private:
  // Adds up the accounts of the total whose first row is at hand.
  Result<void> begin_total() {
    if (totals_->cell(0) != year_) {
      end_year();
      year_ = totals_->cell(0);
    }
    std::string total = joined(totals_->cells(), 2) + "\t";
    if (!(total_ < total)) return totals_->wrong("it does not come after the one before it");
    total_ = std::move(total);
    sums_ = {};
    proxy_.reset();
    has_accounts_ = false;
    while (accounts_.is_of(total_)) TALLY_TRY(take_account());
    if (accounts_.is_there() && accounts_.line() < total_) return accounts_.without_total();
    return {};
  }

  Result<void> take_account() {
    Quantity& sum = sums_[accounts_.stage()];
    const auto more = sum.plus(accounts_.quantity());
    if (!more) return accounts_.wrong("what the accounts add up to leaves the range of quantities");
    sum = *more;
    if (has_accounts_ && accounts_.proxy() != proxy_) {
      return accounts_.wrong("it has another proxy than the line before it");
    }
    proxy_ = accounts_.proxy();
    has_accounts_ = true;
    if (!is_filtered_) tree_.append(merkle::leaf_hash(accounts_.line()));
    return accounts_.next();
  }

  Result<void> check_row(Stage stage) const {
    if (joined(totals_->cells(), 2) + "\t" != total_ || totals_->cell(2) != stage_name(stage)) {
      return totals_->wrong(
          fmt::format("it is not the row of the stage {} that belongs here", stage_name(stage)));
    }
    // A share of two measures has no accounts of its own.
    const std::string& basis = totals_->cell(6);
    if (basis == basis_name(Basis::kRatio) && !has_accounts_) return {};
    if (stage == Stage::kPending && !tells_pending_) return {};
    const Decimal sum = sum_of(stage);
    TALLY_TRY(check_number(3, sum.to_string()));
    const bool is_proxy = basis == basis_name(Basis::kProxy);
    if (has_accounts_ && is_proxy != proxy_.has_value()) {
      return totals_->wrong(fmt::format("its basis is {}, and its accounts have {} proxy",
                                        base::shown(basis), proxy_ ? "a" : "no"));
    }
    if (is_proxy) {
      const auto value = product(sum, proxy_.value_or(Quantity()));
      return value ? check_number(4, value->to_string())
                   : totals_->wrong("its value leaves the range of numbers");
    }
    const bool is_money = basis == basis_name(Basis::kCash) || basis == basis_name(Basis::kInKind);
    return check_number(4, is_money ? sum.to_string() : std::string());
  }

  // A number of the row is what the accounts give.
  Result<void> check_number(std::size_t column, const std::string& expected) const {
    if (totals_->cell(column) == expected) return {};
    return totals_->wrong(fmt::format("the {} of {} {} is \"{}\", and the accounts give \"{}\"",
                                      csv_table("totals").columns[column].name, totals_->cell(1),
                                      totals_->cell(2), base::shown(totals_->cell(column)),
                                      expected));
  }

  // Nothing where it leaves the range: what is pending may be thrice the largest balance.
  static std::optional<Decimal> product(Decimal sum, Quantity price) {
    Int128 units = sum.units() / (Decimal::kScale / Quantity::kScale);
    if (__builtin_mul_overflow(units, Int128{price.millionths()}, &units)) return std::nullopt;
    return Decimal::from_units(units);
  }

  Decimal sum_of(Stage stage) const {
    const auto at = [&](Stage of) { return Decimal(sums_[static_cast<std::size_t>(of)]); };
    if (stage != Stage::kPending) return at(stage);
    return at(Stage::kClaimed).minus(at(Stage::kVerified)).minus(at(Stage::kRejected));
  }

  void end_year() {
    if (!year_.empty() && !is_filtered_) checked_.roots.emplace_back(year_, tree_.root());
    tree_ = {};
  }

  std::unique_ptr<Table> totals_;
  Accounts accounts_;
  const bool is_filtered_;
  std::vector<Stage> stages_;
  bool tells_pending_ = false;
  std::string year_;
  std::string total_;  // year and measure, as a line of accounts begins
  std::array<Quantity, kAccountStages> sums_;
  std::optional<Quantity> proxy_;
  bool has_accounts_ = false;
  merkle::Frontier tree_;
  CheckedTables checked_;
};

}  // namespace

Result<CheckedTables> check_tables(const PackParts& parts, const Description& description,
                                   YearStart year_start) {
  TALLY_ASSIGN(auto totals, Table::open(parts, kTotals, "totals"));
  TALLY_ASSIGN(auto accounts, Table::open(parts, kAccounts, "accounts"));
  SideBySide tables(std::move(totals), Accounts(std::move(accounts), year_start), description);
  TALLY_ASSIGN(CheckedTables checked, tables.run());
  if (description.is_filtered()) return checked;
  const auto& said = description.totals_roots;
  for (std::size_t i = 0; i < std::max(checked.roots.size(), said.size()); ++i) {
    if (i >= said.size() || i >= checked.roots.size() || said[i].first != checked.roots[i].first) {
      return refused(fmt::format("{} has the years {}, and {} roots of others", kTotals,
                                 i < checked.roots.size() ? checked.roots[i].first
                                                          : "before " + base::shown(said[i].first),
                                 kDescription));
    }
    const Hash& root = checked.roots[i].second;
    if (root == said[i].second) continue;
    return refused(fmt::format("{} gives {} the totals root {}, and {} says {}", kAccounts,
                               said[i].first, root.to_string(), kDescription,
                               said[i].second.to_string()));
  }
  return checked;
}

}  // namespace tally::exports::pack
