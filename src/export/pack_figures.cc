#include "export/pack_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/try.h"
#include "ledger/figure.h"
#include "tally/publication.h"

namespace tally::exports::pack {
namespace {

// Figures in the order in which they come first.
class Figures {
 public:
  explicit Figures(YearStart year_start) : year_start_(year_start) {}

  PackFigure& add(const FigureReference& reference) {
    std::string text = reference.to_string(year_start_);
    const auto [found, is_new] = places_.try_emplace(text, figures_.size());
    if (is_new) figures_.push_back({reference, std::move(text), {}});
    return figures_[found->second];
  }
  std::vector<PackFigure> all() && { return std::move(figures_); }

 private:
  YearStart year_start_;
  std::vector<PackFigure> figures_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace

Result<std::vector<PackFigure>> figures_asked(Subject& subject,
                                              const std::vector<FigureReference>& asked) {
  Figures figures(subject.year_start());
  for (FigureReference reference : asked) {
    if (!reference.as_of) reference.as_of = subject.as_of;
    TALLY_TRY(ledger::resolve_figure(subject.reading.reader, reference));
    const PackFigure& added = figures.add(reference);
    if (*reference.as_of <= subject.as_of) continue;
    return Error{ErrorCode::kBadEntry,
                 fmt::format("{} is of a later point than the pack, which is as of event {}",
                             added.text, subject.as_of.value),
                 {},
                 0,
                 {}};
  }
  return std::move(figures).all();
}

Result<std::vector<Event>> publications_in(Subject& subject) {
  TALLY_ASSIGN(Publications found, publications(subject.ledger, subject.query.totals.years));
  std::vector<Event> events;
  for (PublicationState& state : found.all) {
    if (state.event.sequence <= subject.as_of) events.push_back(std::move(state.event));
  }
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return a.sequence < b.sequence; });
  return events;
}

std::vector<PackFigure> figures_stated(const std::vector<Event>& publications,
                                       YearStart year_start) {
  Figures figures(year_start);
  for (const Event& event : publications) {
    const auto& publication = std::get<Publication>(event.entry.content);
    for (const Statement& statement : publication.statements) {
      FigureReference reference = statement.figure;
      if (!reference.as_of) reference.as_of = publication.as_of;
      figures.add(reference).statements.push_back({event.entry.id, statement.label});
    }
  }
  return std::move(figures).all();
}

std::vector<Year> years_of(const Subject& subject, const std::vector<Event>& publications) {
  const std::vector<Year>& asked = subject.query.totals.years;
  std::set<Year> years(asked.begin(), asked.end());
  if (years.empty()) {
    for (const auto& [year, root] : subject.totals.roots) years.insert(year);
    for (const Event& event : publications) {
      years.insert(std::get<Publication>(event.entry.content).year);
    }
  }
  return {years.begin(), years.end()};
}

}  // namespace tally::exports::pack
