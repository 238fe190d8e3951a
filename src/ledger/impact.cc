#include "ledger/impact.h"

#include <map>
#include <set>

#include "base/try.h"
#include "ledger/figure.h"
#include "ledger/restatement.h"
#include "ledger/totals.h"

namespace tally::ledger {
namespace {

using projection::Reader;

class Builder {
 public:
  Builder(Reader& before, Reader& after, YearStart year_start)
      : before_(before), after_(after), year_start_(year_start) {}

  Result<Impact> build(EventReader& events) {
    TALLY_ASSIGN(const auto publications, before_.publications());
    std::set<Year> years;
    for (const auto& one : publications) years.insert(one.year);
    for (const Year year : years) TALLY_TRY(add_year(year));
    for (const auto& one : publications) {
      TALLY_ASSIGN(const Event event, events.read(one.publication));
      TALLY_TRY(add_statements(event, years));
      TALLY_TRY(add_restated(one));
    }
    return std::move(impact_);
  }

 private:
  struct Rows {
    const TotalsRow* before = nullptr;
    const TotalsRow* after = nullptr;
  };

  // The totals of a year, measure by measure.
  Result<void> add_year(Year year) {
    TotalsQuery query;
    query.years = {year};
    TALLY_ASSIGN(const Totals before, compute_totals(before_, year_start_, query));
    TALLY_ASSIGN(const Totals after, compute_totals(after_, year_start_, query));
    std::map<std::string, Rows> measures;
    for (const TotalsRow& row : before.rows) measures[row.measure].before = &row;
    for (const TotalsRow& row : after.rows) measures[row.measure].after = &row;
    for (const auto& [measure, rows] : measures) {
      for (const Stage stage : kStages) {
        const auto index = static_cast<std::size_t>(stage);
        Move move = move_of({year, measure, stage, {}, {}, {}, {}});
        if (rows.before != nullptr) move.from = rows.before->quantities[index];
        if (rows.before != nullptr) move.value_from = rows.before->values[index];
        if (rows.after != nullptr) move.to = rows.after->quantities[index];
        if (rows.after != nullptr) move.value_to = rows.after->values[index];
        add(std::move(move));
      }
    }
    return {};
  }

  // The figures that a publication states, but for those that are as of a point that is past, and
  // those that are told with their year.
  Result<void> add_statements(const Event& event, const std::set<Year>& years) {
    const auto* publication = std::get_if<Publication>(&event.entry.content);
    if (publication == nullptr) return {};
    for (const Statement& statement : publication->statements) {
      const FigureReference& figure = statement.figure;
      const bool is_part = figure.programme || figure.organisation || figure.contract;
      if (figure.as_of || (!is_part && years.contains(figure.year))) continue;
      if (!stated_.insert(figure.to_string(year_start_)).second) continue;
      TALLY_ASSIGN(const FigureNumbers before, numbers_of(before_, figure));
      TALLY_ASSIGN(const FigureNumbers after, numbers_of(after_, figure));
      Move move = move_of(figure);
      move.from = before.number(StatementOf::kQuantity);
      move.to = after.number(StatementOf::kQuantity);
      move.value_from = before.number(StatementOf::kValue);
      move.value_to = after.number(StatementOf::kValue);
      add(std::move(move));
    }
    return {};
  }

  Result<void> add_restated(const Reader::PublishedYear& one) {
    TALLY_ASSIGN(const bool was, year_differs(before_, one.year, one.as_of, before_.last()));
    TALLY_ASSIGN(const bool is, year_differs(after_, one.year, one.as_of, after_.last()));
    if (was || !is) return {};
    TALLY_ASSIGN(impact_.restates.emplace_back(), before_.id_of(one.publication));
    return {};
  }

  Move move_of(FigureReference figure) const {
    figure.as_of = before_.last();
    return {std::move(figure), {}, {}, {}, {}};
  }
  void add(Move move) {
    if (move.from == move.to && move.value_from == move.value_to) return;
    impact_.moves.push_back(std::move(move));
  }

  Reader& before_;
  Reader& after_;
  const YearStart year_start_;
  std::set<std::string> stated_;
  Impact impact_;
};

}  // namespace

Result<Impact> impact_between(Reader& before, Reader& after, EventReader& events,
                              YearStart year_start) {
  return Builder(before, after, year_start).build(events);
}

}  // namespace tally::ledger
