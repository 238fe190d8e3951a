#include "support/test_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "base/check.h"
#include "tally/totals.h"

namespace tally::testing {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s: %s\n", std::string(code_name(result.error().code)).c_str(),
                 result.error().message.c_str());
  }
  TALLY_CHECK(result.ok());
  return std::move(result).value();
}

std::string shown(const StageNumbers& numbers) {
  std::string text;
  for (const auto& number : numbers) text += " " + (number ? number->to_string() : "none");
  return text;
}

}  // namespace

Environment FixedWorld::environment() const {
  Environment environment;
  environment.now = [now = now_micros_] { return Timestamp{*now}; };
  environment.random = [](std::span<std::uint8_t> bytes) {
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{0x5a});
    constexpr std::size_t kBatchName = 16;
    if (bytes.size() != kBatchName) return;
    static std::atomic<std::uint64_t> batches{0};
    const std::uint64_t number = ++batches;
    for (std::size_t i = 0; i < sizeof number; ++i) {
      bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
  };
  return environment;
}

TestLedger::TestLedger(LedgerOptions options)
    : ledger_(must(Ledger::init(path(), options, world_.environment()))) {}

TestLedger::TestLedger(const std::filesystem::path& closed_ledger) {
  std::filesystem::copy(closed_ledger, path(), std::filesystem::copy_options::recursive);
  open();
}

Receipt TestLedger::append(const std::vector<std::string>& lines) { return append(joined(lines)); }

Receipt TestLedger::append(std::string_view text) { return must(ledger_->append(text)); }

void TestLedger::open() {
  ledger_ = must(Ledger::open(path(), Ledger::Access::kWrite, world_.environment()));
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string portrait(const Ledger& ledger) {
  const LedgerStatus now = must(status(ledger));
  std::string text =
      fmt::format("head {} at {} root {} accounts {} postings {}\n", now.head.value,
                  now.recorded_at.to_string(), now.root.to_string(), now.accounts, now.postings);
  for (const auto& [type, count] : now.counts) {
    text += fmt::format("{} {}\n", type_name(type), count);
  }
  TotalsQuery query;
  query.by = {Dimension::kProgramme, Dimension::kOrganisation, Dimension::kContract};
  query.with_roots = true;
  const Totals all = must(totals(ledger, query));
  for (const TotalsRow& row : all.rows) {
    text += fmt::format("{} {} {}", row.year.begins, row.measure, row.unit);
    for (const auto& dimension : row.dimensions) text += " " + dimension.value_or("-");
    text += shown(row.quantities) + " worth" + shown(row.values) + "\n";
  }
  for (const auto& [year, root] : all.roots) {
    text += fmt::format("{} {}\n", year.begins, root.to_string());
  }
  return text;
}

}  // namespace tally::testing
