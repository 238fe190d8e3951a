#pragma once

// What an assurer takes away: one file with everything that it takes to recompute a figure, and to
// check that each event behind it stands in the log (spec "Integrity: Bundle").
//
//   auto zip = tally::write_bundle(ledger, reference);          // the bytes of a ZIP
//   auto report = tally::check_bundle(*zip, key);               // anywhere, without the ledger
//
// What it cannot show is that no other event bears on the figure: that rests on a publication's
// totals root, or on a check of the whole log (tally/static_log.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tally/checkpoint.h"
#include "tally/totals.h"

namespace tally {

// The bundle of a figure.  Its checkpoint, of size as-of + 1, is issued and kept as
// tally/integrity.h says.  Errors: those of `trace` and `checkpoint`; `too-large` where it would
// pass what a checker reads.
Result<std::string> write_bundle(const Ledger& ledger, const FigureReference& reference);

// What was last published of the figure's year, up to its point.
struct PublishedTotals {
  std::string entry;
  Sequence sequence;
  Sequence as_of;
  Hash totals_root;
  // All totals of the year in the bundle are those that it froze.  False only where events came in
  // between, so that the year may have been restated.
  bool agrees = false;
};

// What a bundle has shown.
struct BundleReport {
  Checkpoint checkpoint;
  LedgerOpened identity;
  Figure figure;  // recomputed from the events' bytes
  std::string unit;
  std::uint64_t events = 0;    // in the bundle
  std::uint64_t postings = 0;  // behind the figure
  std::uint64_t erased = 0;    // of its events, those whose details are not in it
  // Of all the year's lines as the bundle has them, as of the figure's point.  The events prove
  // only the figure's own lines; a publication of this root proves them all.
  Hash totals_root;
  std::optional<PublishedTotals> publication;
};

// Checks a bundle: needs no ledger, and trusts nothing in it.  The figure is recomputed from the
// events' bytes by the rules of the ledger, and what the bundle says of it must be the same.
// Errors: `refused`, naming the first wrong thing.  Takes 256 MB at most, and seconds.
Result<BundleReport> check_bundle(std::string_view zip, const VerifierKey& key);

}  // namespace tally
