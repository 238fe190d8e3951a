// Submissions of thousands of lines, which are read ahead of what is decided: they answer as short
// ones do.

#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/totals.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

constexpr std::uint64_t kLines = 6'500;

std::string own_claim(std::uint64_t number) {
  return claim("l-" + std::to_string(number)).set("quantity", std::to_string(number));
}

// Claims from a number on, but for one line that is as given.
class Claims : public LineSource {
 public:
  Claims(std::uint64_t lines, std::uint64_t at, std::string other)
      : lines_(lines), at_(at), other_(std::move(other)) {}

  // At this line, reading fails.
  void fail_at(std::uint64_t line) { fails_at_ = line; }

  Result<std::optional<InputLine>> next() override {
    if (number_ == lines_) return std::optional<InputLine>();
    if (++number_ == fails_at_) return Error{ErrorCode::kIo, "the disk is gone", "in", number_, {}};
    text_ = number_ == at_ ? other_ : own_claim(number_);
    return std::optional(InputLine{text_, number_ < 5'000 ? "first" : "second", number_});
  }

 private:
  std::uint64_t lines_;
  std::uint64_t at_;
  std::string other_;
  std::uint64_t fails_at_ = 0;
  std::uint64_t number_ = 0;
  std::string text_;
};

const std::vector<std::uint64_t>& places() {
  static const std::vector<std::uint64_t> kPlaces = {1,     10,    4'095, 4'096, 4'097,
                                                     4'608, 4'609, 5'000, kLines};
  return kPlaces;
}

}  // namespace

TEST_CASE("A wrong line is told wherever it stands in a long submission, and nothing is written") {
  TestLedger ledger;
  ledger.append(base_lines());
  const std::string before = portrait(*ledger);
  struct Row {
    std::string line;
    std::string_view code;
  };
  for (const Row& row : {
           Row{"{\"id\":", "bad-json"},
           Row{claim("wrong").set("quantity", "much"), "bad-quantity"},
           Row{claim("wrong").set("organisation", "nobody"), "unknown-reference"},
           Row{claim("claim-1"), "id-taken"},
           Row{verification("wrong", "claim-1").actor("staff-1"), "same-actor"},
           Row{claim("wrong").set("quantity", "9000000000000"), "overflow"},
           Row{claim("wrong").set("note", std::string(300'000, 'n')), "too-large"},
       }) {
    for (const std::uint64_t at : places()) {
      CAPTURE(row.code, at);
      // Where the line overflows by itself, that is because of those before it; at first it fits.
      if (row.code == "overflow" && at == 1) continue;
      Claims lines(kLines, at, row.line);
      const Result<Receipt> refused = ledger->append(lines);
      REQUIRE_FALSE(refused.ok());
      CHECK(code_of(refused) == row.code);
      CHECK(refused.error().line == at);
      CHECK(refused.error().file == (at < 5'000 ? "first" : "second"));
    }
  }
  CHECK(portrait(*ledger) == before);
}

TEST_CASE("Of two wrong lines of a long submission the first is told, whoever finds which") {
  TestLedger ledger;
  ledger.append(base_lines());
  struct Row {
    std::string line;
    std::string_view code;
  };
  // Found by who reads, by who decides, and by who posts behind both.
  const std::vector<Row> rows = {
      {"{", "bad-json"},
      {claim("claim-1"), "id-taken"},
      {claim("wrong").set("quantity", "9000000000000"), "overflow"},
  };
  for (const Row& first : rows) {
    for (const Row& second : rows) {
      for (const std::size_t at : {4'100U, 5'100U}) {
        for (const std::size_t further : {1U, 3U, 600U, 1'300U}) {
          CAPTURE(first.code, second.code, at, further);
          std::vector<std::string> lines;
          for (std::uint64_t i = 1; i <= kLines; ++i) lines.push_back(own_claim(i));
          lines[at] = first.line;
          lines[at + further] = second.line;
          const Result<Receipt> refused = ledger->append(joined(lines));
          REQUIRE_FALSE(refused.ok());
          CHECK(code_of(refused) == first.code);
          CHECK(refused.error().line == at + 1);
        }
      }
    }
  }
  CHECK(ledger->head()->value == base_lines().size());
}

TEST_CASE("A source that fails far into a submission leaves nothing of it") {
  TestLedger ledger;
  ledger.append(base_lines());
  for (const std::uint64_t at : places()) {
    CAPTURE(at);
    Claims lines(kLines, 0, "");
    lines.fail_at(at);
    const Result<Receipt> failed = ledger->append(lines);
    REQUIRE_FALSE(failed.ok());
    CHECK(code_of(failed) == "io");
    CHECK(failed.error().message == "the disk is gone");
  }
  CHECK(ledger->head()->value == base_lines().size());
}

TEST_CASE("A submission without end is refused as soon as a line is") {
  TestLedger ledger;
  ledger.append(base_lines());
  for (const std::string& line : {std::string(claim("claim-1")), std::string("{")}) {
    Claims lines(UINT64_MAX, 5'000, line);
    const Result<Receipt> refused = ledger->append(lines);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().line == 5'000);
  }
  CHECK(ledger->head()->value == base_lines().size());
}

TEST_CASE("Entries far apart in one submission are duplicates, corrections and references") {
  TestLedger ledger;
  ledger.append(base_lines());
  std::vector<std::string> lines;
  for (std::uint64_t i = 1; i <= kLines; ++i) lines.push_back(own_claim(i));
  lines.push_back(own_claim(3));
  lines.push_back(own_claim(kLines));
  lines.push_back(lines.back());
  lines.push_back(verification("v-1", "l-4"));
  lines.push_back(
      correction("x-1", "l-5").set("note", "n").replacement(claim("").set("quantity", "0.5")));
  lines.push_back(correction("x-2", "l-6"));
  lines.push_back(lines[lines.size() - 2]);
  std::vector<std::uint64_t> told;
  AppendOptions options;
  options.progress = [&](std::uint64_t entries) { told.push_back(entries); };
  const Result<Receipt> receipt = ledger->append(joined(lines), options);
  INFO((receipt.ok() ? std::string() : receipt.error().message));
  REQUIRE(receipt.ok());
  CHECK(receipt->appended == kLines + 3);
  CHECK(receipt->duplicates == 4);
  CHECK(receipt->head.value == base_lines().size() + kLines + 3);
  CHECK(std::is_sorted(told.begin(), told.end()));
  CHECK_FALSE(told.empty());
  // 40 of the base, and 1 to kLines, where 5 became a half and 6 went.
  const std::uint64_t whole = 40 + kLines * (kLines + 1) / 2 - 5 - 6;
  const auto figure =
      tally::figure(*ledger, *FigureReference::parse("2022-23:m-count:claimed", YearStart{}));
  REQUIRE(figure.ok());
  CHECK(figure->quantity->to_string() == std::to_string(whole) + ".5");
  CHECK(verify(*ledger)->ok());
  const Result<Receipt> again = ledger->append(joined(lines));
  REQUIRE(again.ok());
  CHECK(again->appended == 0);
  CHECK(again->duplicates == lines.size());
}

TEST_CASE("An id given twice in a long submission is taken, whichever came first") {
  TestLedger ledger;
  ledger.append(base_lines());
  for (const std::uint64_t at : {2U, 4'097U, 6'000U}) {
    Claims lines(kLines, at, claim("l-1"));  // which says 40, and the first line says 1
    const Result<Receipt> refused = ledger->append(lines);
    REQUIRE_FALSE(refused.ok());
    CHECK(code_of(refused) == "id-taken");
    CHECK(refused.error().line == at);
  }
}

TEST_CASE("Verify says the same on any number of threads") {
  TestLedger ledger;
  ledger.append(base_lines());
  Claims lines(kLines, 0, "");
  REQUIRE(ledger->append(lines).ok());
  VerifyOptions options;
  options.threads = 1;
  const auto first = verify(*ledger, options);
  REQUIRE(first.ok());
  CHECK(first->ok());
  for (const unsigned threads : {0U, 2U, 7U}) {
    options.threads = threads;
    std::uint64_t last = 0;
    options.progress = [&](std::uint64_t checked, std::uint64_t all) {
      CHECK(checked > last);
      CHECK(all == first->events);
      last = checked;
    };
    const auto report = verify(*ledger, options);
    REQUIRE(report.ok());
    CHECK(report->ok());
    CHECK(report->digest == first->digest);
    CHECK(report->events == kLines + base_lines().size() + 1);
  }
}

}  // namespace tally::testing
