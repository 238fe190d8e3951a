// A worked example: a program of someone else, built against the installed package alone.  It opens
// a ledger in a folder of its own, records who promised, claimed and verified what, prints the
// year's totals, takes one figure apart, and reads the log.

#include <cstdio>
#include <iostream>
#include <string>

#include "tally/ledger.h"
#include "tally/totals.h"
#include "tally/trace.h"
#include "tally/verify.h"

namespace {

// What a programme that uses the library records: JSON Lines, as the ledger keeps them.
constexpr const char* kEntries = R"(
{"type":"organisation","id":"acme","actor":"s-1","name":"Acme Construction"}
{"type":"programme","id":"roads","actor":"s-1","name":"Roads"}
{"type":"measure","id":"hours","actor":"s-1","title":"Volunteering","unit":"hour","basis":"proxy","proxy":"16.09","proxy_source":"A published unit value"}
{"type":"commitment","id":"promise","actor":"s-1","organisation":"acme","programme":"roads","measure":"hours","year":"2022-23","quantity":"100"}
{"type":"claim","id":"report","actor":"s-1","commitment":"promise","quantity":"80.5","from":"2022-05-01","to":"2022-06-30","evidence":[]}
{"type":"verification","id":"check","actor":"s-2","claim":"report","outcome":"partial","quantity":"75","method":"site-visit"}
)";

// Every call answers with a value or an error that a person can act on.
int fail(const tally::Error& error) {
  std::cerr << tally::code_name(error.code) << ": " << error.message << '\n';
  return 1;
}

std::string shown(const std::optional<tally::Decimal>& number) {
  return number ? number->to_display() : "none";
}

}  // namespace

int main() {
  tally::LedgerOptions options;
  options.name = "Example Council";
  auto opened = tally::Ledger::init("ledger", options);
  if (!opened.ok()) return fail(opened.error());
  tally::Ledger& ledger = **opened;

  auto receipt = ledger.append(kEntries);
  if (!receipt.ok()) return fail(receipt.error());
  std::cout << receipt->appended << " entries appended, the head is event " << receipt->head.value
            << '\n';

  auto totals = tally::totals(ledger, {});
  if (!totals.ok()) return fail(totals.error());
  for (const tally::TotalsRow& row : totals->rows) {
    const auto verified = static_cast<std::size_t>(tally::Stage::kVerified);
    std::cout << ledger.identity().year_start.year_text(row.year) << ' ' << row.measure << ": "
              << shown(row.quantities[verified]) << ' ' << row.unit << " verified, worth "
              << shown(row.values[verified]) << '\n';
  }

  auto figure = tally::FigureReference::parse("2022-23:hours:verified:programme=roads",
                                              ledger.identity().year_start);
  if (!figure.ok()) return fail(figure.error());
  auto trace = tally::trace(ledger, *figure);
  if (!trace.ok()) return fail(trace.error());
  for (const tally::TracePosting& posting : trace->postings) {
    std::cout << "  event " << posting.sequence.value << " (" << posting.entry << ", "
              << posting.actor << ") moved it by " << posting.delta.to_string() << '\n';
  }

  auto read = ledger.for_each_event({}, [](const tally::Event& event) {
    std::cout << "  " << event.sequence.value << ' ' << tally::type_name(event.entry.type()) << ' '
              << event.entry.id << '\n';
    return true;
  });
  if (!read.ok()) return fail(read.error());

  auto report = tally::verify(ledger);
  if (!report.ok()) return fail(report.error());
  std::cout << (report->ok() ? "the ledger is sound\n" : "the ledger is damaged\n");

  // The example is a test as well: it ends with what it should have found.
  const bool as_expected = report->ok() && receipt->appended == 6 && trace->postings.size() == 1 &&
                           trace->figure.value && trace->figure.value->to_string() == "1206.75";
  return as_expected ? 0 : 1;
}
