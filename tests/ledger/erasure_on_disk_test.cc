// Details that were erased are in no file of the ledger's folder once the erasure is answered (spec
// "Entries: What can be erased").

#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "ledger/core.h"
#include "support/catch.h"
#include "support/files.h"
#include "support/lines.h"
#include "support/notes.h"
#include "support/random.h"
#include "support/test_ledger.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

// Bytes that are all different from one event to the next, so that the search for them cannot find
// others, nor a compression hide them: a stored salt, or a text of a note.
std::string random_text(Random& random, std::size_t size) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text.push_back(kLetters[random.below(kLetters.size())]);
  return text;
}

// A world whose salts are random, as those of a ledger outside of tests are.
Environment random_world(std::uint64_t seed) {
  Environment world;
  auto chance = std::make_shared<Random>(seed);
  world.now = [] { return Timestamp{1'700'000'000'000'000}; };
  world.random = [chance](std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(chance->below(256));
  };
  return world;
}

class ErasingLedger {
 public:
  explicit ErasingLedger(std::uint64_t seed) : world_(random_world(seed)) {
    auto made = Ledger::init(path(), {"Test Council", "", {}, "GBP"}, world_);
    REQUIRE(made.ok());
    ledger_ = std::move(*made);
    append(joined(base_lines()));
  }

  std::filesystem::path path() const { return folder_ / "ledger"; }
  Ledger& operator*() { return *ledger_; }
  Ledger* operator->() { return ledger_.get(); }
  const Environment& world() const { return world_; }

  // The sequence of the last event.
  std::uint64_t append(const std::string& text) {
    const auto receipt = ledger_->append(text);
    INFO((receipt.ok() ? std::string() : receipt.error().message));
    REQUIRE(receipt.ok());
    return receipt->head.value;
  }

  void close() { ledger_.reset(); }
  void open() {
    auto opened = Ledger::open(path(), Ledger::Access::kWrite, world_);
    INFO((opened.ok() ? std::string() : opened.error().message));
    REQUIRE(opened.ok());
    ledger_ = std::move(*opened);
  }
  void reopen() {
    close();
    open();
  }

  // The salt that is stored of an event's details.
  std::string salt_of(std::uint64_t sequence) {
    const auto block = ledger_->core().log().block_of(Sequence{sequence});
    REQUIRE(block.ok());
    const auto details = store::read_details(block->first, block->details);
    REQUIRE(details.ok());
    for (const store::DetailsOfEvent& one : *details) {
      if (one.sequence.value == sequence) return std::string(one.details.salt);
    }
    return {};
  }

 private:
  TempFolder folder_;
  Environment world_;
  std::unique_ptr<Ledger> ledger_;
};

// A note of bytes that stand in a file as they are.  (What is compressed copies what came before
// it, and nothing came before these.)
struct Secret {
  std::uint64_t sequence = 0;
  std::string text;
  std::string salt;
};

Secret record(ErasingLedger& ledger, Random& random, const std::string& id) {
  Secret secret;
  secret.text = random_text(random, 400);
  secret.sequence = ledger.append(programme(id).set("note", secret.text).json());
  secret.salt = ledger.salt_of(secret.sequence);
  REQUIRE(secret.salt.size() == store::kSaltBytes);
  return secret;
}

// Long enough for any disk; what never comes fails here, and does not hang.
template <typename Done>
void wait_for(Done done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!done() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
}

// The files under a folder, however deep, and their sizes.
std::map<std::filesystem::path, std::uintmax_t> sizes_in(const std::filesystem::path& folder) {
  std::map<std::filesystem::path, std::uintmax_t> sizes;
  std::error_code gone;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file(gone)) sizes[entry.path()] = entry.file_size(gone);
  }
  return sizes;
}

// Looks at the folder of a ledger that is in use.  RocksDB may be rewriting files of its own
// accord, so this is done again until nothing changed meanwhile.
template <typename Look>
void look_at_rest(const std::filesystem::path& folder, Look look) {
  wait_for([&] {
    const auto before = sizes_in(folder);
    return look(before) && sizes_in(folder) == before;
  });
}

void copy_at_rest(const std::filesystem::path& from, const std::filesystem::path& to) {
  look_at_rest(from, [&](const auto&) {
    std::error_code gone;
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, gone);
    return !gone;
  });
}

// The search is for parts of the text and of the salt, since a file may not have them in one run.
bool is_on_disk(const std::filesystem::path& folder, const Secret& secret) {
  bool found = false;
  look_at_rest(folder, [&](const auto& files) {
    found = false;
    for (const auto& [file, size] : files) {
      const std::string bytes = read_file(file);
      for (std::size_t at = 0; at + 24 <= secret.text.size(); at += 24) {
        found = found || bytes.find(secret.text.substr(at, 24)) != std::string::npos;
      }
      for (std::size_t at = 0; at + 8 <= secret.salt.size(); at += 8) {
        found = found || bytes.find(secret.salt.substr(at, 8)) != std::string::npos;
      }
    }
    return true;
  });
  return found;
}

// Moves all commits from the write-ahead log into files.
void flush(ErasingLedger& ledger) {
  ledger.close();
  {
    const auto store = store::Store::open(ledger.path() / "db", store::Access::kWrite);
    REQUIRE(store.ok());
    REQUIRE((*store)->purge(store::Family::kDetails, {}).ok());
  }
  ledger.open();
}

std::string programmes(std::string_view beginning, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += programme(std::string(beginning) + std::to_string(i)).json() + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("What was erased is in no file of the ledger once the erasure is answered") {
  const std::uint64_t seed = test_seed();
  INFO("TALLY_TEST_SEED=" << seed);
  Random random(seed);
  constexpr int kLarge = 16'400;
  struct Row {
    std::string_view name;
    // What happens between the recording and the erasing.
    void (*between)(ErasingLedger&);
    bool erases_in_large;  // in a submission that is written as sorted files
  };
  const std::vector<Row> rows = {
      {"still in the write-ahead log", [](ErasingLedger&) {}, false},
      {"in a file", [](ErasingLedger& ledger) { flush(ledger); }, false},
      {"in a file, and opened anew",
       [](ErasingLedger& ledger) {
         flush(ledger);
         ledger.reopen();
       },
       false},
      {"in the write-ahead log of an earlier opening",
       [](ErasingLedger& ledger) {
         ledger.reopen();
         ledger.append(programme("q-1").json());
         ledger.reopen();
       },
       false},
      {"in files of many generations",
       [](ErasingLedger& ledger) {
         for (int i = 0; i < 6; ++i) {
           ledger.append(programme("q-" + std::to_string(i)).set("note", "n").json());
           flush(ledger);
         }
       },
       false},
      {"opened so often that the logs are cleared",
       [](ErasingLedger& ledger) {
         for (int i = 0; i < 17; ++i) ledger.reopen();
       },
       false},
      {"below a large commit",
       [](ErasingLedger& ledger) { ledger.append(programmes("q-", kLarge)); }, false},
      {"erased by a large commit", [](ErasingLedger&) {}, true},
      {"in a file, and erased by a large commit", [](ErasingLedger& ledger) { flush(ledger); },
       true},
      {"erased by a large commit when all logs are clear",
       [](ErasingLedger& ledger) {
         for (int i = 0; i < 17; ++i) ledger.reopen();
       },
       true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    ErasingLedger ledger(random.below(1'000'000));
    const Secret secret = record(ledger, random, "p-1");
    const Secret kept = record(ledger, random, "p-2");
    row.between(ledger);
    CHECK(is_on_disk(ledger.path(), secret));
    const std::string line = erasure("e-1", secret.sequence).json() + "\n";
    ledger.append(row.erases_in_large ? line + programmes("r-", kLarge) : line);
    CHECK_FALSE(is_on_disk(ledger.path(), secret));
    CHECK(is_on_disk(ledger.path(), kept));
    check_sound(*ledger);
    ledger.reopen();
    CHECK_FALSE(is_on_disk(ledger.path(), secret));
    CHECK(notes_of(*ledger).erased == std::set<std::uint64_t>{secret.sequence});
    CHECK(notes_of(*ledger).texts.at(kept.sequence) == kept.text);
  }
}

TEST_CASE("Details in a large commit are erased from its files, one after the other") {
  const std::uint64_t seed = test_seed();
  INFO("TALLY_TEST_SEED=" << seed);
  Random random(seed);
  ErasingLedger ledger(seed);
  const std::uint64_t first = (*ledger->head()).value + 1;
  std::vector<Secret> secrets;
  std::string text;
  for (std::uint64_t i = 0; i < 16'600; ++i) {
    Line line = programme("p-" + std::to_string(i));
    if (i % 3'000 == 7) {
      secrets.push_back({first + i, random_text(random, 400), {}});
      line.set("note", secrets.back().text);
    } else if (i % 20 == 0) {
      line.set("note", random_text(random, 60));
    }
    text += line.json() + "\n";
  }
  ledger.append(text);
  for (Secret& secret : secrets) secret.salt = ledger.salt_of(secret.sequence);
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    CAPTURE(i);
    CHECK(is_on_disk(ledger.path(), secrets[i]));
    ledger.append(erasure("e-" + std::to_string(i), secrets[i].sequence).json());
    CHECK_FALSE(is_on_disk(ledger.path(), secrets[i]));
  }
  check_sound(*ledger);
  ledger.reopen();
  for (const Secret& secret : secrets) CHECK_FALSE(is_on_disk(ledger.path(), secret));
}

TEST_CASE("Details that one submission brings and erases are never on disk") {
  const std::uint64_t seed = test_seed();
  INFO("TALLY_TEST_SEED=" << seed);
  Random random(seed);
  for (const int others : {0, 300, 16'400}) {
    CAPTURE(others);
    ErasingLedger ledger(seed);
    const std::uint64_t at = (*ledger->head()).value + 1;
    const Secret secret{at, random_text(random, 400), random_text(random, 32)};
    ledger.append(programme("p").set("note", secret.text).json() + "\n" + programmes("q-", others) +
                  erasure("e", at).json() + "\n");
    CHECK_FALSE(is_on_disk(ledger.path(), secret));
    CHECK(notes_of(*ledger).erased == std::set<std::uint64_t>{at});
    check_sound(*ledger);
  }
}

TEST_CASE("What a crash left of an erasure is erased when the ledger is next opened for writing") {
  const std::uint64_t seed = test_seed();
  INFO("TALLY_TEST_SEED=" << seed);
  Random random(seed);
  for (const bool in_file : {false, true}) {
    CAPTURE(in_file);
    ErasingLedger ledger(seed);
    const Secret secret = record(ledger, random, "p-1");
    const Secret kept = record(ledger, random, "p-2");
    if (in_file) flush(ledger);
    const std::uint64_t head = (*ledger->head()).value;
    TempFolder crashed;
    {
      // Whoever still reads the ledger as it was keeps the erasure from being finished; a copy made
      // by then is what a crash would have left.
      auto reading = ledger->core().store().view();
      Result<Receipt> receipt = Receipt{};
      std::thread erasing(
          [&] { receipt = ledger->append(erasure("e-1", secret.sequence).json()); });
      wait_for([&] { return ledger->core().log().size()->count == head + 2; });
      copy_at_rest(ledger.path(), crashed / "ledger");
      reading.reset();
      erasing.join();
      CHECK(receipt.ok());
    }
    CHECK_FALSE(is_on_disk(ledger.path(), secret));
    CHECK(is_on_disk(crashed / "ledger", secret));
    {
      // A reader may not finish it, and does not see it.
      const auto reader = Ledger::open(crashed / "ledger", Ledger::Access::kRead);
      INFO((reader.ok() ? std::string() : reader.error().message));
      REQUIRE(reader.ok());
      CHECK(notes_of(**reader).erased == std::set<std::uint64_t>{secret.sequence});
      CHECK(is_on_disk(crashed / "ledger", secret));
    }
    const auto opened =
        Ledger::open(crashed / "ledger", Ledger::Access::kWrite, random_world(seed + 1));
    INFO((opened.ok() ? std::string() : opened.error().message));
    REQUIRE(opened.ok());
    CHECK_FALSE(is_on_disk(crashed / "ledger", secret));
    CHECK(is_on_disk(crashed / "ledger", kept));
    CHECK(notes_of(**opened).erased == std::set<std::uint64_t>{secret.sequence});
    check_sound(**opened);
  }
}

TEST_CASE("A reader beside the writer sees that details are gone when it is refreshed") {
  const std::uint64_t seed = test_seed();
  INFO("TALLY_TEST_SEED=" << seed);
  Random random(seed);
  ErasingLedger ledger(seed);
  const Secret first = record(ledger, random, "p-1");
  flush(ledger);
  const Secret second = record(ledger, random, "p-2");
  const auto reader = Ledger::open(ledger.path(), Ledger::Access::kRead);
  REQUIRE(reader.ok());
  CHECK(notes_of(**reader).texts.size() == 2);
  std::set<std::uint64_t> erased;
  for (const Secret& secret : {first, second}) {
    ledger.append(erasure("e-" + std::to_string(secret.sequence), secret.sequence).json());
    erased.insert(secret.sequence);
    REQUIRE((*reader)->refresh().ok());
    const Notes notes = notes_of(**reader);
    CHECK(notes.erased == erased);
    CHECK(notes.texts.size() == 2 - erased.size());
    check_sound(**reader);
    CHECK_FALSE(is_on_disk(ledger.path(), secret));
  }
}

}  // namespace tally::testing
