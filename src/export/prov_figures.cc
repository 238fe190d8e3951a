#include "export/prov_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/try.h"
#include "ledger/figure.h"

namespace tally::exports {
namespace {

using projection::AccountState;
using projection::ChainPosting;
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

ProvFigures::ProvFigures(Subject& subject) : subject_(subject), selection_(subject.selection) {
  const TotalsQuery& asked = subject.query.totals;
  selection_.years.clear();
  selection_.measures.clear();
  selection_.level = ledger::coarsest_level(!asked.programmes.empty(), !asked.organisations.empty(),
                                            !asked.contracts.empty());
}

Result<ProvFigures> ProvFigures::make(Subject& subject) {
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
  ProvFigures figures(subject);
  FigureReference reference;
  reference.programme = only(asked.programmes);
  reference.organisation = only(asked.organisations);
  reference.contract = only(asked.contracts);
  reference.as_of = subject.as_of;
  for (const TotalsRow& row : subject.totals.rows) {
    reference.year = row.year;
    reference.measure = row.measure;
    for (const Stage stage : kStages) {
      if (!subject.wants(stage)) continue;
      reference.stage = stage;
      TALLY_TRY(figures.add(reference, row.restated));
    }
  }
  for (std::size_t i = 0; i < figures.figures_.size(); ++i) TALLY_TRY(figures.add_parts(i));
  return figures;
}

Result<void> ProvFigures::add(FigureReference reference, bool restated) {
  std::string text = reference.to_string(subject_.year_start());
  if (!names_.insert("figure:" + text).second) return {};
  const projection::Reader& reader = subject_.reading.reader;
  TALLY_ASSIGN(const auto resolved, ledger::resolve_figure(reader, reference));
  TALLY_ASSIGN(const Figure computed, ledger::compute_figure(reader, resolved));
  ProvFigure figure;
  figure.name = "figure:" + text;
  figure.text = std::move(text);
  figure.reference = std::move(reference);
  figure.measure = resolved.measure;
  figure.measure_version = resolved.defined.version;
  figure.unit = resolved.defined.measure.terms.unit;
  figure.basis = computed.basis;
  figure.quantity = computed.quantity;
  figure.value = computed.value;
  figure.restated = restated;
  figures_.push_back(std::move(figure));
  return {};
}

// A ratio is of its two measures at the same stage; what is pending, of the other stages.
Result<void> ProvFigures::add_parts(std::size_t index) {
  const ProvFigure figure = figures_[index];
  std::vector<FigureReference> parts;
  if (figure.basis == Basis::kRatio) {
    projection::Reader& reader = subject_.reading.reader;
    TALLY_ASSIGN(const auto defined, reader.measure_as_of(figure.measure, subject_.as_of));
    for (const Sequence part :
         {defined->measure.terms.numerator, defined->measure.terms.denominator}) {
      parts.push_back(figure.reference);
      TALLY_ASSIGN(parts.back().measure, reader.id_of(part));
    }
  } else if (figure.reference.stage == Stage::kPending) {
    for (const Stage part : {Stage::kClaimed, Stage::kVerified, Stage::kRejected}) {
      parts.push_back(figure.reference);
      parts.back().stage = part;
    }
  }
  for (const FigureReference& part : parts) {
    figures_[index].parts.push_back("figure:" + part.to_string(subject_.year_start()));
    TALLY_TRY(add(part, figure.restated));
  }
  return {};
}

Result<std::vector<std::uint32_t>> ProvFigures::accounts_of(const ProvFigure& figure) const {
  std::vector<std::uint32_t> accounts;
  const std::string prefix =
      projection::measure_prefix(selection_.level, figure.reference.year, figure.measure);
  TALLY_TRY(subject_.reading.reader.for_each_account(
      prefix, [&](const LevelKey& key, const AccountState& account) -> Result<bool> {
        if (key.account.stage == figure.reference.stage && selection_.holds(key.account)) {
          accounts.push_back(account.number);
        }
        return true;
      }));
  return accounts;
}

// A figure with no filter or one has a chain of postings of its own, which is in order already. One
// with more is small.
Result<void> ProvFigures::for_each_line(const ProvFigure& figure, const LineVisit& visit) const {
  if (!figure.parts.empty()) return {};
  TALLY_ASSIGN(const std::vector<std::uint32_t> accounts, accounts_of(figure));
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
    TALLY_TRY(
        subject_.reading.reader.for_each_posting(selection_.level, account, subject_.as_of, take));
  }
  std::sort(gathered.begin(), gathered.end(), [](const Line& a, const Line& b) {
    return std::tie(a.event, a.delta) < std::tie(b.event, b.delta);
  });
  for (const Line& line : gathered) TALLY_TRY(lines.take(line.event, line.delta));
  return lines.end();
}

}  // namespace tally::exports
