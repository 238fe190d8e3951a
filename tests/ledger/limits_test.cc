// The limits of quantities and sizes, from both sides (spec "Entries: Errors").

#include "tally/limits.h"

#include <sys/mman.h>

#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/totals.h"
#include "tally/trace.h"

namespace tally::testing {
namespace {

constexpr std::string_view kMost = "9000000000000";

struct Step {
  std::string_view why;
  std::string line;
  std::string_view answer;
};

void check_steps(const std::vector<Step>& steps) {
  TestLedger ledger;
  std::vector<std::string> base = base_lines();
  base.resize(base.size() - 2);  // without the commitment and the claim
  ledger.append(base);
  for (const Step& step : steps) {
    CAPTURE(step.why, step.line);
    const std::string before = portrait(*ledger);
    const Result<Receipt> answer = ledger->append(step.line);
    INFO((answer.ok() ? std::string() : answer.error().message));
    CHECK(code_of(answer) == step.answer);
    if (step.answer != "accepted") CHECK(portrait(*ledger) == before);
  }
}

// A text of spaces that takes no memory.
class Spaces {
 public:
  explicit Spaces(std::size_t size) : size_(size) {
    bytes_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(bytes_ != MAP_FAILED);
  }
  ~Spaces() { munmap(bytes_, size_); }
  Spaces(const Spaces&) = delete;
  Spaces& operator=(const Spaces&) = delete;
  std::string_view first(std::size_t size) const {
    return {static_cast<const char*>(bytes_), size};
  }

 private:
  void* bytes_;
  std::size_t size_;
};

// A line, then one of so many bytes.
class LongSource : public LineSource {
 public:
  LongSource(std::string first, std::string_view second)
      : first_(std::move(first)), second_(second) {}
  Result<std::optional<InputLine>> next() override {
    if (++number_ > 2) return std::optional<InputLine>();
    return std::optional(InputLine{number_ == 1 ? std::string_view(first_) : second_, {}, number_});
  }

 private:
  std::string first_;
  std::string_view second_;
  std::uint64_t number_ = 0;
};

}  // namespace

TEST_CASE("An account holds nine trillion and not a millionth more") {
  check_steps({
      {"exactly the limit", claim("a").set("quantity", kMost), "accepted"},
      {"and a millionth", claim("b").set("quantity", "0.000001"), "overflow"},
      {"nothing more may be claimed", claim("c").set("quantity", "0"), "accepted"},
      {"another year has its own",
       claim("d").set("quantity", kMost).set("from", "2023-04-01").set("to", "2023-04-01"),
       "accepted"},
      {"another measure has its own", claim("e").set("quantity", kMost).set("measure", "m-proxy"),
       "accepted"},
      {"another stage has its own", commitment("f").set("quantity", kMost), "accepted"},
      {"so has what is verified", verification("g", "a"), "accepted"},
      {"a correction that lowers", correction("h", "a").replacement(claim("").set("quantity", "8")),
       "accepted"},
      {"makes room", claim("i").set("quantity", "8999999999992"), "accepted"},
      {"to the last millionth", claim("j").set("quantity", "0.000001"), "overflow"},
      {"a correction that raises is held to it too",
       correction("k", "a").replacement(claim("").set("quantity", "8.000001")), "overflow"},
      {"a schedule is held to it by its years",
       commitment("l")
           .drop("year")
           .drop("quantity")
           .raw("schedule",
                "[{'year':'2021-22','quantity':1},{'year':'2022-23','quantity':0.000001}]"),
       "overflow"},
      {"what is withdrawn makes room", correction("m", "f"), "accepted"},
      {"for others", commitment("n").set("quantity", kMost), "accepted"},
      {"and is not reinstated beside them",
       correction("o", "f").replacement(commitment("").set("quantity", "1")), "overflow"},
  });
}

TEST_CASE("A year's total of a measure at a stage holds nine trillion, whoever's it is") {
  const auto of = [](std::string_view id, std::string_view organisation,
                     std::string_view quantity) {
    return claim(id).set("organisation", organisation).set("quantity", quantity);
  };
  check_steps({
      {"a part", of("a", "org-1", "5000000000000"), "accepted"},
      {"up to the limit", of("b", "org-2", "4000000000000"), "accepted"},
      {"beyond it, though the account is at nothing", of("c", "org-3", "0.000001"), "overflow"},
      {"whatever the programme", of("c", "org-3", "0.000001").set("programme", "prog-2"),
       "overflow"},
      {"whatever the contract", of("c", "org-2", "0.000001").set("contract", "con-1"), "overflow"},
      {"another measure", of("c", "org-3", "1").set("measure", "m-count-2"), "accepted"},
  });
}

TEST_CASE("What moves at the limit stays within it") {
  const auto of = [](std::string_view organisation) {
    return claim("").set("organisation", organisation).set("quantity", kMost);
  };
  check_steps({
      {"all of it, with one", claim("a").set("quantity", kMost).set("organisation", "org-2"),
       "accepted"},
      {"moves to one recorded later", correction("b", "a").replacement(of("org-3")), "accepted"},
      {"moves to one recorded earlier", correction("c", "a").replacement(of("org-1")), "accepted"},
      {"and is verified there", verification("d", "a"), "accepted"},
      {"moves on, and the verification is void", correction("e", "a").replacement(of("org-2")),
       "accepted"},
      {"commitments too", commitment("f").set("organisation", "org-2").set("quantity", kMost),
       "accepted"},
      {"move",
       correction("g", "f").replacement(
           commitment("").set("organisation", "org-1").set("quantity", kMost)),
       "accepted"},
      {"and nothing was added", claim("h").set("quantity", "0.000001"), "overflow"},
  });
}

TEST_CASE("What a move at the limit posted is traced without a gap") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{
      claim("a").set("measure", "m-proxy").set("quantity", kMost).set("organisation", "org-2"),
      correction("b", "a").replacement(claim("")
                                           .set("measure", "m-proxy")
                                           .set("quantity", kMost)
                                           .set("organisation", "org-1"))});
  ledger.append(verification("v", "a").json());
  ledger.append(correction("d", "a")
                    .replacement(claim("").set("measure", "m-proxy").set("quantity", kMost))
                    .json());
  struct Row {
    std::string_view figure;
    std::vector<std::string> balances;
  };
  const std::string most(kMost);
  for (const Row& row : {
           Row{"2022-23:m-proxy:claimed", {most, "0", most, "0", most}},
           Row{"2022-23:m-proxy:verified", {most, "0"}},
           Row{"2022-23:m-proxy:pending", {most, "0", most, "0", "-" + most, "0", most}},
       }) {
    CAPTURE(row.figure);
    const auto traced = trace(*ledger, *FigureReference::parse(row.figure, YearStart{}));
    REQUIRE(traced.ok());
    std::vector<std::string> balances;
    for (const TracePosting& posting : traced->postings) {
      balances.push_back(posting.balance.to_string());
    }
    CHECK(balances == row.balances);
  }
}

TEST_CASE("Values are not limited") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{
      proxy_measure("dear").set("proxy", kMost),
      claim("a").set("measure", "dear").set("quantity", "8999999999999.999999")});
  const auto read = figure(*ledger, *FigureReference::parse("2022-23:dear:claimed", YearStart{}));
  REQUIRE(read.ok());
  CHECK(read->value->to_string() == "80999999999999999991000000");
}

TEST_CASE("A line has at most 256 KiB") {
  TestLedger ledger;
  std::string line = programme("p");
  line.insert(1, limits::kLineBytes - line.size(), ' ');
  REQUIRE(line.size() == limits::kLineBytes);
  std::string longer = line;
  longer.insert(1, " ");
  const Result<Receipt> refused = ledger->append(longer);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::kTooLarge);
  CHECK(refused.error().line == 1);
  const Result<Receipt> receipt = ledger->append(line + "\r\n");
  REQUIRE(receipt.ok());
  CHECK(receipt->appended == 1);
}

TEST_CASE("The largest entries that the rules allow fit into an event") {
  TestLedger ledger;
  ledger.append(base_lines());
  const auto of = [](std::size_t size) { return std::string(size, 'x'); };
  std::string items;
  for (std::size_t i = 0; i < limits::kEvidenceItems; ++i) {
    items += (i == 0 ? "" : ",") + std::string("{'sha256':'") + std::string(64, 'a') +
             "','title':'" + of(limits::kTextBytes) + "','uri':'" + of(limits::kUriBytes) +
             "','media_type':'" + of(limits::kTextBytes) + "'}";
  }
  const Line full =
      claim("l").raw("evidence", "[" + items + "]").set("note", of(limits::kNoteBytes));
  ledger.append(full.json());
  ledger.append(correction(of(limits::kIdentifierBytes), "l")
                    .actor(of(limits::kIdentifierBytes))
                    .set("reason", of(limits::kReasonBytes))
                    .replacement(full)
                    .json());
  ledger.append(proxy_measure("m")
                    .set("title", of(limits::kTextBytes))
                    .set("unit", of(limits::kTextBytes))
                    .set("proxy_source", of(limits::kProxySourceBytes))
                    .json());
  CHECK(*ledger->head() == Sequence{base_lines().size() + 3});
}

TEST_CASE("A submission has at most a gibibyte, line feeds counted") {
  TestLedger ledger;
  const Spaces spaces(limits::kSubmissionBytes);
  const std::string first = programme("p");
  const auto appended = [&](std::size_t second) {
    LongSource source(first, spaces.first(second));
    return ledger->append(source);
  };
  const std::size_t rest = limits::kSubmissionBytes - first.size() - 1;
  const Result<Receipt> over = appended(rest);
  REQUIRE_FALSE(over.ok());
  CHECK(over.error().code == ErrorCode::kTooLarge);
  CHECK(over.error().line == 2);
  CHECK(over.error().message.find("a submission") != std::string::npos);
  // At the limit it is the line that is too long.
  const Result<Receipt> at = appended(rest - 1);
  REQUIRE_FALSE(at.ok());
  CHECK(at.error().code == ErrorCode::kTooLarge);
  CHECK(at.error().message.find("line") != std::string::npos);
  CHECK_FALSE(ledger->sequence_of("p").ok());
}

}  // namespace tally::testing
