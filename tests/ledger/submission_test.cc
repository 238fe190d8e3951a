// A submission as a whole (spec "Entries: All or nothing"): what it may look like, what is expected
// of the head, and that a refusal leaves no trace.

#include "ledger/core.h"
#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"

namespace tally::testing {
namespace {

AppendOptions expecting(std::uint64_t head) {
  AppendOptions options;
  options.expected_head = Sequence{head};
  return options;
}

// Lines of several files, as a command line has them; fails where a line says so.
class Files : public LineSource {
 public:
  explicit Files(std::vector<std::pair<std::string, std::vector<std::string>>> files)
      : files_(std::move(files)) {}
  Result<std::optional<InputLine>> next() override {
    while (file_ < files_.size() && line_ == files_[file_].second.size()) {
      ++file_;
      line_ = 0;
    }
    if (file_ == files_.size()) return std::optional<InputLine>();
    const auto& [name, lines] = files_[file_];
    if (lines[line_] == "unreadable") return Error{ErrorCode::kIo, "the disk is gone", name, 0, {}};
    const std::string& text = lines[line_++];
    return std::optional(InputLine{text, name, line_});
  }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> files_;
  std::size_t file_ = 0;
  std::size_t line_ = 0;
};

std::vector<std::string> stored_bytes(const Ledger& ledger) {
  std::vector<std::string> blocks;
  const auto cursor = ledger.core().log().read(Sequence{0});
  REQUIRE(cursor.ok());
  for (;;) {
    const auto block = (*cursor)->next();
    REQUIRE(block.ok());
    if (!*block) return blocks;
    blocks.push_back((*block)->events + (*block)->details);
  }
}

}  // namespace

TEST_CASE("Blank lines, CRLF, a byte-order mark and a missing last line feed make no difference") {
  TestLedger ledger;
  const std::string a = programme("a");
  const std::string b = programme("b");
  struct Row {
    std::string text;
    std::uint64_t appended;
    std::uint64_t duplicates;
  };
  for (const Row& row : {
           Row{"", 0, 0},
           Row{"\n", 0, 0},
           Row{"\r\n\r\n", 0, 0},
           Row{" \t \n\n", 0, 0},
           Row{"\xEF\xBB\xBF", 0, 0},
           Row{"\xEF\xBB\xBF" + a, 1, 0},
           Row{a + "\r\n\r\n" + b + "\r\n", 1, 1},
           Row{"\n\n" + a + "\n\n" + b, 0, 2},
           Row{a + "\r", 0, 1},
       }) {
    CAPTURE(row.text);
    const Result<Receipt> receipt = ledger->append(row.text);
    REQUIRE(receipt.ok());
    CHECK(receipt->appended == row.appended);
    CHECK(receipt->duplicates == row.duplicates);
    CHECK(receipt->head == *ledger->head());
  }
  const Result<Receipt> marked_twice = ledger->append(a + "\n\xEF\xBB\xBF" + b);
  REQUIRE_FALSE(marked_twice.ok());
  CHECK(marked_twice.error().code == ErrorCode::kBadJson);
  CHECK(marked_twice.error().line == 2);
}

TEST_CASE("A refusal names the line as it stands in its file, blank lines counted") {
  TestLedger ledger;
  const std::string good = programme("a");
  const std::string bad = programme("b").drop("name");
  const Result<Receipt> text = ledger->append("\n\n" + good + "\n\r\n" + bad + "\n");
  REQUIRE_FALSE(text.ok());
  CHECK(text.error().line == 5);
  CHECK(text.error().entry == "b");
  CHECK(text.error().file.empty());

  Files files({{"one.jsonl", {good, ""}}, {"two.jsonl", {"", good, bad}}});
  const Result<Receipt> refused = ledger->append(files);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().file == "two.jsonl");
  CHECK(refused.error().line == 3);
  CHECK(*ledger->head() == Sequence{0});

  Files sound({{"one.jsonl", {good}}, {"two.jsonl", {good, programme("b")}}});
  const Result<Receipt> receipt = ledger->append(sound);
  REQUIRE(receipt.ok());
  CHECK(receipt->appended == 2);
  CHECK(receipt->duplicates == 1);

  Files lost({{"three.jsonl", {programme("c"), "unreadable"}}});
  const Result<Receipt> failed = ledger->append(lost);
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().code == ErrorCode::kIo);
  CHECK_FALSE(ledger->sequence_of("c").ok());
}

TEST_CASE("A submission may expect the head, and nothing but duplicates needs no expectation") {
  TestLedger ledger;
  const std::string a = programme("a");
  const std::string b = programme("b");
  const std::string c = programme("c");
  struct Row {
    std::vector<std::string> lines;
    std::uint64_t head;
    std::string_view answer;
    std::uint64_t line;
  };
  for (const Row& row : {
           Row{{a}, 1, "conflict", 1},  // the head is event 0
           Row{{a}, 0, "accepted", 0},  // now it is event 1
           Row{{b}, 0, "conflict", 1},
           Row{{a}, 0, "accepted", 0},  // a duplicate, whatever was expected
           Row{{a, a}, 99, "accepted", 0}, Row{{}, 99, "accepted", 0},
           Row{{"", ""}, 99, "accepted", 0}, Row{{a, b}, 0, "conflict", 2},
           Row{{a, "", b, c}, 1, "accepted", 0},  // the head before it, not before each line
           Row{{"{}"}, 99, "bad-entry", 1},       // shape comes first
           Row{{programme("a").set("name", "B")}, 99, "id-taken", 1},
           Row{{claim("l")}, 99, "conflict", 1},  // the head comes before references
       }) {
    CAPTURE(row.lines, row.head);
    const Result<Receipt> receipt = ledger->append(joined(row.lines), expecting(row.head));
    CHECK(code_of(receipt) == row.answer);
    if (!receipt.ok()) CHECK(receipt.error().line == row.line);
  }
  CHECK(*ledger->head() == Sequence{3});
}

TEST_CASE("A refused line anywhere leaves nothing of its submission") {
  TestLedger ledger;
  ledger.append(base_lines());
  const std::string before = portrait(*ledger);
  const std::vector<std::string> bytes = stored_bytes(*ledger);
  const std::vector<std::string> good = {
      organisation("o"),
      commitment("k").set("organisation", "o").set("note", "n"),
      claim("l").against("k"),
      verification("v", "l"),
      correction("x", "l"),
      correction("y", "m-proxy").replacement(proxy_measure("").set("proxy", "9"))};
  for (const std::string& bad :
       std::vector<std::string>{"{", "[]", claim("z").set("organisation", "nobody"),
                                verification("z", "claim-1").actor("staff-1"),
                                claim("z").set("quantity", "9000000000000"),
                                correction("z", "prog-1"), programme("org-1")}) {
    for (std::size_t at = 0; at <= good.size(); ++at) {
      CAPTURE(bad, at);
      std::vector<std::string> lines = good;
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), bad);
      const Result<Receipt> refused = ledger->append(joined(lines));
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().line == at + 1);
    }
  }
  CHECK(portrait(*ledger) == before);
  CHECK(stored_bytes(*ledger) == bytes);
  CHECK_FALSE(ledger->sequence_of("k").ok());
  ledger.append(good);  // every id is free
  ledger.reopen();
  CHECK(ledger->sequence_of("y")->value == base_lines().size() + good.size());
}

TEST_CASE("What was refused makes no difference to what is appended later") {
  TestLedger first;
  first.append(base_lines());
  first.close();
  TestLedger second(first.path());
  first.open();
  const std::vector<std::string> later = {claim("l").set("note", "n"), verification("v", "l")};
  REQUIRE_FALSE(
      second->append(joined({claim("r").set("note", "m"), organisation("q"), "{}"})).ok());
  REQUIRE_FALSE(second->append(claim("r").set("note", "m").set("to", "2024-01-01").json()).ok());
  CHECK(first.append(later).root == second.append(later).root);
  CHECK(stored_bytes(*first) == stored_bytes(*second));
  CHECK(portrait(*first) == portrait(*second));
}

TEST_CASE("A dry run answers as the real one would, and writes nothing") {
  TestLedger ledger;
  const Receipt head = ledger.append(base_lines());
  const std::string before = portrait(*ledger);
  AppendOptions dry_run;
  dry_run.dry_run = true;
  const std::string text = joined({programme("p"), programme("prog-1"), programme("p")});
  const Result<Receipt> tried = ledger->append(text, dry_run);
  REQUIRE(tried.ok());
  CHECK(tried->appended == 1);
  CHECK(tried->duplicates == 2);
  CHECK(tried->head == head.head);
  CHECK(tried->root == head.root);
  CHECK(code_of(ledger->append(claim("l").set("measure", "m-ratio").json(), dry_run)) ==
        "wrong-type");
  CHECK(portrait(*ledger) == before);
  const Result<Receipt> done = ledger->append(text);
  REQUIRE(done.ok());
  CHECK(done->appended == 1);
  CHECK(done->head.value == head.head.value + 1);
}

TEST_CASE("No event is recorded before the one before it, whatever the clock says") {
  TestLedger ledger;
  const Timestamp first = ledger.world().now();
  ledger.world().move_clock(5);
  ledger.append(programme("a").json());
  ledger.world().move_clock(-1'000'000);
  ledger.append(programme("b").json());
  ledger.reopen();
  ledger.append(programme("c").json());
  ledger.world().move_clock(1'000'010);
  ledger.append(programme("d").json());
  std::vector<std::int64_t> after;
  REQUIRE(ledger
              ->for_each_event({},
                               [&](const Event& event) {
                                 after.push_back(event.recorded_at.micros - first.micros);
                                 return true;
                               })
              .ok());
  CHECK(after == std::vector<std::int64_t>{0, 5, 5, 5, 15});
}

TEST_CASE("A ledger that is open for reading takes nothing") {
  TestLedger ledger;
  ledger.append(base_lines());
  auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  CHECK(code_of((*reader)->append(programme("p").json())) == "usage");
  Files files({{"one.jsonl", {programme("p")}}});
  CHECK(code_of((*reader)->append(files)) == "usage");
}

TEST_CASE("The same note is salted anew for each event") {
  TempFolder folder;
  auto ledger = Ledger::init(folder / "ledger", {"Test Council", "", {}, "GBP"});
  REQUIRE(ledger.ok());
  REQUIRE((*ledger)
              ->append(joined({programme("a").set("note", "n"), programme("b").set("note", "n")}))
              .ok());
  std::vector<Hash> digests;
  REQUIRE((*ledger)
              ->for_each_event({},
                               [&](const Event& event) {
                                 if (event.details_digest) digests.push_back(*event.details_digest);
                                 return true;
                               })
              .ok());
  REQUIRE(digests.size() == 2);
  CHECK(digests[0] != digests[1]);
}

}  // namespace tally::testing
