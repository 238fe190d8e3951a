#pragma once

// Controls that an auditor expects, over the whole ledger as it now stands, in one report.  A
// finding is something to look into; it need not be wrong.
//
//   auto report = tally::audit_report(ledger);
//   if (report.ok()) for (const auto& finding : report->findings) std::cout << finding.message;

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tally/hash.h"
#include "tally/ledger.h"
#include "tally/sequence.h"
#include "tally/time.h"

namespace tally {

// In the order in which a report tells them.  What is withdrawn is no finding, and takes no part in
// one, but where it says so.
enum class Control : std::uint8_t {
  // A verification in force whose actor also recorded, corrected or withdrew a claim (another one,
  // in force or not, of any year) of the organisation that claims.  The ledger knows actors and not
  // whom they work for: who records an organisation's claims is taken to be of it.  Who records its
  // commitments is not, since that is often the authority's own office.
  kVerifiedByClaimant,
  // One document, by its digest, is evidence of several claims in force, of whatever years.
  kSharedEvidence,
  // The claims in force against a commitment come to more in a year than it promises for that year,
  // which is nothing for a year that is not in its schedule.
  kAboveCommitment,
  // A commitment promises something for a year that was over when the last event was recorded, and
  // no claim in force of that year is against it.
  kCommitmentWithoutClaims,
  // A claim in force names no evidence.
  kClaimWithoutEvidence,
  // A commitment, claim or verification in force, or a correction of one (a withdrawal too), was
  // recorded after a publication of its year; the last one before it is named.  Years are those of
  // kCorrectionsByActor: what has none, a measure whose proxy was changed say, is told by a bridge.
  kLateEntry,
  // A claim in force was first recorded more than `cut_off_days` after the end of the reporting
  // year that it was delivered in.  Days are those of UTC.
  kCutOff,
  // What each actor corrected in each reporting year: corrections, how many of them withdrawals,
  // and how many were of entries that the actor, or somebody else, had recorded.  The year is that
  // of the claim, of the claim verified, or each of a commitment's schedule, as it now stands; what
  // has no year (a measure, an organisation) is told without one.
  kCorrectionsByActor,
};
inline constexpr std::array kControls = {Control::kVerifiedByClaimant,
                                         Control::kSharedEvidence,
                                         Control::kAboveCommitment,
                                         Control::kCommitmentWithoutClaims,
                                         Control::kClaimWithoutEvidence,
                                         Control::kLateEntry,
                                         Control::kCutOff,
                                         Control::kCorrectionsByActor};
// `verified-by-claimant`, …
std::string_view control_name(Control control);
// What it finds, in half a sentence.
std::string_view control_text(Control control);

struct AuditOptions {
  std::vector<Year> years;  // only these; all where there are none
  std::uint64_t cut_off_days = 30;
  // Called now and then with the events read so far, and how many there are.
  std::function<void(std::uint64_t read, std::uint64_t all)> progress;
};

struct Finding {
  Control control = Control::kVerifiedByClaimant;
  std::optional<Year> year;          // nothing where what was found has none
  Sequence first;                    // of the first entry
  std::vector<std::string> entries;  // ids
  std::string actor;                 // empty where it is about none
  std::string message;               // a sentence for people
  // What else a program may want, by name: canonical decimals, dates and ids as texts, and counts.
  std::vector<std::pair<std::string_view, std::variant<std::string, std::uint64_t>>> facts;
};

struct AuditReport {
  Sequence as_of;                 // the head
  Hash root;                      // of the log
  std::vector<Year> years;        // asked for, or else all that have been posted to
  std::vector<Finding> findings;  // by control, year, then first entry
  std::array<std::uint64_t, kControls.size()> counts{};  // findings of each control
};

// Reads every record and every event once; memory grows with the claims and with what is found:
// about 100 bytes a claim.  With years, what has no year is told too, and a shared document where
// any of its claims is of these years.
Result<AuditReport> audit_report(const Ledger& ledger, const AuditOptions& options = {});

}  // namespace tally
