#include "ledger/totals.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/try.h"
#include "ledger/core.h"
#include "ledger/measures.h"
#include "ledger/restatement.h"
#include "ledger/selection.h"
#include "ledger/stages.h"
#include "merkle/frontier.h"
#include "merkle/sha256.h"

namespace tally {
namespace {

using ledger::Selection;
using ledger::Stages;
using projection::Reader;

constexpr std::array<std::string_view, 3> kDimensionNames = {"programme", "organisation",
                                                             "contract"};

// A row before its measure is known: year, measure, and the dimensions asked for.
using RowKey = std::tuple<Year, Sequence, std::vector<Sequence>>;

std::vector<Sequence> dimensions_of(const domain::AccountKey& account,
                                    const std::vector<Dimension>& by) {
  std::vector<Sequence> dimensions;
  for (const Dimension dimension : by) {
    const domain::Dimensions& of = account.dimensions;
    dimensions.push_back(dimension == Dimension::kProgramme      ? of.programme
                         : dimension == Dimension::kOrganisation ? of.organisation
                                                                 : of.contract);
  }
  return dimensions;
}

using Sums = std::map<RowKey, Stages>;

Result<Sums> sum_balances(const Reader& reader, const Selection& selection,
                          const std::vector<Dimension>& by) {
  Sums sums;
  TALLY_TRY(ledger::for_each_balance(
      reader, selection, [&](const domain::AccountKey& account, Quantity balance) -> Result<void> {
        sums[{account.year, account.dimensions.measure, dimensions_of(account, by)}].add(
            account.stage, balance);
        return {};
      }));
  return sums;
}

// The measures in force as of a point, by sequence.
class Measures {
 public:
  Measures(const Reader& reader, Sequence as_of) : reader_(reader), as_of_(as_of) {}

  Result<const projection::MeasureVersion*> get(Sequence measure) {
    const auto found = known_.find(measure);
    if (found != known_.end()) return &found->second;
    TALLY_ASSIGN(auto defined, reader_.measure_as_of(measure, as_of_));
    if (!defined) {
      return Error{
          ErrorCode::kDamaged,
          fmt::format("the measure of event {} has postings before it was defined", measure.value),
          {},
          0,
          {}};
    }
    return &known_.emplace(measure, std::move(defined->measure)).first->second;
  }

 private:
  const Reader& reader_;
  Sequence as_of_;
  std::map<Sequence, projection::MeasureVersion> known_;
};

Result<TotalsRow> make_row(Reader& reader, const RowKey& key, const domain::MeasureTerms& measure) {
  const auto& [year, sequence, dimensions] = key;
  TotalsRow row;
  row.year = year;
  TALLY_ASSIGN(row.measure, reader.id_of(sequence));
  row.unit = measure.unit;
  row.basis = measure.basis;
  row.has_value = ledger::has_value(measure.basis);
  for (const Sequence dimension : dimensions) {
    if (dimension.value == 0) {
      row.dimensions.emplace_back();
    } else {
      TALLY_ASSIGN(std::string id, reader.id_of(dimension));
      row.dimensions.emplace_back(std::move(id));
    }
  }
  return row;
}

void fill(TotalsRow& row, const Stages& stages, const domain::MeasureTerms& measure) {
  for (const Stage stage : kStages) {
    const auto index = static_cast<std::size_t>(stage);
    row.quantities[index] = stages.at(stage);
    row.values[index] = ledger::value_of(measure, stages.at(stage));
  }
}

void fill_ratio(TotalsRow& row, const Stages& numerator, const Stages& denominator) {
  for (const Stage stage : kStages) {
    row.quantities[static_cast<std::size_t>(stage)] =
        Decimal::percentage(numerator.at(stage), denominator.at(stage));
  }
}

// The ratios in force as of the selection's point: those asked for, or all of them.
Result<std::vector<std::pair<Sequence, domain::MeasureTerms>>> ratios_in_force(
    const Reader& reader, const Selection& selection) {
  std::vector<std::pair<Sequence, domain::MeasureTerms>> ratios;
  TALLY_ASSIGN(auto all, reader.measures_as_of(selection.as_of));
  for (auto& [sequence, defined] : all) {
    if (!selection.measures.empty() && !selection.measures.contains(sequence)) continue;
    if (defined.measure.standing != domain::Standing::kInForce) continue;
    if (defined.measure.terms.basis != Basis::kRatio) continue;
    ratios.emplace_back(sequence, std::move(defined.measure.terms));
  }
  return ratios;
}

// A ratio has a row wherever its denominator has one.
Result<void> add_ratio_rows(Reader& reader, const Selection& selection,
                            const std::vector<Dimension>& by, Totals& totals) {
  TALLY_ASSIGN(const auto ratios, ratios_in_force(reader, selection));
  if (ratios.empty()) return {};
  Selection parts = selection;
  parts.measures.clear();
  for (const auto& [sequence, terms] : ratios) {
    parts.measures.insert(terms.numerator);
    parts.measures.insert(terms.denominator);
  }
  TALLY_ASSIGN(const Sums sums, sum_balances(reader, parts, by));
  for (const auto& [sequence, terms] : ratios) {
    for (const auto& [key, denominator] : sums) {
      if (std::get<1>(key) != terms.denominator) continue;
      const auto numerator = sums.find({std::get<0>(key), terms.numerator, std::get<2>(key)});
      TALLY_ASSIGN(TotalsRow row,
                   make_row(reader, {std::get<0>(key), sequence, std::get<2>(key)}, terms));
      fill_ratio(row, numerator == sums.end() ? Stages{} : numerator->second, denominator);
      totals.rows.push_back(std::move(row));
    }
  }
  return {};
}

Result<std::vector<AccountLine>> lines_of(Reader& reader, YearStart year_start,
                                          Selection selection) {
  selection.level = projection::Level::kAccount;
  Measures measures(reader, selection.as_of);
  std::vector<std::pair<std::string, AccountLine>> lines;
  TALLY_TRY(ledger::for_each_balance(
      reader, selection, [&](const domain::AccountKey& account, Quantity balance) -> Result<void> {
        if (balance.is_zero()) return {};
        const domain::Dimensions& of = account.dimensions;
        AccountLine line;
        line.year = account.year;
        TALLY_ASSIGN(line.measure, reader.id_of(of.measure));
        TALLY_ASSIGN(line.programme, reader.id_of(of.programme));
        TALLY_ASSIGN(line.organisation, reader.id_of(of.organisation));
        if (of.contract.value != 0) {
          TALLY_ASSIGN(line.contract, reader.id_of(of.contract));
        }
        line.stage = account.stage;
        line.quantity = balance;
        TALLY_ASSIGN(const auto* measure, measures.get(of.measure));
        if (measure->terms.basis == Basis::kProxy) line.proxy = measure->terms.proxy;
        std::string text = line.to_line(year_start);
        lines.emplace_back(std::move(text), std::move(line));
        return {};
      }));
  std::sort(lines.begin(), lines.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<AccountLine> sorted;
  sorted.reserve(lines.size());
  for (auto& [text, line] : lines) sorted.push_back(std::move(line));
  return sorted;
}

}  // namespace

std::string_view dimension_name(Dimension dimension) {
  return kDimensionNames[static_cast<std::size_t>(dimension)];
}

std::optional<Dimension> dimension_from_name(std::string_view name) {
  const auto found = std::find(kDimensionNames.begin(), kDimensionNames.end(), name);
  if (found == kDimensionNames.end()) return std::nullopt;
  return static_cast<Dimension>(found - kDimensionNames.begin());
}

std::string AccountLine::to_line(YearStart year_start) const {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", year_start.year_text(year), measure,
                     programme, organisation, contract, stage_name(stage), quantity.to_string(),
                     proxy ? proxy->to_string() : std::string());
}

Result<Totals> ledger::compute_totals(Reader& reader, YearStart year_start,
                                      const TotalsQuery& query) {
  TALLY_ASSIGN(const Selection selection, Selection::make(reader, query));
  Totals totals;
  totals.as_of = selection.as_of;
  TALLY_ASSIGN(const Sums sums, sum_balances(reader, selection, query.by));
  Measures measures(reader, selection.as_of);
  for (const auto& [key, stages] : sums) {
    TALLY_ASSIGN(const auto* measure, measures.get(std::get<1>(key)));
    TALLY_ASSIGN(TotalsRow row, make_row(reader, key, measure->terms));
    fill(row, stages, measure->terms);
    totals.rows.push_back(std::move(row));
  }
  TALLY_TRY(add_ratio_rows(reader, selection, query.by, totals));
  std::map<Year, bool> restated;
  for (TotalsRow& row : totals.rows) {
    const auto [year, is_new] = restated.try_emplace(row.year);
    if (is_new) {
      TALLY_ASSIGN(year->second, is_restated(reader, row.year, selection.as_of));
    }
    row.restated = year->second;
  }
  std::sort(totals.rows.begin(), totals.rows.end(), [](const TotalsRow& a, const TotalsRow& b) {
    return std::tie(a.year, a.measure, a.dimensions) < std::tie(b.year, b.measure, b.dimensions);
  });
  if (!query.with_roots) return totals;
  for (const TotalsRow& row : totals.rows) {
    if (!totals.roots.empty() && totals.roots.back().first == row.year) continue;
    TALLY_ASSIGN(const Hash root,
                 compute_totals_root(reader, year_start, row.year, selection.as_of));
    totals.roots.emplace_back(row.year, root);
  }
  return totals;
}

Result<Hash> ledger::compute_totals_root(Reader& reader, YearStart year_start, Year year,
                                         Sequence as_of) {
  Selection whole;
  whole.as_of = as_of;
  whole.years = {year};
  TALLY_ASSIGN(const auto lines, lines_of(reader, year_start, whole));
  merkle::Frontier tree;
  for (const AccountLine& line : lines) tree.append(merkle::leaf_hash(line.to_line(year_start)));
  return tree.root();
}

Result<std::vector<AccountLine>> ledger::compute_account_lines(Reader& reader, YearStart year_start,
                                                               const TotalsQuery& query) {
  TALLY_ASSIGN(const Selection selection, Selection::make(reader, query));
  return lines_of(reader, year_start, selection);
}

Result<Totals> totals(const Ledger& ledger, const TotalsQuery& query) {
  TALLY_ASSIGN(Reader reader, ledger.core().reader());
  return ledger::compute_totals(reader, ledger.identity().year_start, query);
}

Result<std::vector<AccountLine>> account_lines(const Ledger& ledger, const TotalsQuery& query) {
  TALLY_ASSIGN(Reader reader, ledger.core().reader());
  return ledger::compute_account_lines(reader, ledger.identity().year_start, query);
}

}  // namespace tally
