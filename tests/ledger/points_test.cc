// What is told as of an earlier point, and in part, over random ledgers: it is what was told then,
// and the part is of the whole.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/json_writer.h"
#include "export/figure_json.h"
#include "support/catch.h"
#include "support/entry_chance.h"
#include "support/lines.h"
#include "support/naive_ledger.h"
#include "support/test_ledger.h"
#include "tally/bridge.h"
#include "tally/totals.h"
#include "tally/trace.h"

namespace tally::testing {
namespace {

constexpr int kSubmissions = 60;
constexpr std::uint64_t kMostEntries = 40;  // of a submission

// What is drawn is drawn on until enough of the telling kind were among it; how many it takes hangs
// on the seed, and far fewer than this do.
constexpr int kMostTries = 1'000;

// A ledger that grows by what it accepts.
class Growing {
 public:
  explicit Growing(Random& random) : random_(random), chance_(random) {
    for (const NaiveEntry& entry : chance_.beginning()) take(entry);
  }

  void grow() {
    ledger_.world().move_clock(random_.between(1, 60));
    for (std::uint64_t i = random_.below(kMostEntries) + 1; i > 0; --i) {
      const NaiveEntry entry = chance_.any(naive_);
      if (naive_.judge(entry) == "accepted") take(entry);
    }
  }

  const Ledger& ledger() { return *ledger_; }
  const NaiveLedger& naive() const { return naive_; }

  // A figure that something was posted to, without a point.
  FigureReference figure() {
    const auto& account = random_.pick(naive_.postings()).account;
    FigureReference reference;
    reference.year = Year{static_cast<std::int16_t>(account.year)};
    reference.measure = account.measure;
    reference.stage = random_.one_in(5) ? Stage::kPending : account.stage;
    if (random_.one_in(3)) reference.programme = account.programme;
    if (random_.one_in(5)) reference.organisation = account.organisation;
    return reference;
  }

 private:
  void take(const NaiveEntry& entry) {
    ledger_.append(entry.json());
    naive_.accept(entry, ledger_.world().now().micros);
  }

  Random& random_;
  EntryChance chance_;
  TestLedger ledger_;
  NaiveLedger naive_;
};

std::string told(const EntryHistory& history) {
  std::string text;
  base::JsonWriter out(text);
  exports::write_history(out, history, YearStart{});
  return text;
}

HistoryQuery as_of(Sequence point) {
  HistoryQuery query;
  query.as_of = point;
  return query;
}

HistoryQuery referring(std::uint64_t most) {
  HistoryQuery query;
  query.most_referring = most;
  return query;
}

// One history that was told, and as of when.
struct Told {
  Sequence entry;
  Sequence as_of;
  std::string text;
};

std::string described(const BridgeLine& line) {
  return fmt::format("{} {} {} {} {} {}", line.sequence.value, line.entry, cause_name(line.cause),
                     line.quantity.to_string(), line.value ? line.value->to_string() : "-",
                     line.reason);
}

// What a bridge of so many lines must hold of the whole.
void check_part(const Bridge& part, const Bridge& whole, std::uint64_t most) {
  CHECK(part.lines.size() == std::min<std::uint64_t>(most, whole.lines.size()));
  CHECK(part.left_off == whole.lines.size() - part.lines.size());
  std::vector<BridgeLine> largest = whole.lines;
  auto size = [](const std::optional<Decimal>& number) {
    const Decimal some = number.value_or(Decimal());
    return some < Decimal() ? Decimal().minus(some) : some;
  };
  std::sort(largest.begin(), largest.end(), [&](const auto& a, const auto& b) {
    if (size(a.quantity) != size(b.quantity)) return size(a.quantity) > size(b.quantity);
    if (size(a.value) != size(b.value)) return size(a.value) > size(b.value);
    return a.sequence < b.sequence;
  });
  largest.resize(part.lines.size());
  std::sort(largest.begin(), largest.end(), [](const auto& a, const auto& b) {
    return std::pair(a.cause, a.sequence) < std::pair(b.cause, b.sequence);
  });
  for (std::size_t i = 0; i < largest.size(); ++i) {
    CHECK(described(part.lines[i]) == described(largest[i]));
  }
  Decimal quantity = *part.opening.quantity;
  std::uint64_t events = 0;
  for (const CauseSum& sum : part.causes) {
    quantity = quantity.plus(sum.quantity);
    events += sum.events;
  }
  CHECK(quantity == *part.closing.quantity);
  CHECK(events == whole.lines.size());
}

}  // namespace

TEST_CASE("What is told of an entry as of a point is what was told of it then") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  Growing growing(random);
  std::vector<Told> all;
  for (int round = 0; round < kSubmissions; ++round) {
    growing.grow();
    for (int i = 0; i < 4; ++i) {
      const auto sequence = growing.ledger().sequence_of(random.pick(growing.naive().entries()).id);
      REQUIRE(sequence.ok());
      const auto history = tally::history(growing.ledger(), *sequence);
      REQUIRE(history.ok());
      all.push_back({*sequence, *growing.ledger().head(), told(*history)});
    }
  }
  std::uint64_t changed = 0;
  for (const Told& then : all) {
    CAPTURE(then.entry.value, then.as_of.value);
    const auto again = tally::history(growing.ledger(), then.entry, as_of(then.as_of));
    REQUIRE(again.ok());
    // What was erased since is gone from every point.
    const auto now = tally::history(growing.ledger(), then.entry);
    REQUIRE(now.ok());
    if (told(*now).find("details_erased") != std::string::npos) continue;
    CHECK(told(*again) == then.text);
    if (told(*now) != then.text) ++changed;
    const auto sooner =
        tally::history(growing.ledger(), then.entry, as_of(Sequence{then.entry.value - 1}));
    CHECK(code_of(sooner) == "unknown-reference");
  }
  CHECK(changed > 10);
}

TEST_CASE("Of what refers to an entry as many are told as were asked for, the oldest") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  Growing growing(random);
  for (int round = 0; round < kSubmissions / 2; ++round) growing.grow();
  bool has_cut = false;
  for (int i = 0; i < 100; ++i) {
    const std::string& id = random.pick(growing.naive().entries()).id;
    CAPTURE(id);
    const auto sequence = growing.ledger().sequence_of(id);
    REQUIRE(sequence.ok());
    const auto whole = tally::history(growing.ledger(), *sequence);
    const std::uint64_t most = random.below(6);
    const auto part = tally::history(growing.ledger(), *sequence, referring(most));
    REQUIRE(whole.ok());
    REQUIRE(part.ok());
    CHECK_FALSE(whole->more_refer_to_it);
    CHECK(part->more_refer_to_it == (whole->referred_to_by.size() > most));
    CHECK(part->referred_to_by.size() ==
          std::min<std::uint64_t>(most, whole->referred_to_by.size()));
    for (const std::string& one : part->referred_to_by) {
      CHECK(std::count(whole->referred_to_by.begin(), whole->referred_to_by.end(), one) == 1);
    }
    has_cut = has_cut || part->more_refer_to_it;
  }
  CHECK(has_cut);
}

TEST_CASE("A page of a trace tells that there is a next one where one event fills it") {
  TestLedger ledger;
  ledger.append(base_lines());
  // Moved from one programme to another, a claim leaves the figure and enters it in one event.
  for (const char* id : {"one", "two", "three"}) {
    ledger.append(claim(id).json());
    ledger.append(correction(std::string(id) + "-moved", id)
                      .replacement(claim("").set("programme", "prog-2"))
                      .json());
  }
  ledger.append(claim("last").json());
  for (const char* name : {"2022-23:m-count:claimed", "2022-23:m-count:pending",
                           "2022-23:m-count:claimed:organisation=org-2"}) {
    const auto reference = FigureReference::parse(name, YearStart{});
    REQUIRE(reference.ok());
    const auto whole = trace(*ledger, *reference);
    REQUIRE(whole.ok());
    REQUIRE(whole->postings.size() >= 10);
    for (std::uint64_t limit = 1; limit < 12; ++limit) {
      CAPTURE(name, limit);
      TracePage page;
      page.limit = limit;
      std::vector<std::uint64_t> joined;
      do {
        const auto part = trace(*ledger, *reference, page);
        INFO((part.ok() ? std::string() : part.error().message));
        REQUIRE(part.ok());
        for (const TracePosting& posting : part->postings) joined.push_back(posting.sequence.value);
        page.after = part->next_after;
      } while (page.after);
      std::vector<std::uint64_t> expected;
      for (const TracePosting& posting : whole->postings) {
        expected.push_back(posting.sequence.value);
      }
      CHECK(joined == expected);
    }
  }
}

TEST_CASE("A bridge of so many lines holds those that moved most, and its causes close it") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  Growing growing(random);
  for (int round = 0; round < kSubmissions; ++round) growing.grow();
  const std::uint64_t head = growing.naive().head();
  std::uint64_t cut = 0;
  for (int i = 0; i < 60 || cut <= 10; ++i) {
    REQUIRE(i < kMostTries);
    const FigureReference figure = growing.figure();
    BridgeQuery query;
    query.to = Sequence{head - random.below(head / 4)};
    query.from = Sequence{random.below(query.to->value + 1)};
    CAPTURE(figure.to_string(YearStart{}), query.from.value, query.to->value);
    const auto whole = bridge(growing.ledger(), figure, query);
    if (!whole.ok()) continue;  // not known yet, as of then
    query.most_lines = random.below(8);
    const auto part = bridge(growing.ledger(), figure, query);
    REQUIRE(part.ok());
    check_part(*part, *whole, query.most_lines);
    if (part->left_off > 0) ++cut;
  }
}

TEST_CASE(
    "A curve begins at nothing, ends at the figure, and is the figure at each of its points") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  Growing growing(random);
  for (int round = 0; round < kSubmissions; ++round) growing.grow();
  std::uint64_t many = 0;
  for (int i = 0; i < 40 || many <= 10; ++i) {
    REQUIRE(i < kMostTries);
    FigureReference reference = growing.figure();
    const std::size_t most = 2 + random.below(20);
    const auto curve = balance_curve(growing.ledger(), reference, most);
    CAPTURE(reference.to_string(YearStart{}), most);
    REQUIRE(curve.ok());
    REQUIRE_FALSE(curve->points.empty());
    CHECK(curve->points.size() <= most);
    if (curve->points.size() > 5) ++many;
    CHECK(curve->points.front().balance == Quantity{});
    CHECK(curve->points.back().sequence == *growing.ledger().head());
    for (const CurvePoint& point : curve->points) {
      // Of before the measure was known there is no figure; its balance was nothing.
      reference.as_of = point.sequence;
      const auto then = figure(growing.ledger(), reference);
      if (then.ok()) CHECK(then->quantity == Decimal(point.balance));
      if (!then.ok()) CHECK(point.balance == Quantity{});
    }
  }
}

}  // namespace tally::testing
