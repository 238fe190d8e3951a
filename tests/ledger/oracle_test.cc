// A ledger against a naive one (support/naive_ledger.h), over random entries in random submissions.

#include <algorithm>
#include <map>
#include <set>

#include "ledger/core.h"
#include "support/catch.h"
#include "support/entry_chance.h"
#include "support/naive_ledger.h"
#include "support/test_ledger.h"
#include "tally/publication.h"
#include "tally/totals.h"
#include "tally/trace.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

constexpr int kSubmissions = 160;
constexpr std::uint64_t kMostEntries = 40;  // of a submission

// The bytes of all events, which are the leaves of the log's tree.
std::vector<std::string> leaves_of(const Ledger& ledger) {
  std::vector<std::string> leaves;
  const auto blocks = ledger.core().log().read(Sequence{0});
  REQUIRE(blocks.ok());
  for (;;) {
    const auto block = (*blocks)->next();
    REQUIRE(block.ok());
    if (!*block) return leaves;
    store::BlockReader frames((*block)->first, (*block)->events);
    for (;;) {
      const auto frame = frames.next();
      REQUIRE(frame.ok());
      if (!*frame) break;
      leaves.emplace_back((*frame)->event);
    }
  }
}

// Asks both the same random questions.
class Comparison {
 public:
  Comparison(const Ledger& ledger, const NaiveLedger& naive, Random& random)
      : ledger_(ledger), naive_(naive), random_(random) {}

  void run() {
    totals_agree();
    for (int i = 0; i < 6; ++i) totals_agree(random_query());
    roots_agree();
    publications_agree();
    notes_agree();
    for (int i = 0; i < 12; ++i) figures_agree();
    for (int i = 0; i < 4; ++i) histories_agree();
    counts_agree();
  }

 private:
  Sequence point() { return Sequence{random_.below(naive_.head() + 1)}; }

  template <typename T>
  std::vector<T> few(const std::vector<T>& of) {
    std::vector<T> chosen;
    if (of.empty() || random_.one_in(2)) return chosen;
    for (std::uint64_t i = random_.below(3) + 1; i > 0; --i) chosen.push_back(random_.pick(of));
    return chosen;
  }
  // The ids of a type that were known at a point.
  std::vector<std::string> known(const std::string& type, Sequence as_of) const {
    std::vector<std::string> ids = naive_.ids_of(type);
    std::erase_if(ids, [&](const auto& id) { return naive_.sequence_of(id) > as_of.value; });
    return ids;
  }

  TotalsQuery random_query() {
    TotalsQuery query;
    if (!random_.one_in(3)) query.as_of = point();
    const Sequence as_of = query.as_of.value_or(Sequence{naive_.head()});
    query.years = few(std::vector<Year>{Year{2020}, Year{2021}, Year{2022}, Year{2023}});
    query.measures = few(known("measure", as_of));
    query.programmes = few(known("programme", as_of));
    query.organisations = few(known("organisation", as_of));
    std::vector<std::string> contracts = known("contract", as_of);
    contracts.emplace_back("-");
    query.contracts = few(contracts);
    std::vector<Dimension> by = {Dimension::kContract, Dimension::kProgramme,
                                 Dimension::kOrganisation};
    std::swap(by[0], by[random_.below(3)]);
    by.resize(random_.below(4));
    query.by = by;
    return query;
  }

  void totals_agree(const TotalsQuery& query = {}) {
    CAPTURE(query.as_of.value_or(Sequence{}).value, query.by.size(), query.years.size(),
            query.measures, query.programmes, query.organisations, query.contracts);
    const auto totals = tally::totals(ledger_, query);
    REQUIRE(totals.ok());
    std::vector<std::string> rows;
    const std::uint64_t as_of = query.as_of ? query.as_of->value : naive_.head();
    for (const TotalsRow& row : totals->rows) {
      rows.push_back(row_text(row));
      const int year = row.year.begins;
      const NaivePublication* last = naive_.latest(year, as_of);
      CAPTURE(year);
      CHECK(row.restated == (last != nullptr && naive_.differs(year, last->as_of, as_of)));
    }
    REQUIRE(rows == naive_.totals(query));
    CHECK(totals->as_of == query.as_of.value_or(Sequence{naive_.head()}));
  }

  void roots_agree() {
    TotalsQuery query;
    query.as_of = point();
    query.with_roots = true;
    const auto totals = tally::totals(ledger_, query);
    REQUIRE(totals.ok());
    for (const auto& [year, root] : totals->roots) {
      CAPTURE(year.begins, query.as_of->value);
      CHECK(root == naive_tree(naive_.root_lines(year.begins, query.as_of->value)));
    }
  }

  void publications_agree() {
    const auto found = publications(ledger_);
    REQUIRE(found.ok());
    REQUIRE(found->all.size() == naive_.publications().size());
    std::map<std::string, std::string> successors;
    for (const NaivePublication& one : naive_.publications()) {
      if (!one.supersedes.empty()) successors[one.supersedes] = one.id;
    }
    std::pair<Year, Sequence> before;
    for (const PublicationState& state : found->all) {
      const std::pair<Year, Sequence> here = {state.publication().year, state.event.sequence};
      CHECK(before < here);
      before = here;
      const std::string& id = state.event.entry.id;
      CAPTURE(id);
      const auto one = std::find_if(naive_.publications().begin(), naive_.publications().end(),
                                    [&](const auto& other) { return other.id == id; });
      REQUIRE(one != naive_.publications().end());
      CHECK(state.event.sequence.value == one->sequence);
      CHECK(state.publication().as_of == Sequence{one->as_of});
      CHECK(state.publication().totals_root ==
            naive_tree(naive_.root_lines(one->year, one->as_of)));
      CHECK(state.publication().supersedes.id == one->supersedes);
      CHECK(state.superseded_by == successors[id]);
      CHECK(state.latest == (naive_.latest(one->year, naive_.head()) == &*one));
      CHECK(state.restated == naive_.differs(one->year, one->as_of, naive_.head()));
    }
  }

  // A note stands where it was written and not erased since.
  void notes_agree() {
    const auto read = ledger_.for_each_event({}, [&](const Event& event) {
      if (event.sequence.value == 0) return true;
      const std::uint64_t sequence = event.sequence.value;
      CAPTURE(sequence);
      const NaiveEntry& entry = naive_.entries()[sequence - 1];
      const bool erased = naive_.is_erased(sequence);
      CHECK(event.details_erased == erased);
      CHECK(event.details_digest.has_value() == naive_.has_details(sequence));
      CHECK(event.entry.note == (erased ? "" : entry.text("note")));
      const auto* correction = std::get_if<Correction>(&event.entry.content);
      if (correction != nullptr && correction->replacement) {
        CHECK(correction->replacement->note == (erased ? "" : entry.replacement->text("note")));
      }
      return true;
    });
    REQUIRE(read.ok());
  }

  // A figure of an account that there is, or nearly, with each combination of filters.
  void figures_agree() {
    if (naive_.postings().empty()) return;
    const NaivePosting& posting = random_.pick(naive_.postings());
    const NaiveAccount& account = posting.account;
    FigureReference reference;
    reference.year = Year{static_cast<std::int16_t>(account.year)};
    const std::uint64_t late = random_.one_in(2) ? naive_.head() : posting.sequence;
    const auto from = static_cast<std::int64_t>(posting.sequence);
    reference.as_of = Sequence{
        static_cast<std::uint64_t>(random_.between(from, static_cast<std::int64_t>(late)))};
    reference.measure = account.measure;
    const std::vector<std::string> measures = known("measure", *reference.as_of);
    if (random_.one_in(3)) reference.measure = random_.pick(measures);
    reference.stage = random_.pick(std::vector<Stage>(kStages.begin(), kStages.end()));
    for (unsigned filters = 0; filters < 12; ++filters) {
      reference.programme.reset();
      reference.organisation.reset();
      reference.contract.reset();
      if ((filters & 1) != 0) reference.programme = account.programme;
      if ((filters & 2) != 0) reference.organisation = account.organisation;
      if (filters >= 4) {
        const bool none = filters >= 8 || account.contract.empty();
        reference.contract = none ? std::string("-") : account.contract;
      }
      CAPTURE(reference.to_string(YearStart{}));
      const auto figure = tally::figure(ledger_, reference);
      REQUIRE(figure.ok());
      CHECK(figure_text(*figure) == naive_.figure(reference));
      CHECK(figure->reference.to_string(YearStart{}) == reference.to_string(YearStart{}));
      if (figure->basis == Basis::kRatio || filters % 3 == 1) continue;
      trace_agrees(reference);
    }
  }

  void trace_agrees(const FigureReference& reference) {
    const auto trace = tally::trace(ledger_, reference);
    REQUIRE(trace.ok());
    std::vector<NaivePosting> lines;
    Wide running = 0;
    for (const TracePosting& posting : trace->postings) {
      lines.push_back(naive(posting));
      running += posting.delta.millionths();
      REQUIRE(posting.balance.millionths() == static_cast<std::int64_t>(running));
    }
    CHECK(std::is_sorted(lines.begin(), lines.end(),
                         [](const auto& a, const auto& b) { return a.sequence < b.sequence; }));
    const std::vector<NaivePosting> in_order = lines;
    std::sort(lines.begin(), lines.end());
    REQUIRE(lines == naive_.behind(reference));
    REQUIRE(joined_pages(reference, *trace) == in_order);
  }

  // The postings of page after page, each of which goes on where the last one ended.
  std::vector<NaivePosting> joined_pages(const FigureReference& reference, const Trace& whole) {
    std::vector<NaivePosting> joined;
    TracePage page;
    page.limit = 1 + random_.below(whole.postings.size() + 2);
    do {
      const auto part = tally::trace(ledger_, reference, page);
      INFO((part.ok() ? std::string() : part.error().message));
      CAPTURE(page.limit, page.after ? page.after->value : 0);
      REQUIRE(part.ok());
      const std::size_t rest = whole.postings.size() - joined.size();
      REQUIRE(part->postings.size() >= std::min<std::size_t>(page.limit, rest));
      REQUIRE(part->next_after.has_value() == (part->postings.size() < rest));
      for (const TracePosting& posting : part->postings) {
        REQUIRE(posting.balance == whole.postings[joined.size()].balance);
        joined.push_back(naive(posting));
      }
      page.after = part->next_after;
    } while (page.after);
    return joined;
  }

  static NaivePosting naive(const TracePosting& posting) {
    return {posting.sequence.value,
            {posting.year.begins, posting.measure, posting.programme, posting.organisation,
             posting.contract, posting.stage},
            posting.delta.millionths()};
  }

  void histories_agree() {
    const NaiveEntry& entry = random_.pick(naive_.entries());
    CAPTURE(entry.id);
    const auto sequence = ledger_.sequence_of(entry.id);
    REQUIRE(sequence.ok());
    REQUIRE(sequence->value == naive_.sequence_of(entry.id));
    const auto history = tally::history(ledger_, *sequence);
    REQUIRE(history.ok());
    CHECK(state_name(history->state) == naive_.standing(entry.id));
    if (entry.type == "correction") return;
    std::vector<NaivePosting> lines;
    for (const TracePosting& posting : history->postings) lines.push_back(naive(posting));
    std::sort(lines.begin(), lines.end());
    CHECK(lines == naive_.posted_for(entry.id));
  }

  void counts_agree() {
    const auto status = tally::status(ledger_);
    REQUIRE(status.ok());
    CHECK(status->head.value == naive_.head());
    CHECK(status->accounts == naive_.accounts().size());
    CHECK(status->postings == naive_.postings().size());
    std::set<std::int16_t> years;
    for (const NaiveAccount& account : naive_.accounts()) {
      years.insert(static_cast<std::int16_t>(account.year));
    }
    std::set<std::int16_t> shown;
    for (const Year year : status->years) shown.insert(year.begins);
    CHECK(shown == years);
    std::map<Year, const NaivePublication*> last;
    for (const NaivePublication& one : naive_.publications()) {
      last[Year{static_cast<std::int16_t>(one.year)}] = &one;
    }
    REQUIRE(status->publications.size() == last.size());
    for (const LastPublication& one : status->publications) {
      REQUIRE(last.contains(one.year));
      CHECK(one.entry == last[one.year]->id);
      CHECK(one.sequence.value == last[one.year]->sequence);
      CHECK(one.restated == naive_.differs(one.year.begins, last[one.year]->as_of, naive_.head()));
    }
    for (const auto& [type, count] : status->counts) {
      const bool opened = type == EntryType::kLedgerOpened;
      CHECK(count == (opened ? 1 : naive_.ids_of(std::string(type_name(type))).size()));
    }
  }

  const Ledger& ledger_;
  const NaiveLedger& naive_;
  Random& random_;
};

void check_times(const Ledger& ledger, const NaiveLedger& naive, std::int64_t opened_at,
                 std::int64_t now, Random& random) {
  for (int i = 0; i < 5; ++i) {
    const Timestamp moment{random.between(opened_at, now + 10)};
    CAPTURE(moment.to_string());
    const auto sequence = ledger.resolve_as_of(moment.to_string());
    REQUIRE(sequence.ok());
    CHECK(sequence->value == naive.last_at(moment.micros, opened_at));
  }
}

}  // namespace

TEST_CASE("A ledger answers as a naive one does, whatever is submitted to it") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  TestLedger ledger;
  EntryChance chance(random);
  NaiveLedger naive;
  const std::int64_t opened_at = ledger.world().now().micros;
  std::int64_t last = opened_at;  // when the last event was recorded
  const std::vector<NaiveEntry> beginning = chance.beginning();
  for (const NaiveEntry& entry : beginning) {
    ledger.append(entry.json());
    naive.accept(entry, last);
  }
  std::uint64_t refused = 0;
  for (int round = 0; round < kSubmissions; ++round) {
    ledger.world().move_clock(random.between(-20, 60));
    const std::int64_t now = std::max(last, ledger.world().now().micros);
    NaiveLedger after = naive;
    std::string text;
    std::string answer;
    std::uint64_t duplicates = 0;
    std::uint64_t line = 0;
    for (std::uint64_t i = random.below(kMostEntries) + 1; i > 0 && answer.empty(); --i) {
      const NaiveEntry entry = chance.any(after);
      const std::string judged = after.judge(entry);
      const bool refuses = judged != "accepted" && judged != "duplicate";
      // Of what would be refused, most is left out: else nothing long would be accepted.
      if (refuses && !random.one_in(12)) continue;
      ++line;
      text += entry.json(&random) + "\n";
      if (judged == "duplicate") ++duplicates;
      if (judged == "accepted") after.accept(entry, now);
      if (refuses) answer = judged;
    }
    CAPTURE(round, text);
    const Result<Receipt> receipt = ledger->append(text);
    if (!answer.empty()) {
      ++refused;
      REQUIRE(code_of(receipt) == answer);
      CHECK(receipt.error().line == line);
    } else {
      INFO((receipt.ok() ? std::string() : receipt.error().message));
      REQUIRE(receipt.ok());
      CHECK(receipt->appended == after.head() - naive.head());
      CHECK(receipt->duplicates == duplicates);
      CHECK(receipt->head.value == after.head());
      if (after.head() > naive.head()) last = now;
      naive = std::move(after);
    }
    if (round % 40 == 17) ledger.reopen();
    if (round % 6 != 0) continue;
    const NaiveLedger refolded = naive.refolded();
    REQUIRE(refolded.postings() == naive.postings());
    Comparison(*ledger, refolded, random).run();
    check_times(*ledger, refolded, opened_at, now, random);
  }
  CHECK(refused > 0);
  CHECK(naive.head() > 1'000);
  CHECK(naive.publications().size() > 5);
  CHECK(naive.ids_of("erasure").size() > 5);

  const auto status = tally::status(*ledger);
  REQUIRE(status.ok());
  CHECK(status->root == naive_tree(leaves_of(*ledger)));
  const auto before = verify(*ledger);
  REQUIRE(before.ok());
  INFO((before->fault ? before->fault->message : std::string()));
  CHECK(before->ok());
  CHECK(before->events == naive.head() + 1);
  CHECK(before->accounts == naive.accounts().size());
  CHECK(before->postings == naive.postings().size());
  CHECK(before->publications == naive.publications().size());
  const std::string now = portrait(*ledger);
  ledger.reopen();
  const auto after = verify(*ledger);
  REQUIRE(after.ok());
  CHECK(after->ok());
  CHECK(after->digest == before->digest);
  CHECK(after->root == status->root);
  CHECK(portrait(*ledger) == now);
  Comparison(*ledger, naive, random).run();
}

}  // namespace tally::testing
