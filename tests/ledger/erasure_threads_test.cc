// Erasures and other submissions from many threads at once: each is answered, and the ledger is
// sound.

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/publication.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

constexpr int kThreads = 6;
constexpr int kRounds = 12;

// What became of all submissions; filled by several threads.
struct Answers {
  std::mutex mutex;
  std::vector<std::string> refused;  // messages
  std::set<std::uint64_t> erased;    // that were answered

  void note(const Result<Receipt>& receipt) {
    const std::lock_guard lock(mutex);
    if (!receipt.ok()) refused.push_back(receipt.error().message);
  }
};

// Notes, erases what another submission noted or its own, claims and publishes, in turns.
void submit(Ledger& ledger, Answers& answers, const std::string& name) {
  for (int round = 0; round < kRounds; ++round) {
    const std::string id = name + "-" + std::to_string(round);
    answers.note(ledger.append(joined(
        {programme("kept-" + id).set("note", "kept"), claim("l-" + id).set("quantity", "1")})));
    const auto noted = ledger.append(programme("gone-" + id).set("note", "gone").json());
    answers.note(noted);
    answers.note(ledger.append(publication("pub-" + id).json()));
    const auto sequence = ledger.sequence_of("gone-" + id);
    if (!sequence.ok()) continue;
    answers.note(ledger.append(joined(
        {programme("late-" + id).set("note", "kept"), erasure("e-" + id, sequence->value)})));
    const std::lock_guard lock(answers.mutex);
    answers.erased.insert(sequence->value);
  }
}

}  // namespace

TEST_CASE("Erasures and appends from many threads work out as if one came after the other") {
  TestLedger ledger;
  ledger.append(base_lines());
  Answers answers;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] { submit(*ledger, answers, std::to_string(i)); });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(answers.refused == std::vector<std::string>{});
  REQUIRE(answers.erased.size() == kThreads * kRounds);
  std::set<std::uint64_t> erased;
  std::uint64_t kept = 0;
  const auto read = ledger->for_each_event({}, [&](const Event& event) {
    if (event.details_erased) erased.insert(event.sequence.value);
    if (event.entry.note == "kept") ++kept;
    CHECK(event.entry.note != "gone");
    return true;
  });
  REQUIRE(read.ok());
  CHECK(erased == answers.erased);
  CHECK(kept == 2 * kThreads * kRounds);
  CHECK(publications(*ledger)->all.size() == kThreads * kRounds);
  for (int round = 0; round < 2; ++round) {
    const auto report = verify(*ledger);
    REQUIRE(report.ok());
    INFO((report->fault ? report->fault->message : std::string()));
    CHECK(report->ok());
    CHECK(report->publications == kThreads * kRounds);
    ledger.reopen();
  }
}

TEST_CASE("Of threads that erase the same, one does and the others are told that it is void") {
  TestLedger ledger;
  ledger.append(base_lines());
  constexpr int kTargets = 10;
  const std::uint64_t first = ledger->head()->value + 1;
  std::vector<std::string> lines;
  for (int i = 0; i < kTargets; ++i) {
    lines.push_back(programme("p-" + std::to_string(i)).set("note", "n"));
  }
  ledger.append(lines);
  std::atomic<int> done = 0;
  std::atomic<int> was_void = 0;
  std::atomic<int> otherwise = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int target = 0; target < kTargets; ++target) {
        const std::string id = "e-" + std::to_string(i) + "-" + std::to_string(target);
        const auto receipt =
            ledger->append(erasure(id, first + static_cast<std::uint64_t>(target)).json());
        ++(receipt.ok() ? done : receipt.error().code == ErrorCode::kVoid ? was_void : otherwise);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(done == kTargets);
  CHECK(was_void == (kThreads - 1) * kTargets);
  CHECK(otherwise == 0);
  CHECK(verify(*ledger)->ok());
}

}  // namespace tally::testing
