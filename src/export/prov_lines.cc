#include "export/prov_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/try.h"

namespace tally::exports {
namespace {

using projection::AccountState;
using projection::ChainPosting;
using projection::Level;
using projection::LevelKey;

struct Line {
  Sequence event;
  Quantity delta;
};

// Adds up the lines of one event that follow one another.
class OneLineAnEvent {
 public:
  explicit OneLineAnEvent(const ProvFigures::LineVisit& visit) : visit_(visit) {}

  Result<void> take(Sequence event, Quantity delta) {
    if (is_open_ && line_.event == event) {
      const auto sum = line_.delta.plus(delta);
      if (sum) line_.delta = *sum;
      if (sum) return {};
      return Error{ErrorCode::kDamaged,
                   fmt::format("what event {} posts leaves the range of quantities; run `tally "
                               "verify`",
                               event.value),
                   {},
                   0,
                   {}};
    }
    TALLY_TRY(end());
    line_ = {event, delta};
    is_open_ = true;
    return {};
  }
  Result<void> end() { return is_open_ ? visit_(line_.event, line_.delta) : Result<void>(); }

 private:
  const ProvFigures::LineVisit& visit_;
  Line line_;
  bool is_open_ = false;
};

std::optional<std::string> only(const std::vector<std::string>& filter) {
  return filter.empty() ? std::nullopt : std::optional(filter.front());
}

}  // namespace

Result<void> ProvFigures::check(const Subject& subject) {
  const TotalsQuery& asked = subject.query.totals;
  for (const auto& [filter, name] :
       {std::pair(&asked.programmes, "programme"), std::pair(&asked.organisations, "organisation"),
        std::pair(&asked.contracts, "contract")}) {
    if (filter->size() < 2) continue;
    return Error{ErrorCode::kUsage,
                 fmt::format("a figure is of one {} or of all, and {} were asked for: export each "
                             "into a file of its own",
                             name, filter->size()),
                 {},
                 0,
                 {}};
  }
  return {};
}

std::string ProvFigures::reference_of(const TotalsRow& row, std::string_view measure,
                                      Stage stage) const {
  const TotalsQuery& asked = subject_.query.totals;
  FigureReference reference;
  reference.year = row.year;
  reference.measure = measure;
  reference.stage = stage;
  reference.programme = only(asked.programmes);
  reference.organisation = only(asked.organisations);
  reference.contract = only(asked.contracts);
  reference.as_of = subject_.as_of;
  return reference.to_string(subject_.year_start());
}

Result<void> ProvFigures::for_each(const FigureVisit& visit) {
  projection::Reader& reader = subject_.reading.reader;
  for (const TotalsRow& row : subject_.totals.rows) {
    ProvFigure figure;
    figure.row = &row;
    TALLY_ASSIGN(const auto measure, reader.sequence_of(row.measure));
    figure.measure = measure.value_or(Sequence{});
    TALLY_ASSIGN(const auto defined, reader.measure_as_of(figure.measure, subject_.as_of));
    if (!defined) {
      return Error{
          ErrorCode::kDamaged,
          fmt::format("the measure \"{}\" is not defined; run `tally verify`", row.measure),
          {},
          0,
          {}};
    }
    figure.measure_version = defined->version;
    std::vector<std::string> measures;  // that a ratio is a share of
    if (row.basis == Basis::kRatio) {
      const domain::MeasureTerms& terms = defined->measure.terms;
      for (const Sequence part : {terms.numerator, terms.denominator}) {
        TALLY_ASSIGN(std::string id, reader.id_of(part));
        measures.push_back(std::move(id));
      }
    }
    for (const Stage stage : kStages) {
      if (!subject_.wants(stage)) continue;
      figure.stage = stage;
      figure.reference = reference_of(row, row.measure, stage);
      figure.name = "figure:" + figure.reference;
      figure.parts.clear();
      for (const std::string& part : measures) {
        figure.parts.push_back("figure:" + reference_of(row, part, stage));
      }
      if (measures.empty() && stage == Stage::kPending) {
        for (const Stage part : {Stage::kClaimed, Stage::kVerified, Stage::kRejected}) {
          figure.parts.push_back("figure:" + reference_of(row, row.measure, part));
        }
      }
      TALLY_TRY(visit(figure));
    }
  }
  return {};
}

Result<std::vector<std::uint32_t>> ProvFigures::accounts_of(const ProvFigure& figure,
                                                            Level level) const {
  std::vector<std::uint32_t> accounts;
  const std::string prefix = projection::measure_prefix(level, figure.row->year, figure.measure);
  TALLY_TRY(subject_.reading.reader.for_each_account(
      prefix, [&](const LevelKey& key, const AccountState& account) -> Result<bool> {
        if (key.account.stage == figure.stage && subject_.selection.holds(key.account)) {
          accounts.push_back(account.number);
        }
        return true;
      }));
  return accounts;
}

// A figure with no filter or one has a chain of postings of its own, which is in order already. One
// with more is small.
Result<void> ProvFigures::for_each_line(const ProvFigure& figure, const LineVisit& visit) {
  if (!figure.parts.empty()) return {};
  const TotalsQuery& asked = subject_.query.totals;
  const Level level = ledger::coarsest_level(
      !asked.programmes.empty(), !asked.organisations.empty(), !asked.contracts.empty());
  TALLY_ASSIGN(const std::vector<std::uint32_t> accounts, accounts_of(figure, level));
  OneLineAnEvent lines(visit);
  std::vector<Line> gathered;
  auto take = [&](const ChainPosting& posting) -> Result<bool> {
    if (accounts.size() > 1) {
      gathered.push_back({posting.sequence, posting.delta});
      return true;
    }
    TALLY_TRY(lines.take(posting.sequence, posting.delta));
    return true;
  };
  for (const std::uint32_t account : accounts) {
    TALLY_TRY(subject_.reading.reader.for_each_posting(level, account, subject_.as_of, take));
  }
  std::sort(gathered.begin(), gathered.end(), [](const Line& a, const Line& b) {
    return std::tie(a.event, a.delta) < std::tie(b.event, b.delta);
  });
  for (const Line& line : gathered) TALLY_TRY(lines.take(line.event, line.delta));
  return lines.end();
}

}  // namespace tally::exports
