#include "tally/audit_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "audit/controls.h"
#include "base/try.h"
#include "ledger/core.h"

namespace tally {
namespace audit {
namespace {

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

struct ControlRow {
  std::string_view name;
  std::string_view text;
};
// By Control.
constexpr std::array<ControlRow, kControls.size()> kRows = {{
    {"verified-by-claimant", "verified by an actor who also records claims of the organisation"},
    {"shared-evidence", "one document is evidence of several claims"},
    {"above-commitment", "claims of a year come to more than was promised for it"},
    {"commitment-without-claims", "promised for a year that is over, and nothing claimed"},
    {"claim-without-evidence", "claimed without any evidence"},
    {"late-entry", "recorded after its year had been published"},
    {"cut-off", "recorded long after the end of the year that it was delivered in"},
    {"corrections-by-actor", "who corrected what"},
}};

}  // namespace

std::vector<Year> years_of(const AuditFacts& facts, Sequence entry) {
  if (const VerificationFacts* verification = facts.verification(entry)) {
    entry = verification->claim;
  }
  if (const ClaimFacts* claim = facts.claim(entry)) return {claim->year};
  std::vector<Year> years;
  if (const CommitmentFacts* commitment = facts.commitment(entry)) {
    for (const ScheduleLine& line : commitment->schedule) years.push_back(line.year);
  }
  return years;
}

Date day_of(Timestamp time) {
  const std::int64_t micros = time.micros;
  const std::int64_t days = micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0);
  return Date{static_cast<std::int32_t>(days)};
}

std::string shown(std::uint64_t number) {
  return Decimal::from_units(Int128{number} * Decimal::kScale).to_display();
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", shown(number), noun, number == 1 ? "" : "s");
}

std::string amount(Decimal number, std::string_view unit) {
  return fmt::format("{} {}", number.to_display(), unit);
}

Date AuditInquiry::last_day(Year year) const {
  const Year next{static_cast<std::int16_t>(year.begins + 1)};
  return Date{year_start_.first_day(next).days - 1};
}

Date AuditInquiry::today() const { return day_of(reader_.head().recorded_at); }

Result<Finding> AuditInquiry::finding(Control control, std::optional<Year> year,
                                      const std::vector<Sequence>& entries) {
  Finding finding;
  finding.control = control;
  finding.year = year;
  finding.first = entries.front();
  finding.entries.reserve(entries.size());
  for (const Sequence entry : entries) {
    TALLY_ASSIGN(std::string id, id_of(entry));
    finding.entries.push_back(std::move(id));
  }
  return finding;
}

std::vector<Finding> AuditInquiry::take() && {
  // What is alike in all three, an entry with two documents say, stays in the order of its finding.
  std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.control, a.year, a.first) < std::tie(b.control, b.year, b.first);
  });
  return std::move(findings_);
}

namespace {

Result<std::vector<Year>> years_posted_to(const projection::Reader& reader) {
  std::vector<Year> years;
  TALLY_TRY(reader.for_each_account(
      projection::level_prefix(projection::Level::kMeasure),
      [&](const projection::LevelKey& key, const projection::AccountState&) -> Result<bool> {
        if (years.empty() || years.back() != key.account.year) years.push_back(key.account.year);
        return true;
      }));
  return years;
}

Result<std::vector<Year>> years_reported(const projection::Reader& reader,
                                         const AuditOptions& options) {
  if (options.years.empty()) return years_posted_to(reader);
  std::vector<Year> years = options.years;
  std::sort(years.begin(), years.end());
  years.erase(std::unique(years.begin(), years.end()), years.end());
  return years;
}

}  // namespace
}  // namespace audit

std::string_view control_name(Control control) {
  return audit::kRows[static_cast<std::size_t>(control)].name;
}

std::string_view control_text(Control control) {
  return audit::kRows[static_cast<std::size_t>(control)].text;
}

Result<AuditReport> audit_report(const Ledger& ledger, const AuditOptions& options) {
  TALLY_ASSIGN(projection::Reader reader, ledger.core().reader());
  AuditReport report;
  report.as_of = reader.last();
  report.root = reader.head().root;
  TALLY_ASSIGN(report.years, audit::years_reported(reader, options));
  TALLY_ASSIGN(const audit::AuditFacts facts,
               audit::AuditFacts::collect(ledger.core(), reader, options.progress));
  audit::AuditInquiry inquiry(facts, reader, options, ledger.identity().year_start);
  for (const auto control :
       {audit::find_verified_by_claimant, audit::find_shared_evidence,
        audit::find_claims_without_evidence, audit::find_cut_off, audit::find_unlike_commitment,
        audit::find_late_entries, audit::find_corrections}) {
    TALLY_TRY(control(inquiry));
  }
  report.findings = std::move(inquiry).take();
  for (const Finding& finding : report.findings) {
    ++report.counts[static_cast<std::size_t>(finding.control)];
  }
  return report;
}

}  // namespace tally
