#pragma once

// A ledger in a temporary folder, in a world whose clock and chance the test sets.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/temp_folder.h"
#include "tally/ledger.h"

namespace tally::testing {

// The clock stands still until it is moved.  Salts are all the same, so that the bytes of an event
// depend on nothing but what was submitted; names of batches are counted, since no two may be
// alike.
class FixedWorld {
 public:
  Environment environment() const;
  Timestamp now() const { return Timestamp{*now_micros_}; }
  void move_clock(std::int64_t micros) { *now_micros_ += micros; }

 private:
  std::shared_ptr<std::int64_t> now_micros_ = std::make_shared<std::int64_t>(1'700'000'000'000'000);
};

class TestLedger {
 public:
  // A new ledger.
  explicit TestLedger(LedgerOptions options = {"Test Council", "", {}, "GBP"});
  // A ledger that begins as another one did: with the same key and the same events.  The other one
  // must be closed.
  explicit TestLedger(const std::filesystem::path& closed_ledger);

  std::filesystem::path path() const { return folder_ / "ledger"; }
  FixedWorld& world() { return world_; }

  Ledger& operator*() { return *ledger_; }
  Ledger* operator->() { return ledger_.get(); }

  // Appends lines, each with its line feed, in one submission, which must be accepted.
  Receipt append(const std::vector<std::string>& lines);
  Receipt append(std::string_view text);

  void close() { ledger_.reset(); }
  void open();
  void reopen() {
    close();
    open();
  }

 private:
  TempFolder folder_;
  FixedWorld world_;
  std::unique_ptr<Ledger> ledger_;
};

// Lines as one submission has them.
std::string joined(const std::vector<std::string>& lines);

// What a ledger shows of itself, in one text: head, root, counts, every total by every dimension,
// the roots of its years.  Two ledgers with the same events give the same text.
std::string portrait(const Ledger& ledger);

// The code of a result's error, or "accepted".
template <typename T>
std::string_view code_of(const Result<T>& result) {
  return result.ok() ? "accepted" : code_name(result.error().code);
}

}  // namespace tally::testing
