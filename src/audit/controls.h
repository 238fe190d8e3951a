#pragma once

// The controls of an audit, each a function from what the ledger holds to findings.  What each
// looks for is in tally/audit_report.h.

#include <set>
#include <string>
#include <vector>

#include "audit/audit_facts.h"
#include "projection/reader.h"
#include "tally/audit_report.h"

namespace tally::audit {

// What an audit is about, and what it has found so far.
class AuditInquiry {
 public:
  AuditInquiry(const AuditFacts& facts, projection::Reader& reader, const AuditOptions& options,
               YearStart year_start)
      : facts_(facts),
        reader_(reader),
        year_start_(year_start),
        years_(options.years.begin(), options.years.end()),
        cut_off_days_(options.cut_off_days) {}

  const AuditFacts& facts() const { return facts_; }
  std::uint64_t cut_off_days() const { return cut_off_days_; }

  bool is_about(Year year) const { return years_.empty() || years_.contains(year); }
  std::string year_text(Year year) const { return year_start_.year_text(year); }
  // The last day of a reporting year.
  Date last_day(Year year) const;
  // The day on which the last event was recorded.
  Date today() const;
  Result<std::string> id_of(Sequence entry) { return reader_.id_of(entry); }

  // A finding about these entries, the first of which it is sorted by.
  Result<Finding> finding(Control control, std::optional<Year> year,
                          const std::vector<Sequence>& entries);
  void add(Finding finding) { findings_.push_back(std::move(finding)); }
  // All findings, by control, year and first entry.
  std::vector<Finding> take() &&;

 private:
  const AuditFacts& facts_;
  projection::Reader& reader_;
  YearStart year_start_;
  std::set<Year> years_;
  std::uint64_t cut_off_days_;
  std::vector<Finding> findings_;
};

// The reporting years that an entry is about; none of what has no year.
std::vector<Year> years_of(const AuditFacts& facts, Sequence entry);
// The day, in UTC, of a moment.
Date day_of(Timestamp time);
// For people: `1,234`; `1 claim`, `2 claims`.
std::string shown(std::uint64_t number);
std::string counted(std::uint64_t number, std::string_view noun);
// A quantity and its unit, for people: `1,200 hour`.
std::string amount(Decimal number, std::string_view unit);

Result<void> find_verified_by_claimant(AuditInquiry& inquiry);
Result<void> find_shared_evidence(AuditInquiry& inquiry);
Result<void> find_claims_without_evidence(AuditInquiry& inquiry);
Result<void> find_cut_off(AuditInquiry& inquiry);
// Above a commitment, and commitments without claims.
Result<void> find_unlike_commitment(AuditInquiry& inquiry);
Result<void> find_late_entries(AuditInquiry& inquiry);
Result<void> find_corrections(AuditInquiry& inquiry);

}  // namespace tally::audit
