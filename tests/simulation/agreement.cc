#include "simulation/agreement.h"

#include <algorithm>

#include "base/try.h"
#include "ledger/core.h"
#include "simulation/life.h"
#include "store/block.h"
#include "tally/publication.h"
#include "tally/totals.h"
#include "tally/verify.h"

namespace tally::simulation {
namespace {

using testing::NaiveAccount;
using testing::NaiveLedger;
using testing::NaivePosting;
using testing::NaivePublication;

class Questions {
 public:
  Questions(const Ledger& ledger, const NaiveLedger& model, testing::Random& random)
      : ledger_(ledger), model_(model), random_(random) {}

  Result<std::optional<std::string>> first_difference() {
    TALLY_TRY(ask_status());
    TALLY_TRY(ask_totals(model_.head()));
    for (int i = 0; i < 2; ++i) TALLY_TRY(ask_totals(random_.below(model_.head() + 1)));
    TALLY_TRY(ask_roots());
    TALLY_TRY(ask_publications());
    TALLY_TRY(ask_details());
    for (int i = 0; i < 6 && !model_.postings().empty(); ++i) TALLY_TRY(ask_figure());
    return std::move(found_);
  }

 private:
  void expect(bool holds, const std::string& what) {
    if (!holds && !found_) found_ = what;
  }

  Result<void> ask_status() {
    TALLY_ASSIGN(const LedgerStatus status, tally::status(ledger_));
    expect(status.head.value == model_.head(), "the head is " + std::to_string(status.head.value) +
                                                   ", not " + std::to_string(model_.head()));
    expect(status.accounts == model_.accounts().size(), "the number of accounts");
    expect(status.postings == model_.postings().size(), "the number of postings");
    return {};
  }

  Result<void> ask_totals(std::uint64_t point) {
    TALLY_ASSIGN(const std::string rows, rows_as_of(ledger_, Sequence{point}));
    expect(rows == model_rows(model_, point), "the totals as of " + std::to_string(point));
    return {};
  }

  Result<void> ask_roots() {
    TotalsQuery query;
    query.as_of = Sequence{random_.below(model_.head() + 1)};
    query.with_roots = true;
    TALLY_ASSIGN(const Totals totals, tally::totals(ledger_, query));
    for (const auto& [year, root] : totals.roots) {
      expect(root == testing::naive_tree(model_.root_lines(year.begins, query.as_of->value)),
             "the totals root of " + std::to_string(year.begins));
    }
    return {};
  }

  Result<void> ask_publications() {
    TALLY_ASSIGN(const Publications found, publications(ledger_));
    expect(found.all.size() == model_.publications().size(), "the number of publications");
    for (const NaivePublication& one : model_.publications()) {
      const auto state = std::find_if(found.all.begin(), found.all.end(), [&](const auto& other) {
        return other.event.entry.id == one.id;
      });
      expect(state != found.all.end() && state->publication().as_of == Sequence{one.as_of} &&
                 state->restated == model_.differs(one.year, one.as_of, model_.head()),
             "the publication " + one.id);
    }
    return {};
  }

  Result<void> ask_details() {
    return ledger_.for_each_event({}, [&](const Event& event) {
      const std::uint64_t sequence = event.sequence.value;
      if (sequence == 0 || sequence > model_.head()) return true;
      const bool erased = model_.is_erased(sequence);
      const testing::NaiveEntry& entry = model_.entries()[sequence - 1];
      expect(event.details_erased == erased && event.entry.id == entry.id &&
                 event.entry.note == (erased ? "" : entry.text("note")),
             "event " + std::to_string(sequence));
      return true;
    });
  }

  Result<void> ask_figure() {
    const NaivePosting& posting = random_.pick(model_.postings());
    const NaiveAccount& account = posting.account;
    FigureReference reference;
    reference.year = Year{static_cast<std::int16_t>(account.year)};
    reference.measure = account.measure;
    reference.stage = random_.pick(std::vector<Stage>(kStages.begin(), kStages.end()));
    if (random_.one_in(2)) reference.programme = account.programme;
    if (random_.one_in(2)) reference.organisation = account.organisation;
    reference.as_of =
        Sequence{posting.sequence + random_.below(model_.head() - posting.sequence + 1)};
    TALLY_ASSIGN(const Figure figure, tally::figure(ledger_, reference));
    expect(testing::figure_text(figure) == model_.figure(reference),
           "the figure " + reference.to_string(YearStart{}));
    return {};
  }

  const Ledger& ledger_;
  const NaiveLedger& model_;
  testing::Random& random_;
  std::optional<std::string> found_;
};

}  // namespace

std::string model_rows(const NaiveLedger& model, std::uint64_t point) {
  TotalsQuery query;
  query.as_of = Sequence{point};
  query.by = {Dimension::kOrganisation, Dimension::kContract};
  std::string rows;
  for (const std::string& row : model.totals(query)) rows += row + "|";
  return rows;
}

Result<std::vector<LoggedEvent>> events_from(const Ledger& ledger, std::uint64_t first) {
  std::vector<LoggedEvent> events;
  EventQuery query;
  if (first > 0) query.after = Sequence{first - 1};
  TALLY_TRY(ledger.for_each_event(query, [&](const Event& event) {
    events.push_back({event.sequence.value, event.recorded_at.micros, event.entry.id});
    return true;
  }));
  return events;
}

Result<std::vector<std::string>> leaves_of(const Ledger& ledger) {
  std::vector<std::string> leaves;
  TALLY_ASSIGN(const auto blocks, ledger.core().log().read(Sequence{0}));
  for (;;) {
    TALLY_ASSIGN(const auto block, blocks->next());
    if (!block) return leaves;
    store::BlockReader frames(block->first, block->events);
    for (;;) {
      TALLY_ASSIGN(const auto frame, frames.next());
      if (!frame) break;
      leaves.emplace_back(frame->event);
    }
  }
}

std::optional<std::string> unsoundness(const Ledger& ledger) {
  const auto report = verify(ledger);
  if (!report.ok()) return "verify: " + report.error().message;
  if (!report->ok()) return "verify: " + report->fault->where + ": " + report->fault->message;
  const auto leaves = leaves_of(ledger);
  if (!leaves.ok()) return "the log cannot be read: " + leaves.error().message;
  if (testing::naive_tree(*leaves) != report->root) return "the root is not that of the events";
  return std::nullopt;
}

std::optional<std::string> disagreement(const Ledger& ledger, const NaiveLedger& model,
                                        testing::Random& random) {
  auto difference = Questions(ledger, model, random).first_difference();
  if (!difference.ok()) return "a question was refused: " + difference.error().message;
  return std::move(*difference);
}

}  // namespace tally::simulation
