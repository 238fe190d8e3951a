#pragma once

// A reproducible draw from the postings behind a figure, as auditors take one: bound to the log's
// root and a seed, so that whoever has both draws the same items, in any language.
//
//   auto drawn = tally::sample(ledger, figure, {tally::SampleMethod::kMonetaryUnit, "a seed", 25});
//
// The population is what `trace` lists, in its order; an item's value is the absolute value of its
// delta, in millionths of the measure's unit; the total is the sum of the values.  KEY is the seed,
// a zero byte, the root as 64 lower-case hex digits, a zero byte, and the figure's reference in
// canonical form, with `@`.
//
// monetary-unit: the interval is the total ÷ the size, rounded down, before anything is taken out.
// Items of at least the interval are the top stratum, taken whole.  The start is 1 + (the first 8
// bytes of SHA-256(KEY), big-endian, modulo the interval).  The values of the other items are added
// up in order, and an item is drawn when the sum reaches start, start + interval, start + 2 ×
// interval, …: its point.  Where the interval is 0, there is no start, and every item is in the top
// stratum.
//
// random: without replacement, each set of `size` items as likely as any other.  The stream is the
// 8-byte big-endian numbers, four a block, of the blocks SHA-256(KEY ‖ zero byte ‖ i), i = 0, 1, …
// as 8 bytes, big-endian.  A number below k is the next of the stream that is less than the largest
// multiple of k in 2^64, modulo k; those that are not less are passed over.  Of P items, for j = P
// − size, …, P − 1: draw t below j + 1, and take item t, or, where that is taken already, item j
// (counted from 0; Floyd's algorithm).  A size of P or more takes all and draws nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/hash.h"
#include "tally/trace.h"

namespace tally {

enum class SampleMethod : std::uint8_t { kMonetaryUnit, kRandom };
std::string_view sample_method_name(SampleMethod method);
std::optional<SampleMethod> sample_method_from_name(std::string_view name);

struct SampleOptions {
  SampleMethod method = SampleMethod::kMonetaryUnit;
  std::string seed;        // any text but an empty one, and no zero byte
  std::uint64_t size = 0;  // at least 1
};

struct SampledPosting {
  std::uint64_t number = 0;    // its place in the population, from 1
  std::optional<Decimal> hit;  // the point that drew it; monetary-unit only, and no top stratum
  TracePosting posting;
};

struct Sample {
  FigureReference figure;  // with its point
  Sequence as_of;
  Hash root;  // of the log up to that point
  std::string unit;
  SampleOptions options;
  std::uint64_t postings = 0;       // in the population
  Decimal total;                    // of their absolute values
  std::optional<Decimal> interval;  // monetary-unit only
  std::optional<Decimal> start;     // monetary-unit only; nothing where the interval is 0
  std::vector<SampledPosting> top_stratum;
  std::vector<SampledPosting> sample;
};

// Holds a line for each posting of the population while it draws, and in full only what it drew.
// Errors: `usage` for a size of 0 or a seed that is none; `wrong-type` for a ratio, which has no
// postings: draw from its numerator or denominator; those of `trace`.
Result<Sample> sample(const Ledger& ledger, const FigureReference& figure,
                      const SampleOptions& options);

}  // namespace tally
