// The folder of a ledger: where one is opened, what is found there, what is refused.

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

using std::filesystem::path;

void write(const path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

std::string read(const path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return std::move(text).str();
}

LedgerOptions named(std::string name, std::string origin = "") {
  return {std::move(name), std::move(origin), {}, "GBP"};
}

std::string_view opened(const path& folder) {
  const std::string_view reader = code_of(Ledger::open(folder, Ledger::Access::kRead));
  CHECK(code_of(Ledger::open(folder, Ledger::Access::kWrite)) == reader);
  return reader;
}

}  // namespace

TEST_CASE("A ledger is opened in a folder that is new or empty") {
  TempFolder folder;
  std::filesystem::create_directories(folder / "empty");
  std::filesystem::create_directories(folder / "full");
  write(folder / "full/something", "x");
  write(folder / "file", "x");
  CHECK(code_of(Ledger::init(folder / "new", named("N"))) == "accepted");
  CHECK(code_of(Ledger::init(folder / "deep/er", named("N"))) == "accepted");
  CHECK(code_of(Ledger::init(folder / "empty", named("N"))) == "accepted");
  CHECK(code_of(Ledger::init(folder / "full", named("N"))) == "usage");
  CHECK(code_of(Ledger::init(folder / "file", named("N"))) == "usage");
  CHECK(code_of(Ledger::init(folder / "new", named("N"))) == "usage");
  CHECK(code_of(Ledger::init(folder / "file/below", named("N"))) == "io");
  CHECK(read(folder / "full/something") == "x");
  CHECK(opened(folder / "new") == "accepted");
}

TEST_CASE("A ledger has a name, an origin that can stand in a key, and a currency") {
  struct Row {
    LedgerOptions options;
    std::string_view answer;
    std::string_view origin;
  };
  const std::string long_name(500, 'n');
  int count = 0;
  TempFolder folder;
  for (const Row& row : {
           Row{named("Test Council"), "accepted", "ledger.invalid/test-council"},
           Row{named("St. Helens & Wigan 2"), "accepted", "ledger.invalid/st-helens-wigan-2"},
           Row{named("A", "ledger.example.gov.uk/social-value"), "accepted",
               "ledger.example.gov.uk/social-value"},
           Row{named(""), "bad-entry", ""},
           Row{named(long_name, "o"), "accepted", "o"},
           Row{named(long_name + "n", "o"), "bad-entry", ""},
           Row{named("A\nB"), "bad-entry", ""},
           Row{named("A\xff"), "bad-entry", ""},
           Row{named("A", "a b"), "bad-entry", ""},
           Row{named("A", "a+b"), "bad-entry", ""},
           Row{named("A", "a\u00A0b"), "bad-entry", ""},
           Row{named("A", "https://example.org"), "bad-entry", ""},
           Row{{"A", "", {}, "gbp"}, "bad-entry", ""},
           Row{{"A", "", {}, "GBPS"}, "bad-entry", ""},
           Row{{"A", "", {}, ""}, "bad-entry", ""},
           Row{{"A", "", YearStart{1, 1}, "EUR"}, "accepted", "ledger.invalid/a"},
       }) {
    CAPTURE(row.options.name, row.options.origin, row.options.currency);
    const path where = folder / std::to_string(++count);
    {
      const auto made = Ledger::init(where, row.options);
      CHECK(code_of(made) == row.answer);
      CHECK(std::filesystem::exists(where) == made.ok());
      if (!made.ok()) continue;
      CHECK((*made)->identity().origin == row.origin);
    }
    const auto again = Ledger::open(where, Ledger::Access::kRead);
    REQUIRE(again.ok());
    const LedgerOpened& identity = (*again)->identity();
    CHECK(identity.name == row.options.name);
    CHECK(identity.origin == row.origin);
    CHECK(identity.currency == row.options.currency);
    CHECK(identity.year_start == row.options.year_start);
    CHECK(identity.vkey.starts_with(std::string(row.origin) + "+"));
    CHECK(read(where / "log.vkey") == identity.vkey + "\n");
    struct stat key {};
    REQUIRE(stat((where / "signing-key.pem").c_str(), &key) == 0);
    CHECK((key.st_mode & 0777) == 0600);
  }
}

TEST_CASE("What is no ledger, or one of another format, is told apart") {
  TempFolder folder;
  CHECK(opened(folder / "nowhere") == "no-ledger");
  std::filesystem::create_directories(folder / "empty");
  CHECK(opened(folder / "empty") == "no-ledger");
  write(folder / "file", "x");
  CHECK(opened(folder / "file") == "no-ledger");
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.close();
  const path format = ledger.path() / "format";
  const std::string written = read(format);
  struct Row {
    std::string text;
    std::string_view answer;
  };
  for (const Row& row : {
           Row{"", "damaged"},
           Row{"nonsense", "damaged"},
           Row{"tallystick ledger, format ", "damaged"},
           Row{"tallystick ledger, format x", "damaged"},
           Row{"tallystick ledger, format 0\n", "damaged"},
           Row{"tallystick ledger, format -1\n", "damaged"},
           Row{"tallystick ledger, format 2\n", "newer-format"},
           Row{"tallystick ledger, format 4294967295\n", "newer-format"},
           Row{"tallystick ledger, format 99999999999999999999\n", "damaged"},
           Row{std::string(1'000'000, 'x'), "damaged"},
           Row{written, "accepted"},
       }) {
    CAPTURE(row.text.substr(0, 60));
    write(format, row.text);
    CHECK(opened(ledger.path()) == row.answer);
  }
  std::filesystem::remove(format);
  CHECK(opened(ledger.path()) == "no-ledger");
}

TEST_CASE("A folder whose files are gone or garbage is damaged, and nothing worse") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.close();
  const auto damaged = [&](const std::string& name, const auto& damage) {
    TempFolder copy;
    std::filesystem::copy(ledger.path(), copy / "ledger", std::filesystem::copy_options::recursive);
    for (const auto& file : std::filesystem::directory_iterator(copy / "ledger/db")) {
      if (file.path().filename().string().starts_with(name)) damage(file.path());
    }
    for (const auto access : {Ledger::Access::kRead, Ledger::Access::kWrite}) {
      CAPTURE(name, access == Ledger::Access::kWrite);
      const auto answer = Ledger::open(copy / "ledger", access);
      if (answer.ok()) {
        // Only a file that nothing needs may be lost without a word.
        const auto report = verify(**answer);
        CHECK((report.ok() && report->ok()));
        continue;
      }
      CAPTURE(answer.error().message);
      CHECK((answer.error().code == ErrorCode::kDamaged || answer.error().code == ErrorCode::kIo));
    }
  };
  for (const std::string name : {"CURRENT", "MANIFEST", "000", "OPTIONS", "IDENTITY"}) {
    damaged(name, [](const path& file) { std::filesystem::remove(file); });
    damaged(name, [](const path& file) { write(file, "garbage"); });
    damaged(name, [](const path& file) { std::filesystem::resize_file(file, 0); });
  }
  TempFolder bare;
  std::filesystem::create_directories(bare / "ledger");
  write(bare / "ledger/format", "tallystick ledger, format 1\n");
  CHECK(opened(bare / "ledger") != "accepted");
}

TEST_CASE("An init that was interrupted leaves no ledger") {
  TestLedger ledger;
  ledger.close();
  std::filesystem::remove(ledger.path() / "format");
  const auto answer = Ledger::open(ledger.path(), Ledger::Access::kWrite);
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().code == ErrorCode::kNoLedger);
  CHECK(answer.error().message.find("interrupted") != std::string::npos);
}

TEST_CASE("What a crash left staged is gone once the ledger is opened for writing") {
  TestLedger ledger;
  ledger.close();
  std::filesystem::create_directories(ledger.path() / "staging");
  write(ledger.path() / "staging/log.sst", "half a file");
  REQUIRE(Ledger::open(ledger.path(), Ledger::Access::kRead).ok());
  CHECK(std::filesystem::exists(ledger.path() / "staging"));
  ledger.open();
  CHECK_FALSE(std::filesystem::exists(ledger.path() / "staging"));
  CHECK(ledger.append(base_lines()).appended == base_lines().size());
}

}  // namespace tally::testing
