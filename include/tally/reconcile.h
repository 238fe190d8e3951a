#pragma once

// What the authority told the public, held against the ledger (spec "Totals: Reconciliation").
//
//   auto found = tally::reconcile(ledger, "annual-report-2022-23");
//   if (found.ok() && !found->holds()) …

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/entry.h"
#include "tally/ledger.h"

namespace tally {

enum class StatementResult : std::uint8_t {
  kAgrees,
  kDiffers,
  kUnsupported,  // no posting stands behind the figure, or it has no money value
};
std::string_view result_name(StatementResult result);

// One statement and what the ledger has for it.
struct ReconciledStatement {
  Statement statement;  // its figure with the point that it was looked up at
  StatementResult result = StatementResult::kUnsupported;
  std::optional<Decimal> ledger;         // the figure; nothing where it is unsupported
  std::optional<Decimal> difference;     // ledger − stated, where it differs
  std::vector<std::string> contradicts;  // labels of statements that no number satisfies as well
  std::vector<std::string> because;      // sentences: what would explain it, as of the head
};

struct Reconciliation {
  std::string publication;  // its id
  Publication stated;
  Sequence as_of;
  bool recorded = false;  // false: a draft
  std::vector<ReconciledStatement> statements;
  std::uint64_t agrees = 0;
  std::uint64_t differs = 0;
  std::uint64_t unsupported = 0;
  std::uint64_t contradicts = 0;  // pairs of statements

  bool holds() const { return differs + unsupported + contradicts == 0; }
};

// Of a recorded publication, as of its point; an empty id is the one recorded last.  Errors:
// `unknown-reference`, `wrong-type`.
Result<Reconciliation> reconcile(const Ledger& ledger, std::string_view publication);

// Of a publication that has not been recorded: `json` is one entry, on one line or on many.  As of
// its own point, or the head.  Errors: those of appending it, but that its id may be taken.
Result<Reconciliation> reconcile_draft(const Ledger& ledger, std::string_view json);

}  // namespace tally
