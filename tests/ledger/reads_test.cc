// Reading a ledger: totals without the log, readers beside a writer, events in order, points in
// time.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <thread>

#include "store/directory.h"
#include "support/catch.h"
#include "support/entry_chance.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/totals.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

std::vector<std::uint64_t> sequences(const Ledger& ledger, const EventQuery& query) {
  std::vector<std::uint64_t> all;
  REQUIRE(ledger
              .for_each_event(query,
                              [&](const Event& event) {
                                all.push_back(event.sequence.value);
                                return true;
                              })
              .ok());
  return all;
}

std::vector<std::uint64_t> counting(std::uint64_t from, std::uint64_t to) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t i = from; i <= to; ++i) all.push_back(i);
  return all;
}

}  // namespace

TEST_CASE("Filtered totals and a figure as of any event read nothing of the log") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  TestLedger ledger;
  EntryChance chance(random);
  NaiveLedger naive;
  std::vector<std::string> lines;
  const auto accept = [&](const NaiveEntry& entry) {
    naive.accept(entry, 0);
    lines.push_back(entry.json());
  };
  for (const NaiveEntry& entry : chance.beginning()) accept(entry);
  while (naive.head() < 2'000) accept(chance.accepted(naive));
  for (std::size_t at = 0; at < lines.size(); at += 500) {
    ledger.append(std::vector<std::string>(lines.begin() + static_cast<std::ptrdiff_t>(at),
                                           lines.begin() + static_cast<std::ptrdiff_t>(at) + 500));
  }
  ledger.close();
  for (const auto access : {Ledger::Access::kWrite, Ledger::Access::kRead}) {
    const auto opened = Ledger::open(ledger.path(), access);
    REQUIRE(opened.ok());
    CHECK((*opened)->event_blocks_read() == 1);  // event 0, which says whose ledger it is
    const NaivePosting posting = random.pick(naive.postings());
    TotalsQuery query;
    query.as_of = Sequence{posting.sequence + random.below(naive.head() - posting.sequence + 1)};
    query.years = {Year{static_cast<std::int16_t>(posting.account.year)}};
    query.programmes = {posting.account.programme};
    query.organisations = {posting.account.organisation};
    query.by = {Dimension::kContract};
    query.with_roots = true;
    const auto totals = tally::totals(**opened, query);
    REQUIRE(totals.ok());
    CHECK_FALSE(totals->rows.empty());
    FigureReference reference;
    reference.year = query.years[0];
    reference.measure = posting.account.measure;
    reference.stage = posting.account.stage;
    reference.organisation = posting.account.organisation;
    reference.as_of = query.as_of;
    const auto figure = tally::figure(**opened, reference);
    REQUIRE(figure.ok());
    CHECK(figure_text(*figure) == naive.figure(reference));
    REQUIRE(account_lines(**opened, query).ok());
    REQUIRE(status(**opened).ok());
    CHECK((*opened)->event_blocks_read() == 1);
  }
}

TEST_CASE("A reader sees whole submissions, and those of later only once it is refreshed") {
  TestLedger ledger;
  ledger.append(base_lines());
  const auto opened = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(opened.ok());
  Ledger& reader = **opened;
  const std::string first = portrait(reader);
  CHECK(first == portrait(*ledger));
  const Sequence head = *reader.head();

  ledger.append(std::vector<std::string>{claim("l-1"), verification("v-1", "l-1")});
  CHECK(portrait(reader) == first);
  CHECK(*reader.head() == head);
  CHECK_FALSE(reader.sequence_of("l-1").ok());
  CHECK(sequences(reader, {}).size() == head.value + 1);

  REQUIRE(reader.refresh().ok());
  CHECK(portrait(reader) == portrait(*ledger));
  CHECK(reader.head()->value == head.value + 2);
  CHECK(reader.sequence_of("v-1").ok());
  CHECK(sequences(reader, {}).size() == head.value + 3);
  CHECK(verify(reader)->ok());

  REQUIRE_FALSE(ledger->append(joined({claim("l-2"), "{}"})).ok());
  REQUIRE(reader.refresh().ok());
  CHECK(portrait(reader) == portrait(*ledger));
  CHECK_FALSE(reader.sequence_of("l-2").ok());
}

TEST_CASE("A reader beside a busy writer only ever sees submissions whole") {
  TestLedger ledger;
  ledger.append(base_lines());
  const std::uint64_t begin = ledger->head()->value;
  constexpr std::uint64_t kSubmissions = 60;
  constexpr std::uint64_t kEntries = 7;
  const auto opened = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(opened.ok());
  bool sound = true;
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kSubmissions; ++i) {
      std::vector<std::string> lines;
      for (std::uint64_t k = 0; k < kEntries; ++k) {
        lines.push_back(
            claim("l-" + std::to_string(i) + "-" + std::to_string(k)).set("quantity", "1"));
      }
      sound = ledger->append(joined(lines)).ok() && sound;
    }
  });
  FigureReference claimed = *FigureReference::parse("2022-23:m-count:claimed", YearStart{});
  const Decimal before = *tally::figure(**opened, claimed)->quantity;
  std::uint64_t last = begin;
  while (last < begin + kSubmissions * kEntries) {
    REQUIRE((*opened)->refresh().ok());
    const std::uint64_t head = (*opened)->head()->value;
    REQUIRE(head >= last);
    REQUIRE((head - begin) % kEntries == 0);
    const Decimal now = *tally::figure(**opened, claimed)->quantity;
    CHECK(now.minus(before) == Decimal(*Quantity::parse(std::to_string(head - begin))));
    last = head;
  }
  writer.join();
  CHECK(sound);
  CHECK(verify(**opened)->ok());
}

TEST_CASE("A ledger has one writer, and a second is told who it is") {
  TestLedger ledger;
  const auto second = Ledger::open(ledger.path(), Ledger::Access::kWrite);
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == ErrorCode::kLocked);
  CHECK(second.error().message.find("process " + std::to_string(getpid()) + " ") !=
        std::string::npos);
  ledger.close();
  CHECK(Ledger::open(ledger.path(), Ledger::Access::kWrite).ok());
  ledger.open();

  // Another process is told the same, and a writer that died holds nothing up.
  ledger.close();
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = store::WriterLock::acquire(store::Directory(ledger.path()));
    const char outcome = lock.ok() ? 'y' : 'n';
    if (write(ready[1], &outcome, 1) != 1) _exit(1);
    for (;;) pause();
  }
  char outcome = 0;
  REQUIRE(read(ready[0], &outcome, 1) == 1);
  CHECK(outcome == 'y');
  const auto refused = Ledger::open(ledger.path(), Ledger::Access::kWrite);
  REQUIRE_FALSE(refused.ok());
  CHECK(code_of(refused) == "locked");
  CHECK(refused.error().message.find("process " + std::to_string(child) + " ") !=
        std::string::npos);
  CHECK(Ledger::open(ledger.path(), Ledger::Access::kRead).ok());
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  close(ready[0]);
  close(ready[1]);
  ledger.open();
  CHECK(ledger.append(base_lines()).appended == base_lines().size());
}

TEST_CASE("Any number of threads append, and each gets its own answer") {
  TestLedger ledger;
  ledger.append(base_lines());
  const std::uint64_t begin = ledger->head()->value;
  constexpr int kThreads = 8;
  constexpr int kEach = 50;
  std::vector<std::vector<std::string>> answers(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(thread) + "-" + std::to_string(i);
        // Every fourth is refused for its last line, every fifth is another's work once more.
        std::vector<std::string> lines = {claim("l-" + id).set("note", id),
                                          verification("v-" + id, "l-" + id)};
        if (i % 4 == 3) lines.push_back(claim("z-" + id).set("to", "2023-04-01"));
        if (i % 5 == 4) lines = {claim("shared-" + std::to_string(i))};
        const Result<Receipt> receipt = ledger->append(joined(lines));
        std::string answer(code_of(receipt));
        if (receipt.ok()) {
          answer += " " + std::to_string(receipt->appended + receipt->duplicates);
          // What was acknowledged is there to be read.
          const bool there =
              receipt->head <= *ledger->head() &&
              ledger->sequence_of(i % 5 == 4 ? "shared-" + std::to_string(i) : "v-" + id).ok();
          answer += there ? "" : " but is not there";
        } else {
          answer += " " + receipt.error().entry + " " + std::to_string(receipt.error().line);
        }
        answers[static_cast<std::size_t>(thread)].push_back(answer);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::uint64_t accepted = 0;
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kEach; ++i) {
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      const std::string& answer =
          answers[static_cast<std::size_t>(thread)][static_cast<std::size_t>(i)];
      CAPTURE(id);
      if (i % 5 == 4) {
        CHECK(answer == "accepted 1");
      } else if (i % 4 == 3) {
        CHECK(answer == "straddles-year z-" + id + " 3");
        CHECK_FALSE(ledger->sequence_of("l-" + id).ok());
      } else {
        CHECK(answer == "accepted 2");
        ++accepted;
      }
    }
  }
  const std::uint64_t shared = kEach / 5;
  CHECK(ledger->head()->value == begin + 2 * accepted + shared);
  const auto total = [&](std::string_view text) {
    return figure(*ledger, *FigureReference::parse(text, YearStart{}))->quantity->to_string();
  };
  CHECK(total("2022-23:m-count:claimed") == std::to_string(40 * (1 + accepted + shared)));
  CHECK(total("2022-23:m-count:verified") == std::to_string(40 * accepted));
  const std::string before = portrait(*ledger);
  CHECK(verify(*ledger)->ok());
  ledger.reopen();
  CHECK(portrait(*ledger) == before);
  CHECK(verify(*ledger)->ok());
}

TEST_CASE("Whoever tries or appends beside others is told a head and its own root") {
  TestLedger ledger;
  ledger.append(base_lines());
  constexpr int kThreads = 6;
  std::vector<std::vector<Receipt>> receipts(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      AppendOptions options;
      options.dry_run = thread % 2 == 1;
      for (int i = 0; i < 60; ++i) {
        const std::string id = "l-" + std::to_string(thread) + "-" + std::to_string(i);
        const Result<Receipt> receipt = ledger->append(claim(id).json(), options);
        if (receipt.ok()) receipts[static_cast<std::size_t>(thread)].push_back(*receipt);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<Sequence, Hash> roots;
  for (const std::vector<Receipt>& all : receipts) {
    CHECK(all.size() == 60);
    for (const Receipt& receipt : all) {
      CHECK(roots.emplace(receipt.head, receipt.root).first->second == receipt.root);
    }
  }
  CHECK(ledger->head()->value == base_lines().size() + 3 * 60);
}

TEST_CASE("Events are read in order, forwards or backwards, from anywhere, by type") {
  TestLedger ledger;
  std::vector<std::string> lines;
  for (int i = 1; i <= 600; ++i) {
    const std::string id = "e-" + std::to_string(i);
    lines.push_back(i % 3 == 0 ? organisation(id) : programme(id));
  }
  // Blocks of 1, 300 (256 and 44), 2 and 298 (256 and 42) events.
  ledger.append({lines.begin(), lines.begin() + 300});
  ledger.append({lines.begin() + 300, lines.begin() + 302});
  ledger.append({lines.begin() + 302, lines.end()});
  const auto query = [](std::optional<std::uint64_t> after, std::uint64_t limit, bool reverse) {
    EventQuery made;
    if (after) made.after = Sequence{*after};
    made.limit = limit;
    made.reverse = reverse;
    return made;
  };
  std::vector<std::uint64_t> backwards = counting(0, 600);
  std::reverse(backwards.begin(), backwards.end());
  CHECK(sequences(*ledger, {}) == counting(0, 600));
  CHECK(sequences(*ledger, query({}, UINT64_MAX, true)) == backwards);
  for (const std::uint64_t after : {0, 1, 255, 256, 257, 299, 300, 301, 302, 303, 599}) {
    CAPTURE(after);
    CHECK(sequences(*ledger, query(after, UINT64_MAX, false)) == counting(after + 1, 600));
    std::vector<std::uint64_t> later = counting(after + 1, 600);
    std::reverse(later.begin(), later.end());
    CHECK(sequences(*ledger, query(after, UINT64_MAX, true)) == later);
    CHECK(sequences(*ledger, query(after, 1, false)) == counting(after + 1, after + 1));
    CHECK(sequences(*ledger, query(after, 1, true)) == counting(600, 600));
  }
  for (const std::uint64_t before : {1, 2, 256, 257, 300, 301, 303, 600}) {
    CAPTURE(before);
    EventQuery earlier = query({}, UINT64_MAX, false);
    earlier.before = Sequence{before};
    std::vector<std::uint64_t> expected = counting(0, before - 1);
    CHECK(sequences(*ledger, earlier) == expected);
    earlier.reverse = true;
    std::reverse(expected.begin(), expected.end());
    CHECK(sequences(*ledger, earlier) == expected);
    earlier.after = Sequence{before / 2};
    std::erase_if(expected, [&](std::uint64_t one) { return one <= before / 2; });
    CHECK(sequences(*ledger, earlier) == expected);
    earlier.reverse = false;
    std::reverse(expected.begin(), expected.end());
    CHECK(sequences(*ledger, earlier) == expected);
  }
  EventQuery none;
  none.before = Sequence{0};
  CHECK(sequences(*ledger, none).empty());
  none.before = Sequence{UINT64_MAX};
  CHECK(sequences(*ledger, none) == counting(0, 600));
  CHECK(sequences(*ledger, query(600, 5, false)).empty());
  CHECK(sequences(*ledger, query(600, 5, true)).empty());
  CHECK(sequences(*ledger, query(UINT64_MAX, 5, false)).empty());
  CHECK(sequences(*ledger, query(UINT64_MAX, 5, true)).empty());
  CHECK(sequences(*ledger, query({}, 0, false)).empty());
  CHECK(sequences(*ledger, query({}, 0, true)).empty());
  EventQuery organisations;
  organisations.type = EntryType::kOrganisation;
  organisations.after = Sequence{4};
  organisations.limit = 3;
  CHECK(sequences(*ledger, organisations) == std::vector<std::uint64_t>{6, 9, 12});
  organisations.reverse = true;
  CHECK(sequences(*ledger, organisations) == std::vector<std::uint64_t>{600, 597, 594});
  organisations.type = EntryType::kLedgerOpened;
  CHECK(sequences(*ledger, organisations).empty());
  organisations.after.reset();
  CHECK(sequences(*ledger, organisations) == std::vector<std::uint64_t>{0});
  std::uint64_t visits = 0;
  REQUIRE(ledger->for_each_event({}, [&](const Event&) { return ++visits < 7; }).ok());
  CHECK(visits == 7);
}

TEST_CASE("A point in time is the last event recorded at or before it") {
  TestLedger ledger;
  const Timestamp opened = ledger.world().now();
  const auto at = [&](std::int64_t micros) {
    return Timestamp{opened.micros + micros}.to_string();
  };
  ledger.world().move_clock(10);
  ledger.append(std::vector<std::string>{programme("a"), programme("b")});  // 1 and 2 at 10
  ledger.append(programme("c").json());                                     // 3 at 10
  ledger.world().move_clock(10);
  ledger.append(programme("d").json());  // 4 at 20
  struct Row {
    std::string text;
    std::int64_t sequence;  // −1: refused
  };
  for (const Row& row : {
           Row{at(-1), -1},
           Row{at(0), 0},
           Row{at(9), 0},
           Row{at(10), 3},
           Row{at(19), 3},
           Row{at(20), 4},
           Row{at(21), 4},
           Row{"9999-12-31T23:59:59Z", 4},
           Row{"1969-12-31T23:59:59Z", -1},
           Row{"0", 0},
           Row{"4", 4},
           Row{"004", 4},
           Row{"5", -1},
           Row{"18446744073709551615", -1},
           Row{"18446744073709551616", -1},
           Row{"", -1},
           Row{"-1", -1},
           Row{"+1", -1},
           Row{" 1", -1},
           Row{"a", -1},
           Row{"2023-11-14", -1},
       }) {
    CAPTURE(row.text);
    for (const bool reopened : {false, true}) {
      if (reopened) ledger.reopen();
      const auto sequence = ledger->resolve_as_of(row.text);
      if (row.sequence >= 0) {
        REQUIRE(sequence.ok());
        CHECK(sequence->value == static_cast<std::uint64_t>(row.sequence));
      } else {
        CHECK(code_of(sequence) == "bad-entry");
      }
    }
  }
}

TEST_CASE("Questions about what is not there are refused by name") {
  TestLedger ledger;
  ledger.append(base_lines());
  const std::uint64_t head = ledger->head()->value;
  ledger.append(measure("late").json());
  const auto asked = [&](std::string_view text) {
    const auto reference = FigureReference::parse(text, YearStart{});
    REQUIRE(reference.ok());
    return std::string(code_of(figure(*ledger, *reference)));
  };
  const std::string at_head = "@" + std::to_string(head);
  CHECK(asked("2022-23:m-count:claimed") == "accepted");
  CHECK(asked("1999-00:m-count:claimed") == "accepted");  // nothing was ever posted: 0
  CHECK(asked("2022-23:m-count:claimed@0") == "unknown-reference");
  CHECK(asked("2022-23:late:claimed" + at_head) == "unknown-reference");
  CHECK(asked("2022-23:late:claimed") == "accepted");
  CHECK(asked("2022-23:nothing:claimed") == "unknown-reference");
  CHECK(asked("2022-23:org-1:claimed") == "wrong-type");
  CHECK(asked("2022-23:m-count:claimed:programme=nobody") == "unknown-reference");
  CHECK(asked("2022-23:m-count:claimed:programme=org-1") == "wrong-type");
  CHECK(asked("2022-23:m-count:claimed:organisation=claim-1") == "wrong-type");
  CHECK(asked("2022-23:m-count:claimed:contract=prog-1") == "wrong-type");
  CHECK(asked("2022-23:m-count:claimed:contract=-") == "accepted");
  CHECK(asked("2022-23:m-count:claimed@" + std::to_string(head + 2)) == "bad-entry");
  CHECK(asked("2022-23:m-count:claimed@" + std::to_string(head + 1)) == "accepted");
  TotalsQuery query;
  query.measures = {"late"};
  CHECK(totals(*ledger, query).ok());
  query.as_of = Sequence{head};
  CHECK(code_of(totals(*ledger, query)) == "unknown-reference");
  query.measures = {"prog-1"};
  CHECK(code_of(totals(*ledger, query)) == "wrong-type");
  query.measures.clear();
  query.as_of = Sequence{head + 2};
  CHECK(code_of(totals(*ledger, query)) == "bad-entry");
}

}  // namespace tally::testing
