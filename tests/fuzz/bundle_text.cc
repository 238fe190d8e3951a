// Fuzzes what reads the texts in a bundle, behind its hashes.  The first byte says what the rest
// is:
//
//   d  the content of a details part: read, it is what writing it again gives, and so are the
//      details in it that fit an entry.
//   e  a text, a zero byte and what it should be: expected piece by piece, they are the same or
//   not. r  a figure reference: read, and written in the one way, it is the same figure.
//
// Seeds: details and figure.json of training.zip (fuzz/known_log.h), and its reference, each behind
// its letter; figure.json behind itself, with a digit changed.

#include "audit/bundle_parts.h"
#include "audit/expected_text.h"
#include "base/check.h"
#include "codec/details.h"

namespace tally::fuzz {
namespace {

void check_details(std::string_view text) {
  const auto details = audit::bundle::read_details(text);
  if (!details.ok()) return;
  TALLY_CHECK(audit::bundle::write_details(details->stored()) == text);
  for (const std::size_t items : {0, 1, 2}) {
    Claim claim;
    claim.evidence.resize(items);
    Correction correction;
    correction.replacement = Replacement{claim, ""};
    Entry plain;
    plain.content = Body(claim);
    Entry corrected;
    corrected.content = correction;
    for (Entry* const entry : {&plain, &corrected}) {
      if (!codec::merge_details(details->text, *entry).ok()) continue;
      TALLY_CHECK(codec::encode_details(*entry) == details->text);
    }
  }
}

void check_expected(std::string_view input) {
  const std::size_t zero = std::min(input.find('\0'), input.size());
  const std::string_view given = input.substr(0, zero);
  const std::string_view should = input.substr(std::min(zero + 1, input.size()));
  audit::ExpectedText expected("figure.json", given);
  const bool begins = expected.expect(should.substr(0, should.size() / 2)).ok() &&
                      expected.expect(should.substr(should.size() / 2)).ok();
  TALLY_CHECK(begins == given.starts_with(should));
  TALLY_CHECK(!begins || expected.end().ok() == (given == should));
}

void check_reference(std::string_view text) {
  for (const YearStart start : {YearStart{4, 1}, YearStart{1, 1}}) {
    const auto figure = FigureReference::parse(text, start);
    if (!figure.ok()) continue;
    const std::string written = figure->to_string(start);
    const auto again = FigureReference::parse(written, start);
    TALLY_CHECK(again.ok() && again->to_string(start) == written);
  }
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tally::fuzz;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const std::string_view rest = input.substr(std::min<std::size_t>(1, size));
  if (input.starts_with('d')) check_details(rest);
  if (input.starts_with('e')) check_expected(rest);
  if (input.starts_with('r')) check_reference(rest);
  return 0;
}
