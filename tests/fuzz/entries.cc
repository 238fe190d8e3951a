// Fuzzes the rules: the input is chance, three bytes of it an entry (support/entry_chance.h), which
// are submitted one by one to a ledger in memory.  Of any such sequence must hold:
// - Each entry is taken, or refused with the code, that a naive ledger (support/naive_ledger.h)
// says.
// - The log, folded anew from nothing, is accepted event by event, and gives as many accounts and
//   postings as stand in the ledger and in the naive one.
// - The totals root of each year is the one that the naive ledger works out.

#include "base/check.h"
#include "ledger/log_walk.h"
#include "ledger/refold.h"
#include "ledger/totals.h"
#include "ledger/writer.h"
#include "store/memory_store.h"
#include "support/entry_chance.h"
#include "support/fixed_key.h"

namespace tally::fuzz {
namespace {

using testing::NaiveEntry;
using testing::NaiveLedger;

constexpr std::size_t kBytesEach = 3;
constexpr std::size_t kMostEntries = 60;
constexpr std::int64_t kNow = 1'700'000'000'000'000;

class OneLine : public LineSource {
 public:
  explicit OneLine(std::string text) : text_(std::move(text)) {}
  Result<std::optional<InputLine>> next() override {
    if (read_) return std::optional<InputLine>();
    read_ = true;
    return std::optional(InputLine{text_, {}, 1});
  }

 private:
  std::string text_;
  bool read_ = false;
};

Environment still_world() {
  auto filled = std::make_shared<std::uint64_t>(0);
  Environment environment;
  environment.now = [] { return Timestamp{kNow}; };
  environment.random = [filled](std::span<std::uint8_t> bytes) {
    ++*filled;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(*filled >> (8 * (i % 8)));
    }
  };
  return environment;
}

class Rules {
 public:
  Rules()
      : log_(store::make_store_log(store_)),
        checkpoints_(store::Directory("/nowhere")),
        writer_(store_, *log_, checkpoints_, {YearStart{}, "GBP"}, still_world()) {
    LedgerOpened opened;
    opened.name = "Example Council";
    opened.origin = "example.org";
    opened.currency = "GBP";
    opened.vkey = VerifierKey{opened.origin, testing::fixed_key('e').public_key()}.to_string();
    TALLY_CHECK(writer_.open_log(opened).ok());
    for (const NaiveEntry& entry : chance_.beginning()) submit(entry);
  }

  void submit_by_chance(std::uint64_t seed) {
    random_ = testing::Random(seed);
    submit(chance_.any(naive_));
  }

  void check() {
    auto reader = projection::Reader::open(store_.view());
    TALLY_CHECK(reader.ok());
    TALLY_CHECK(reader->last().value == naive_.head());
    const std::uint64_t accounts = naive_.accounts().size();
    TALLY_CHECK(reader->head().accounts == accounts);
    TALLY_CHECK(reader->head().postings == naive_.postings().size());
    check_fold(accounts);
    for (std::int16_t year = 2019; year <= 2024; ++year) {
      const auto root =
          ledger::compute_totals_root(*reader, YearStart{}, Year{year}, reader->last());
      TALLY_CHECK(root.ok());
      TALLY_CHECK(*root == testing::naive_tree(naive_.root_lines(year, naive_.head())));
    }
  }

 private:
  void submit(const NaiveEntry& entry) {
    const std::string judged = naive_.judge(entry);
    OneLine line(entry.json());
    const auto receipt = writer_.submit(line, AppendOptions(), std::nullopt);
    std::string answer = "accepted";
    if (!receipt.ok()) {
      answer = code_name(receipt.error().code);
    } else if (receipt->appended == 0) {
      answer = "duplicate";
    }
    TALLY_CHECK(answer == judged);
    if (judged == "accepted") naive_.accept(entry, kNow);
  }

  void check_fold(std::uint64_t accounts) {
    auto blocks = log_->read(Sequence{0});
    TALLY_CHECK(blocks.ok());
    ledger::LogWalk walk(std::move(*blocks), false);
    ledger::Refold refold;
    for (auto steps = walk.next(); !steps.empty(); steps = walk.next()) {
      for (ledger::LogWalk::Step& step : steps) {
        TALLY_CHECK(step.sound.ok());
        TALLY_CHECK(refold.add(step.event).ok());
      }
    }
    const projection::Head& head = refold.changes().head();
    TALLY_CHECK(head.accounts == accounts && head.postings == naive_.postings().size());
  }

  testing::Random random_{0};
  testing::EntryChance chance_{random_};
  NaiveLedger naive_;
  store::MemoryStore store_;
  std::unique_ptr<store::LogStore> log_;
  ledger::Checkpoints checkpoints_;
  ledger::Writer writer_;
};

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tally::fuzz;
  Rules rules;
  for (std::size_t at = 0; at + kBytesEach <= std::min(size, kBytesEach * kMostEntries);
       at += kBytesEach) {
    std::uint64_t seed = 0;
    for (std::size_t i = 0; i < kBytesEach; ++i) seed = seed << 8 | bytes[at + i];
    rules.submit_by_chance(seed);
  }
  rules.check();
  return 0;
}
