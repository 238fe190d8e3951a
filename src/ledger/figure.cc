#include "ledger/figure.h"

#include <algorithm>

#include "base/try.h"
#include "ledger/core.h"
#include "ledger/measures.h"
#include "ledger/selection.h"
#include "ledger/stages.h"

namespace tally {
namespace ledger {
namespace {

using projection::Level;
using projection::LevelKey;
using projection::Reader;

// The stages that a figure's number is made of.
std::vector<Stage> stages_behind(Stage stage) {
  if (stage != Stage::kPending) return {stage};
  return {Stage::kClaimed, Stage::kVerified, Stage::kRejected};
}

// The balance of one account, at any level; nothing where nothing was posted to it by then.
Result<std::optional<Quantity>> balance_of(const Reader& reader, const LevelKey& key,
                                           Sequence as_of) {
  TALLY_ASSIGN(const auto state, reader.account(key));
  if (!state) return std::optional<Quantity>();
  return reader.balance_as_of(key.level, *state, as_of);
}

}  // namespace

Result<ResolvedFigure> resolve_figure(const Reader& reader, const FigureReference& reference) {
  ResolvedFigure figure;
  figure.reference = reference;
  TALLY_ASSIGN(figure.as_of, checked_point(reader, reference.as_of));
  figure.reference.as_of = figure.as_of;
  TALLY_ASSIGN(figure.measure,
               find_entry(reader, reference.measure, EntryType::kMeasure, figure.as_of));
  TALLY_ASSIGN(auto defined, reader.measure_as_of(figure.measure, figure.as_of));
  if (!defined) {
    return Error{ErrorCode::kDamaged,
                 "the definition of \"" + reference.measure + "\" is missing",
                 {},
                 0,
                 reference.measure};
  }
  figure.defined = std::move(*defined);
  auto resolve = [&](const std::optional<std::string>& id, EntryType type,
                     std::optional<Sequence>& target) -> Result<void> {
    if (!id) return {};
    if (type == EntryType::kContract && *id == FigureReference::kNoContract) {
      target = Sequence{};
      return {};
    }
    TALLY_ASSIGN(target, find_entry(reader, *id, type, figure.as_of));
    return {};
  };
  TALLY_TRY(resolve(reference.programme, EntryType::kProgramme, figure.programme));
  TALLY_TRY(resolve(reference.organisation, EntryType::kOrganisation, figure.organisation));
  TALLY_TRY(resolve(reference.contract, EntryType::kContract, figure.contract));
  return figure;
}

bool ResolvedFigure::holds(const domain::Dimensions& of) const {
  auto fits = [](const std::optional<Sequence>& filter, Sequence value) {
    return !filter || *filter == value;
  };
  return fits(programme, of.programme) && fits(organisation, of.organisation) &&
         fits(contract, of.contract);
}

Level ResolvedFigure::level() const {
  return coarsest_level(programme.has_value(), organisation.has_value(), contract.has_value());
}

Result<Quantity> quantity_of(const Reader& reader, const ResolvedFigure& figure, Sequence measure) {
  TALLY_ASSIGN(const FigureSum sum, sum_of(reader, figure, measure));
  return sum.quantity;
}

Result<FigureSum> sum_of(const Reader& reader, const ResolvedFigure& figure, Sequence measure) {
  Stages stages;
  bool is_posted_to = false;
  const std::vector<Stage> behind = stages_behind(figure.reference.stage);
  const Level level = figure.level();
  if (level != Level::kAccount) {
    for (const Stage stage : behind) {
      const domain::AccountKey account{figure.reference.year,
                                       {measure, figure.programme.value_or(Sequence{}),
                                        figure.organisation.value_or(Sequence{}), Sequence{}},
                                       stage};
      TALLY_ASSIGN(const auto balance, balance_of(reader, {level, account}, figure.as_of));
      if (!balance) continue;
      stages.add(stage, *balance);
      is_posted_to = true;
    }
    return FigureSum{stages.at(figure.reference.stage), is_posted_to};
  }
  Selection selection;
  selection.as_of = figure.as_of;
  selection.years = {figure.reference.year};
  selection.measures = {measure};
  if (figure.programme) selection.programmes = {*figure.programme};
  if (figure.organisation) selection.organisations = {*figure.organisation};
  if (figure.contract) selection.contracts = {*figure.contract};
  selection.level = level;
  TALLY_TRY(for_each_balance(
      reader, selection, [&](const domain::AccountKey& account, Quantity balance) -> Result<void> {
        stages.add(account.stage, balance);
        is_posted_to =
            is_posted_to || std::find(behind.begin(), behind.end(), account.stage) != behind.end();
        return {};
      }));
  return FigureSum{stages.at(figure.reference.stage), is_posted_to};
}

Result<Figure> compute_figure(const Reader& reader, const ResolvedFigure& resolved) {
  const domain::MeasureTerms& measure = resolved.defined.measure.terms;
  Figure figure;
  figure.reference = resolved.reference;
  figure.as_of = resolved.as_of;
  figure.basis = measure.basis;
  if (measure.basis == Basis::kRatio) {
    TALLY_ASSIGN(const Quantity numerator, quantity_of(reader, resolved, measure.numerator));
    TALLY_ASSIGN(const Quantity denominator, quantity_of(reader, resolved, measure.denominator));
    figure.quantity = Decimal::percentage(numerator, denominator);
    return figure;
  }
  TALLY_ASSIGN(const Quantity quantity, quantity_of(reader, resolved, resolved.measure));
  figure.quantity = quantity;
  figure.value = value_of(measure, quantity);
  return figure;
}

Result<FigureNumbers> numbers_of(const projection::Reader& reader,
                                 const FigureReference& reference) {
  FigureNumbers numbers;
  auto resolved = resolve_figure(reader, reference);
  if (!resolved.ok()) {
    const ErrorCode code = resolved.error().code;
    const bool unknown = code == ErrorCode::kUnknownReference || code == ErrorCode::kWrongType;
    return unknown ? Result<FigureNumbers>(numbers) : resolved.take_error();
  }
  numbers.resolved = std::move(*resolved);
  const domain::MeasureTerms& terms = numbers.resolved->defined.measure.terms;
  const Sequence posted_to =
      terms.basis == Basis::kRatio ? terms.denominator : numbers.resolved->measure;
  TALLY_ASSIGN(const FigureSum sum, sum_of(reader, *numbers.resolved, posted_to));
  numbers.supported = sum.is_posted_to;
  TALLY_ASSIGN(const Figure figure, compute_figure(reader, *numbers.resolved));
  numbers.quantity = figure.quantity;
  numbers.value = figure.value;
  return numbers;
}

}  // namespace ledger

Result<Figure> figure(const Ledger& ledger, const FigureReference& reference) {
  TALLY_ASSIGN(const projection::Reader reader, ledger.core().reader());
  TALLY_ASSIGN(const ledger::ResolvedFigure resolved, ledger::resolve_figure(reader, reference));
  return ledger::compute_figure(reader, resolved);
}

}  // namespace tally
