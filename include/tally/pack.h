#pragma once

// Everything that an auditor may ask for, as one file: a ZIP of the exports (tally/export.h), all
// of one state of the ledger, with a bundle (tally/bundle.h) for each figure that matters.
//
//   tally::PackQuery query;
//   query.what.totals.years = {tally::Year{2022}};
//   auto packed = tally::write_pack(ledger, query, "year-2022.zip");
//   auto report = tally::check_pack("year-2022.zip", key);      // anywhere, without the ledger
//
//   pack       = SHA256SUMS README.txt pack.json checkpoint log.vkey
//                csv/… events/… totals/… workbook.xlsx [prov.json] ocds.json
//                statements/<YEAR>.html… publications/<NNNN>-<entry>.tlog-proof…
//                bundles/<NNNN>-<figure>.zip…
//   SHA256SUMS = a line for each part after it, in their order, as sha256sum(1) writes it
//
// The same ledger and query give the same bytes, as of exports.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tally/bundle.h"
#include "tally/export.h"

namespace tally {

struct PackQuery {
  ExportQuery what;
  // A bundle for each of these, as of its own point or the pack's.  Where there are none, for each
  // figure that is stated by a publication of the pack's years, as of the publication's point.
  std::vector<FigureReference> figures;
};

// A statement of a publication.
struct PackedStatement {
  std::string publication;
  std::string label;
  friend bool operator==(const PackedStatement&, const PackedStatement&) = default;
};

// What would have its place in the pack, and why it is not there.
struct PackLeftOut {
  std::string file;    // a part; empty where it is the bundle of a figure
  std::string figure;  // else
  std::string why;
  std::vector<PackedStatement> statements;
};

struct Packed {
  Sequence as_of;
  Hash root;  // of the log as of then
  ExportedFile file;
  std::vector<ExportedFile> parts;
  std::vector<PackLeftOut> left_out;
};

// `Writing events`, say: what is done, the things that are counted, how many, and of how many.
using PackProgress = std::function<void(std::string_view doing, std::string_view noun,
                                        std::uint64_t done, std::uint64_t all)>;

// Writes a pack, as `export_to` writes a file.  What is in it stands beside it meanwhile, unpacked.
// Errors: those of `export_to`, and of `write_bundle` for the figures asked for; `bad-entry` for
// one of a later point than the pack's; `too-large` for more than a checker reads.
Result<Packed> write_pack(const Ledger& ledger, const PackQuery& query,
                          const std::filesystem::path& out, const PackProgress& progress = {});

// A bundle of a pack, and what it has shown.
struct PackedBundle {
  std::string file;
  std::string figure;
  BundleReport report;
  std::vector<PackedStatement> statements;  // that it stands behind
};

// The totals root of a year, recomputed from the accounts of the pack.
struct PackedRoot {
  std::string year;
  Hash root;
  // The last publication that froze the same root, of those proven to stand in the log: then these
  // are the totals that were published, to the last account.
  std::string published_by;
};

// What a pack has shown.
struct PackReport {
  Checkpoint checkpoint;
  std::string ledger;    // its name, as the pack says
  std::string currency;  // the same
  std::uint64_t parts = 0;
  std::uint64_t bytes = 0;         // of all parts, unpacked
  bool is_filtered = false;        // so that no totals root can be recomputed
  std::uint64_t totals = 0;        // rows that are the sums of the accounts
  std::uint64_t publications = 0;  // each proven to stand in the log, and to state what it says
  std::vector<PackedBundle> bundles;
  std::vector<PackedRoot> roots;
  std::vector<PackLeftOut> left_out;
};

// Checks a pack: needs no ledger, and trusts nothing in it.  Every part is held against its digest;
// the checkpoint and every bundle are checked with the key; the totals are added up from the
// accounts, and the accounts into the totals roots, and all must say the same.  What that leaves
// open: beside the bundles, a pack holds what its maker says.  A totals root shows that it is the
// log's where a publication is proven to have frozen it, or where a check of the whole log
// (tally/static_log.h) gives it too.
// Errors: `refused`, naming the first wrong thing; `io`.  Memory does not grow with the tables.
Result<PackReport> check_pack(const std::filesystem::path& path, const VerifierKey& key,
                              const PackProgress& progress = {});

// Whether a file begins as a pack does.
bool is_pack(const std::filesystem::path& path);

}  // namespace tally
